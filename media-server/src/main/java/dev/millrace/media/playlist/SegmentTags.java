package dev.millrace.media.playlist;

import dev.millrace.media.playlist.Listing.Item;
import org.jspecify.annotations.Nullable;

/** The tags of a segment: EXTINF, EXT-X-DISCONTINUITY, -MAP, -PROGRAM-DATE-TIME, -GAP (rfc8216bis section 4.4.4). */
final class SegmentTags {
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
        return text.append(date(originUnixNs + item.segment().startNs())).toString();
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

    static String date(long unixNs) {
        return "#EXT-X-PROGRAM-DATE-TIME:" + Numbers.date(unixNs) + "\n";
    }

    /** What stands behind its last part. */
    static String after(Names names, Item item) {
        return (item.segment().isGap() ? "#EXT-X-GAP\n" : "")
                + "#EXTINF:" + Numbers.seconds(item.segment().durationNs()) + ",\n"
                + names.segment(item.track(), item.segment()) + "\n";
    }
}
