package dev.millrace.media.playlist;

import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;

/** EXT-X-PART and EXT-X-PRELOAD-HINT (rfc8216bis sections 4.4.4.9, 4.4.5.3). */
final class PartTags {
    private PartTags() {}

    static String part(Names names, Track track, Segment segment, Part part) {
        return new Attributes("EXT-X-PART")
                .seconds("DURATION", part.durationNs())
                .quoted("URI", names.part(track, segment.number(), part.index()))
                .flag("INDEPENDENT", part.independent())
                .flag("GAP", part.isGap())
                .toString();
    }

    /** The part that will be next. */
    static String hint(Names names, Track track, long number, int index) {
        return new Attributes("EXT-X-PRELOAD-HINT")
                .plain("TYPE", "PART")
                .quoted("URI", names.part(track, number, index))
                .toString();
    }

    /** The init segment that the next part will need. */
    static String hint(Names names, Track track, Init init) {
        return new Attributes("EXT-X-PRELOAD-HINT")
                .plain("TYPE", "MAP")
                .quoted("URI", names.init(track, init))
                .toString();
    }
}
