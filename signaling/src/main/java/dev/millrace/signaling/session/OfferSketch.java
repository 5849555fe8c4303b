package dev.millrace.signaling.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The little that signaling itself needs of an SDP offer or fragment: its media sections and ICE user name; whether it
 * is right is the media server's business.
 *
 * @param lines the media sections, in order
 * @param ufrag the first {@code a=ice-ufrag}, null when there is none
 */
record OfferSketch(List<Line> lines, @Nullable String ufrag) {

    /** One media section. */
    record Line(String kind, String mid) {}

    /** More sections than any offer here has. */
    private static final int MAX_LINES = 64;

    static OfferSketch of(String sdp) {
        List<Line> lines = new ArrayList<>();
        String ufrag = null;
        for (String raw : sdp.split("\n", -1)) {
            String line = raw.strip();
            if (line.startsWith("m=") && lines.size() < MAX_LINES) {
                int blank = line.indexOf(' ');
                lines.add(new Line(blank < 0 ? line.substring(2) : line.substring(2, blank), ""));
            } else if (line.startsWith("a=mid:") && !lines.isEmpty()) {
                lines.set(lines.size() - 1, new Line(lines.getLast().kind(), line.substring("a=mid:".length())));
            } else if (line.startsWith("a=ice-ufrag:") && ufrag == null) {
                ufrag = line.substring("a=ice-ufrag:".length());
            }
        }
        return new OfferSketch(List.copyOf(lines), ufrag);
    }

    /** The index of the first video section, -1 without one. */
    int videoIndex() {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).kind().equals("video")) {
                return i;
            }
        }
        return -1;
    }

    /** The mid that a mediaId means: an index of a section, or itself a mid. */
    Optional<String> midOf(String mediaId) {
        if (mediaId.matches("\\d{1,4}") && Integer.parseInt(mediaId) < lines.size()) {
            return Optional.of(lines.get(Integer.parseInt(mediaId)).mid());
        }
        return lines.stream().map(Line::mid).filter(mediaId::equals).findFirst();
    }
}
