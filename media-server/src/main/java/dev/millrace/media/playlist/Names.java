package dev.millrace.media.playlist;

import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;

/**
 * What the objects of a broadcast are called, relative to its playlists; the same in HLS and DASH, so that caches keep
 * one copy.
 *
 * @param stamp of this packager: caches keep objects forever, and numbers begin anew with each
 * @param query behind every name, such as {@code ?token=…}; empty for none
 */
public record Names(String stamp, String query) {
    String init(Track track, Init init) {
        return prefix(track.name()) + "init-" + init.number() + ".mp4" + query;
    }

    String segment(Track track, Segment segment) {
        return segment(track, segment.epoch(), Long.toString(segment.number()));
    }

    /**
     * The epoch is in the name for DASH, which counts for itself, also beyond the end of its period before it knows of the
     * next: what is of the next is not found then, instead of being given to a decoder of this one.
     */
    private String segment(Track track, int epoch, String number) {
        return prefix(track.name()) + "e" + epoch + "-" + number + ".m4s" + query;
    }

    String part(Track track, long number, int index) {
        return prefix(track.name()) + number + "." + index + ".m4s" + query;
    }

    String playlist(Track track) {
        return track.name() + ".m3u8" + query;
    }

    /** What DASH makes the names of an epoch's segments of. */
    String numbered(Track track, int epoch) {
        return segment(track, epoch, "$Number$");
    }

    private String prefix(String name) {
        return name + "-" + stamp + "-";
    }
}
