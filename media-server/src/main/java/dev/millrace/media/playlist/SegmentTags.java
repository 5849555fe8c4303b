package dev.millrace.media.playlist;

import dev.millrace.media.playlist.Listing.Item;
import dev.millrace.media.segment.Segment;
import org.jspecify.annotations.Nullable;

/** The tags of a segment: EXTINF, EXT-X-DISCONTINUITY, -MAP, -PROGRAM-DATE-TIME, -GAP (rfc8216bis section 4.4.4). */
final class SegmentTags {
    /** Shaka does not count a segment of no length. */
    private static final long LEAST_NS = 1_000_000;

    private SegmentTags() {}

    /** What stands before its first part. */
    static String before(Names names, Item item, @Nullable Item before, long originUnixNs) {
        StringBuilder text = new StringBuilder();
        if (item.segment().isDiscontinuity()) {
            text.append("#EXT-X-DISCONTINUITY\n");
        }
        if (needsMap(item, before)) {
            text.append(map(names, item));
        }
        return isDatedFirst(item, before)
                ? text.append(date(item.segment(), originUnixNs)).toString()
                : text.toString();
    }

    /**
     * Players are told at once when an epoch begins, and what comes first. All others are dated when they are whole: where
     * the broadcaster left, only what follows says how long the last one stands.
     */
    private static boolean isDatedFirst(Item item, @Nullable Item before) {
        return before == null || item.segment().isDiscontinuity();
    }

    /** It needs another init segment than the one before it. */
    static boolean needsMap(Item item, @Nullable Item before) {
        return before == null
                || item.track() != before.track()
                || !item.segment().init().equals(before.segment().init());
    }

    static String map(Names names, Item item) {
        return new Attributes("EXT-X-MAP")
                .quoted("URI", names.init(item.track(), item.segment().init()))
                .toString();
    }

    /**
     * When its first sample was taken. What an epoch ends with is dated by its end, where the next one begins: Shaka takes
     * time that no segment covers out of its timeline at a discontinuity, of each rendition for itself, but not out of its
     * live edge, and forgets segments that lie a whole segment or more behind that until it has none.
     */
    static String date(Segment segment, long originUnixNs) {
        // One that an epoch begins and ends with was dated when it began.
        boolean alone = segment.number() == segment.epochFirstNumber();
        long laterNs = alone ? 0 : segment.standsLongerNs();
        return "#EXT-X-PROGRAM-DATE-TIME:" + Numbers.date(originUnixNs + segment.startNs() + laterNs) + "\n";
    }

    /** What stands behind its last part. */
    static String after(Names names, Item item, @Nullable Item before, long originUnixNs) {
        return (isDatedFirst(item, before) ? "" : date(item.segment(), originUnixNs)) + end(names, item);
    }

    /** Its address, and how long it is. */
    static String end(Names names, Item item) {
        return (item.segment().isGap() ? "#EXT-X-GAP\n" : "")
                + "#EXTINF:" + Numbers.seconds(Math.max(LEAST_NS, item.segment().durationNs())) + ",\n"
                + names.segment(item.track(), item.segment()) + "\n";
    }
}
