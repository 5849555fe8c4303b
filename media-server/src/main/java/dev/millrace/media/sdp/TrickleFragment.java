package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * An {@code application/trickle-ice-sdpfrag} body: credentials and candidates on their way (RFC 8840 section 9).
 *
 * @param ufrag ICE user name fragment; empty when the fragment names none
 * @param pwd ICE password; empty when the fragment names none
 * @param sections candidates by media section
 * @param endOfCandidates said for the whole session
 */
public record TrickleFragment(String ufrag, String pwd, List<Section> sections, boolean endOfCandidates) {

    /**
     * What the fragment says of one media section.
     *
     * @param mid may be empty when the sender named none
     * @param candidates values of {@code a=candidate:} without that prefix
     * @param endOfCandidates said for this section
     */
    public record Section(String mid, List<String> candidates, boolean endOfCandidates) {
        public Section {
            candidates = List.copyOf(candidates);
        }
    }

    public TrickleFragment {
        sections = List.copyOf(sections);
    }

    /** Reads a fragment, lenient about what senders leave out; the exception names the line at fault. */
    public static TrickleFragment parse(String text) throws SdpException {
        return TrickleParser.parse(text);
    }

    /** Candidates of all sections: with BUNDLE they belong to the one transport. */
    public List<String> candidates() {
        List<String> all = new ArrayList<>();
        for (Section section : sections) {
            all.addAll(section.candidates());
        }
        return all;
    }

    /** No more will come: said for the session, or for any section of the bundle. */
    public boolean ended() {
        return endOfCandidates || sections.stream().anyMatch(Section::endOfCandidates);
    }

    /** The fragment as text: credentials first, then a pseudo media line for each section. */
    public String write() {
        StringBuilder out = new StringBuilder(1024);
        line(out, "ice-ufrag", ufrag);
        line(out, "ice-pwd", pwd);
        if (endOfCandidates) {
            out.append("a=end-of-candidates\r\n");
        }
        for (Section section : sections) {
            // RFC 8840 section 4.4: a pseudo m= line whose content means nothing but "a section begins".
            out.append("m=audio 9 RTP/AVP 0\r\n");
            line(out, "mid", section.mid());
            for (String candidate : section.candidates()) {
                line(out, "candidate", candidate);
            }
            if (section.endOfCandidates()) {
                out.append("a=end-of-candidates\r\n");
            }
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String name, String value) {
        if (!value.isEmpty()) {
            out.append("a=").append(name).append(':').append(value).append("\r\n");
        }
    }
}
