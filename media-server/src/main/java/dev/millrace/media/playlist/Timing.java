package dev.millrace.media.playlist;

import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Track;
import java.util.List;

/**
 * What playlists promise about time: the same in every playlist of a broadcast (rfc8216bis sections 4.4.3.1, 4.4.3.7,
 * 4.4.3.8). The target duration never changes.
 *
 * @param partTargetNs no part is longer
 */
public record Timing(long targetDurationS, long partTargetNs) {
    /** Segments may be this much longer than asked for when a keyframe is late. */
    private static final long LATE_NS = 450_000_000;

    /** A player may ask for a delta if it knows what is newer than so many target durations. */
    private static final int SKIP_TARGETS = 6;

    private static final int HOLD_BACK_TARGETS = 3;

    /** Parts this old are of no use to anybody at the live edge. */
    private static final int PARTS_TARGETS = 3;

    /** A request is not held longer, section 6.2.5.2. */
    private static final int BLOCK_TARGETS = 3;

    public static Timing of(PackagerConfig config) {
        long targetS = Math.max(1, Math.round((config.segmentNs() + LATE_NS) / (double) Numbers.NS_PER_S));
        return new Timing(targetS, config.partTargetNs());
    }

    /**
     * The same, but for pictures so slow that one lasts longer than a part should: parts must not be longer than is told,
     * so more is told for as long as they are in a playlist.
     */
    Timing covering(List<Track> tracks) {
        long longestNs = tracks.stream()
                .mapToLong(each -> each.longestPartNs(partsUntilNs()))
                .max()
                .orElse(0);
        return longestNs <= partTargetNs ? this : new Timing(targetDurationS, longestNs);
    }

    /** How far behind the end of the last segment a player stays that knows no parts. */
    public long holdBackNs() {
        return HOLD_BACK_TARGETS * targetDurationS * Numbers.NS_PER_S;
    }

    /** How far behind the end of the last part a player stays that takes them. */
    public long partHoldBackNs() {
        return HOLD_BACK_TARGETS * partTargetNs;
    }

    long skipUntilNs() {
        return SKIP_TARGETS * targetDurationS * Numbers.NS_PER_S;
    }

    long partsUntilNs() {
        return PARTS_TARGETS * targetDurationS * Numbers.NS_PER_S;
    }

    long blockNs() {
        return BLOCK_TARGETS * targetDurationS * Numbers.NS_PER_S;
    }

    /** How many parts ahead a player may ask for, section 6.2.5.2. */
    int advancePartLimit() {
        return partTargetNs < Numbers.NS_PER_S ? (int) Math.ceilDiv(3 * Numbers.NS_PER_S, partTargetNs) : 3;
    }

    /** The tags of it. */
    String tags() {
        String control = new Attributes("EXT-X-SERVER-CONTROL")
                .flag("CAN-BLOCK-RELOAD", true)
                .seconds("CAN-SKIP-UNTIL", skipUntilNs())
                .seconds("HOLD-BACK", holdBackNs())
                .seconds("PART-HOLD-BACK", partHoldBackNs())
                .toString();
        return "#EXT-X-TARGETDURATION:" + targetDurationS + "\n" + control
                + new Attributes("EXT-X-PART-INF").seconds("PART-TARGET", partTargetNs);
    }
}
