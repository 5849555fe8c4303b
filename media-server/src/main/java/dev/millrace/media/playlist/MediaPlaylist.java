package dev.millrace.media.playlist;

import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Past;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the media playlist of a track, whole or as a delta (rfc8216bis sections 4.4.3 to 4.4.5, 6.2.5.1). Plain players
 * play from the same text and ignore the parts.
 */
public final class MediaPlaylist {
    /** EXT-X-SKIP needs it. */
    static final int VERSION = 9;

    private final Names names;
    private final Timing timing;
    private final Map<Track, PastText> pasts = new HashMap<>();

    public MediaPlaylist(Names names, Timing timing) {
        this.names = names;
        this.timing = timing;
    }

    /**
     * The text.
     *
     * @param renditions all of the broadcast, for reports about the others
     * @param skip a delta is wanted, if there is enough to leave out
     * @param originUnixNs Unix time at 0 of the timeline
     */
    public String write(Track track, List<Track> renditions, boolean skip, boolean ended, long originUnixNs) {
        List<Segment> segments = track.segments();
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:" + VERSION + "\n")
                .append(timing.covering(renditions).tags());
        if (segments.isEmpty()) {
            return text.append("#EXT-X-MEDIA-SEQUENCE:0\n").toString();
        }
        Past past = track.past();
        Segment oldest = past.first();
        Segment first = oldest == null ? segments.getFirst() : oldest;
        Segment last = segments.getLast();
        long endNs = last.startNs() + last.durationNs();
        text.append("#EXT-X-MEDIA-SEQUENCE:").append(first.number()).append('\n');
        text.append("#EXT-X-DISCONTINUITY-SEQUENCE:")
                .append(first.epoch() - (first.isDiscontinuity() ? 1 : 0))
                .append('\n');
        int skipped = skip ? skippable(segments, endNs) : 0;
        Segment newestPast = past.last();
        Init known = newestPast == null ? null : newestPast.init();
        if (skipped > 0) {
            text.append(new Attributes("EXT-X-SKIP").plain("SKIPPED-SEGMENTS", past.size() + skipped));
            known = segments.get(skipped - 1).init();
        } else {
            text.append(pasts.computeIfAbsent(track, any -> new PastText(names, track))
                    .write(originUnixNs));
        }
        for (Segment segment : segments.subList(skipped, segments.size())) {
            if (segment.isComplete() || !segment.parts().isEmpty()) {
                write(text, track, segment, known, endNs, originUnixNs);
                known = segment.init();
            }
        }
        return text.append(ended ? "#EXT-X-ENDLIST\n" : ahead(track, renditions, last, known))
                .toString();
    }

    /** How many segments are older than what a delta must tell. */
    private int skippable(List<Segment> segments, long endNs) {
        int count = 0;
        for (Segment segment : segments) {
            if (endNs - segment.startNs() - segment.durationNs() <= timing.skipUntilNs()) {
                break;
            }
            count++;
        }
        return count;
    }

    private void write(
            StringBuilder text, Track track, Segment segment, @Nullable Init known, long endNs, long originUnixNs) {
        text.append(SegmentTags.before(names, track, segment, known, originUnixNs));
        if (endNs - segment.startNs() - segment.durationNs() <= timing.partsUntilNs()) {
            for (Part part : segment.parts()) {
                text.append(PartTags.part(names, track, segment, part));
            }
        }
        if (segment.isComplete()) {
            text.append(SegmentTags.after(names, track, segment));
        }
    }

    /** What comes next, and how far the others are. */
    private String ahead(Track track, List<Track> renditions, Segment last, @Nullable Init known) {
        StringBuilder text = new StringBuilder();
        if (last.isComplete()) {
            text.append(PartTags.hint(names, track, last.number() + 1, 0));
        } else {
            if (!last.init().equals(known)) {
                text.append(PartTags.hint(names, track, last.init()));
            }
            text.append(PartTags.hint(names, track, last.number(), last.parts().size()));
        }
        for (Track other : renditions) {
            if (other != track) {
                text.append(RenditionReport.of(names, other));
            }
        }
        return text.toString();
    }
}
