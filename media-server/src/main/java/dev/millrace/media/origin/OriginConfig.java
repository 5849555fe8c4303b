package dev.millrace.media.origin;

import dev.millrace.media.segment.PackagerConfig;
import java.util.List;

/**
 * How streams are packaged.
 *
 * @param always packaged as long as somebody publishes; else from the first request on
 * @param idleNs after so long without a request packaging stops
 * @param maxHeld requests held back at once, of all streams; 0 for no limit
 * @param ladder heights made of a single layer of pictures, largest first
 * @param audioBps of the AAC
 */
public record OriginConfig(
        PackagerConfig packager, boolean always, long idleNs, int maxHeld, List<Integer> ladder, int audioBps) {
    public static final OriginConfig DEFAULT = new OriginConfig(
            PackagerConfig.DEFAULT, false, 60_000_000_000L, 20_000, List.of(720, 480, 360, 144), 128_000);

    public OriginConfig {
        ladder = List.copyOf(ladder);
    }

    /** With segments kept elsewhere for so long. */
    public OriginConfig withPastNs(long pastNs) {
        return new OriginConfig(packager.withPastNs(pastNs), always, idleNs, maxHeld, ladder, audioBps);
    }
}
