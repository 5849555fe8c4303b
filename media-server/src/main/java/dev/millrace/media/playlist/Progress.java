package dev.millrace.media.playlist;

import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.List;

/**
 * How far a track or a playlist is: all that decides when a request is answered.
 *
 * @param firstNumber of the oldest segment kept; -1 if there is none
 * @param lastNumber of the newest whole segment; one below the first if there is none
 * @param lastParts that the newest whole segment has
 * @param openNumber of the segment that is being made, which has {@code parts} parts
 * @param ended nothing will be added
 */
public record Progress(long firstNumber, long lastNumber, int lastParts, long openNumber, int parts, boolean ended) {
    /** Of a track's own segments, which decides about requests for them. */
    public static Progress of(Track track, boolean ended) {
        List<Segment> segments = track.segments();
        return of(segments, !segments.isEmpty() && segments.getLast().isComplete(), ended);
    }

    /** Of what a playlist lists, which decides about requests for it. */
    public static Progress of(Listing listing, Edge edge) {
        List<Segment> segments =
                listing.present().stream().map(Listing.Item::segment).toList();
        return of(segments, !segments.isEmpty() && edge.isWhole(segments.getLast()), edge.ended());
    }

    /** @param whole the last of them is told as such */
    private static Progress of(List<Segment> segments, boolean whole, boolean ended) {
        if (segments.isEmpty()) {
            return new Progress(-1, -1, 0, 0, 0, ended);
        }
        long first = segments.getFirst().number();
        Segment last = segments.getLast();
        if (whole) {
            return new Progress(first, last.number(), last.parts().size(), last.number() + 1, 0, ended);
        }
        int before =
                segments.size() > 1 ? segments.get(segments.size() - 2).parts().size() : 0;
        return new Progress(
                first, last.number() - 1, before, last.number(), last.parts().size(), ended);
    }

    /** Nothing was made yet. */
    public boolean isEmpty() {
        return firstNumber < 0 || (lastNumber < firstNumber && parts == 0);
    }

    /** True if the playlist holds that segment, or, with {@code part} from 0, that part of it. */
    boolean holds(long number, int part) {
        if (number <= lastNumber) {
            // A part behind the last one of a whole segment is the first of the next.
            return part < 0 || number < lastNumber || part < lastParts || parts > 0;
        }
        return number == openNumber && part >= 0 && part < parts;
    }
}
