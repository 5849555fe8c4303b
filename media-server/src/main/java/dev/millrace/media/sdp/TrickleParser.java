package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads trickle fragments (RFC 8840 section 9.2). */
final class TrickleParser {
    private TrickleParser() {}

    static TrickleFragment parse(String text) throws SdpException {
        List<SdpLine> lines = SdpParser.lines(text);
        int firstMedia = SdpParser.nextMedia(lines, 0);
        List<SdpLine> session = lines.subList(0, firstMedia);
        List<MediaSection> media = SdpParser.sections(lines, firstMedia);

        List<TrickleFragment.Section> sections = new ArrayList<>();
        List<String> unplaced = SdpLines.attributes(session, "candidate");
        if (!unplaced.isEmpty()) {
            sections.add(new TrickleFragment.Section("", unplaced, false));
        }
        for (MediaSection each : media) {
            sections.add(new TrickleFragment.Section(
                    each.mid(), each.attributes("candidate"), each.has("end-of-candidates")));
        }
        boolean ended = SdpLines.attribute(session, "end-of-candidates") != null;
        return new TrickleFragment(
                credential(session, media, "ice-ufrag"), credential(session, media, "ice-pwd"), sections, ended);
    }

    /** The session's value, else the sections', which must agree: there is one transport. */
    private static String credential(List<SdpLine> session, List<MediaSection> media, String name) throws SdpException {
        @Nullable SdpLine found = SdpLines.first(session, name);
        for (MediaSection section : media) {
            SdpLine here = SdpLines.first(section.lines(), name);
            if (here == null) {
                continue;
            }
            if (found != null && !found.attributeValue().equals(here.attributeValue())) {
                throw new SdpException(
                        here.number(), "a=" + name + " differs from the one before; one transport has one");
            }
            found = here;
        }
        return found == null ? "" : found.attributeValue();
    }
}
