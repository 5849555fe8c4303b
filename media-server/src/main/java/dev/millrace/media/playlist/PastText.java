package dev.millrace.media.playlist;

import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Past;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a media playlist says of the segments that left memory: hours of them, so each is written once, when it comes, and
 * cut off when it goes. Owned by the packager's thread.
 */
final class PastText {
    /**
     * A segment's tags in the text.
     *
     * @param headed they say which init segment it needs, and when it was; the first one's have to
     */
    private record Line(long number, int length, Init init, long startNs, boolean headed) {}

    private final Names names;
    private final Track track;
    private final StringBuilder text = new StringBuilder();
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long changes;

    PastText(Names names, Track track) {
        this.names = names;
        this.track = track;
    }

    /** All of it; what stands behind it needs no EXT-X-MAP if it has the init segment of the last. */
    CharSequence write(long originUnixNs) {
        Past past = track.past();
        if (past.changes() != changes) {
            changes = past.changes();
            text.setLength(0);
            lines.clear();
        }
        cut(past.first());
        append(past, originUnixNs);
        Line first = lines.peekFirst();
        if (first == null || first.headed()) {
            return text;
        }
        return head(first.init(), first.startNs(), originUnixNs) + text;
    }

    private String head(Init init, long startNs, long originUnixNs) {
        return SegmentTags.map(names, track, init) + SegmentTags.date(originUnixNs + startNs);
    }

    private void cut(@Nullable Segment first) {
        int gone = 0;
        while (!lines.isEmpty() && (first == null || lines.getFirst().number() < first.number())) {
            gone += lines.remove().length();
        }
        text.delete(0, gone);
    }

    private void append(Past past, long originUnixNs) {
        Line last = lines.peekLast();
        ArrayDeque<Segment> more = new ArrayDeque<>();
        for (Segment segment : past.newestFirst()) {
            if (last != null && segment.number() <= last.number()) {
                break;
            }
            more.push(segment);
        }
        Init known = last == null ? null : last.init();
        for (Segment segment : more) {
            int from = text.length();
            boolean headed = !segment.init().equals(known);
            known = segment.init();
            text.append(segment.isDiscontinuity() ? "#EXT-X-DISCONTINUITY\n" : "");
            text.append(headed ? head(known, segment.startNs(), originUnixNs) : "");
            text.append(SegmentTags.after(names, track, segment));
            lines.add(new Line(segment.number(), text.length() - from, known, segment.startNs(), headed));
        }
    }
}
