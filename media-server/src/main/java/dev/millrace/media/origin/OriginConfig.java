package dev.millrace.media.origin;

import dev.millrace.media.segment.PackagerConfig;

/**
 * How streams are packaged.
 *
 * @param always packaged as long as somebody publishes; else from the first request on
 * @param idleNs after so long without a request packaging stops
 * @param maxHeld requests held back at once, of all streams
 */
public record OriginConfig(PackagerConfig packager, boolean always, long idleNs, int maxHeld) {
    public static final OriginConfig DEFAULT = new OriginConfig(PackagerConfig.DEFAULT, false, 60_000_000_000L, 20_000);
}
