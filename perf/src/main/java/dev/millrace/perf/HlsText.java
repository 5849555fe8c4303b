package dev.millrace.perf;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A media playlist as a player reads it (rfc8216bis section 4.4): its segments and parts with their place on the wall
 * clock. Whatever is not needed to follow it is not looked at.
 *
 * @param init of the newest segment; null if there is none
 * @param segments whole ones, oldest first
 * @param parts of the newest segments, oldest first
 * @param openNumber of the segment that is being made, of which {@code openParts} parts are listed
 */
record HlsText(
        double targetS,
        double partHoldBackS,
        @Nullable String init,
        List<Piece> segments,
        List<Piece> parts,
        long openNumber,
        int openParts,
        boolean ended) {
    private static final String TARGET = "#EXT-X-TARGETDURATION:";
    private static final String CONTROL = "#EXT-X-SERVER-CONTROL:";
    private static final String SEQUENCE = "#EXT-X-MEDIA-SEQUENCE:";
    private static final String MAP = "#EXT-X-MAP:";
    private static final String DATE = "#EXT-X-PROGRAM-DATE-TIME:";
    private static final String PART = "#EXT-X-PART:";
    private static final String INF = "#EXTINF:";
    private static final String GAP = "#EXT-X-GAP";
    private static final String END = "#EXT-X-ENDLIST";

    /**
     * A segment or part.
     *
     * @param number of the segment, and {@code part} -1 or the part's in it
     * @param startS Unix time in seconds
     * @param gap there is nothing to fetch
     */
    record Piece(String uri, long number, int part, double startS, double durationS, boolean independent, boolean gap) {
        double endS() {
            return startS + durationS;
        }
    }

    static HlsText read(String text) {
        return new Reader().read(text);
    }

    /** The addresses of a multivariant playlist: the first variant's, then that of its sound if it has its own. */
    static List<String> renditions(String multivariant) {
        List<String> found = new ArrayList<>();
        String sound = "";
        String before = "";
        for (String line : multivariant.lines().toList()) {
            if (line.startsWith("#EXT-X-MEDIA:") && line.contains("TYPE=AUDIO") && sound.isEmpty()) {
                sound = attribute(line, "URI");
            } else if (found.isEmpty() && !line.startsWith("#") && before.startsWith("#EXT-X-STREAM-INF:")) {
                found.add(line);
            }
            before = line;
        }
        if (!sound.isEmpty() && !found.contains(sound)) {
            found.add(sound);
        }
        return found;
    }

    /** Without quotes; empty if it is not there. */
    private static String attribute(String line, String name) {
        int at = line.indexOf(name + "=");
        while (at > 0 && line.charAt(at - 1) != ',' && line.charAt(at - 1) != ':') {
            at = line.indexOf(name + "=", at + 1);
        }
        if (at < 0) {
            return "";
        }
        int from = at + name.length() + 1;
        if (from < line.length() && line.charAt(from) == '"') {
            return line.substring(from + 1, line.indexOf('"', from + 1));
        }
        int end = line.indexOf(',', from);
        return line.substring(from, end < 0 ? line.length() : end);
    }

    private static double number(String text) {
        return text.isEmpty() ? 0 : Double.parseDouble(text);
    }

    /** Reads line by line. */
    private static final class Reader {
        private final List<Piece> segments = new ArrayList<>();
        private final List<Piece> parts = new ArrayList<>();
        private double targetS;
        private double partHoldBackS;
        private @Nullable String init;
        private long number;
        private int part;
        private double atS;
        private double partAtS;
        private double infS;
        private boolean gap;
        private boolean ended;

        HlsText read(String text) {
            text.lines().forEach(this::line);
            return new HlsText(targetS, partHoldBackS, init, segments, parts, number, part, ended);
        }

        private void line(String line) {
            if (line.startsWith(PART)) {
                part(line);
            } else if (line.startsWith(INF)) {
                infS = Double.parseDouble(line.substring(INF.length(), line.indexOf(',')));
            } else if (!line.startsWith("#") && !line.isBlank()) {
                segment(line);
            } else if (line.startsWith(DATE)) {
                atS = unixS(line.substring(DATE.length()));
                partAtS = atS;
            } else if (line.startsWith(SEQUENCE)) {
                number = Long.parseLong(line.substring(SEQUENCE.length()));
            } else if (line.startsWith(MAP)) {
                init = attribute(line, "URI");
            } else {
                head(line);
            }
        }

        private void head(String line) {
            if (line.startsWith(TARGET)) {
                targetS = Double.parseDouble(line.substring(TARGET.length()));
            } else if (line.startsWith(CONTROL)) {
                partHoldBackS = number(attribute(line, "PART-HOLD-BACK"));
            } else if (line.startsWith(GAP)) {
                gap = true;
            } else if (line.startsWith(END)) {
                ended = true;
            }
        }

        private void part(String line) {
            double durationS = number(attribute(line, "DURATION"));
            boolean independent = attribute(line, "INDEPENDENT").equals("YES");
            boolean none = attribute(line, "GAP").equals("YES");
            parts.add(new Piece(attribute(line, "URI"), number, part++, partAtS, durationS, independent, none));
            partAtS += durationS;
        }

        private void segment(String uri) {
            segments.add(new Piece(uri, number, -1, atS, infS, true, gap));
            atS += infS;
            partAtS = atS;
            number++;
            part = 0;
            gap = false;
        }

        private static double unixS(String date) {
            OffsetDateTime time = OffsetDateTime.parse(date);
            return time.toEpochSecond() + time.getNano() / 1e9;
        }
    }
}
