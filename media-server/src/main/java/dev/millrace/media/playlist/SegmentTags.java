package dev.millrace.media.playlist;

import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import org.jspecify.annotations.Nullable;

/** The tags of a segment: EXTINF, EXT-X-DISCONTINUITY, -MAP, -PROGRAM-DATE-TIME, -GAP (rfc8216bis section 4.4.4). */
final class SegmentTags {
    private SegmentTags() {}

    /** What stands before its first part. */
    static String before(Names names, Track track, Segment segment, @Nullable Init known, long originUnixNs) {
        StringBuilder text = new StringBuilder();
        if (segment.isDiscontinuity()) {
            text.append("#EXT-X-DISCONTINUITY\n");
        }
        if (!segment.init().equals(known)) {
            text.append(map(names, track, segment.init()));
        }
        return text.append(date(originUnixNs + segment.startNs())).toString();
    }

    static String map(Names names, Track track, Init init) {
        return new Attributes("EXT-X-MAP")
                .quoted("URI", names.init(track, init))
                .toString();
    }

    static String date(long unixNs) {
        return "#EXT-X-PROGRAM-DATE-TIME:" + Numbers.date(unixNs) + "\n";
    }

    /** What stands behind its last part. */
    static String after(Names names, Track track, Segment segment) {
        return (segment.isGap() ? "#EXT-X-GAP\n" : "")
                + "#EXTINF:" + Numbers.seconds(segment.durationNs()) + ",\n"
                + names.segment(track, segment) + "\n";
    }
}
