package dev.millrace.media.playlist;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A live playlist on the timeline of Shaka 5.2 (lib/hls/hls_parser.js): at a discontinuity it takes time of more than a
 * second that no segment covers out of its timeline; its live edge is the wall clock's since it began; what lies further
 * behind that than the playlist was long is forgotten.
 */
final class Timeline {
    /** {@code if (Math.abs(newDrift) > 1) accumulatedGap += newDrift}. */
    private static final double TAKEN_OUT_S = 1;

    /**
     * A segment, whole or not.
     *
     * @param dateS Unix time that the playlist tells, or that follows from the segment before it
     */
    record Listed(long number, int epoch, double dateS, double durationS) {}

    private record Placed(Listed segment, double startS) {
        double endS() {
            return startS + segment.durationS();
        }
    }

    private List<Placed> known = new ArrayList<>();
    private double edgeAheadS = Double.NaN;
    private double lengthS;

    /** Reads the playlist at that Unix time. */
    void update(String text, double nowS) {
        List<Placed> placed = place(read(text));
        if (Double.isNaN(edgeAheadS)) {
            edgeAheadS = placed.getLast().endS() - nowS;
        } else {
            double from = nowS + edgeAheadS - lengthS;
            placed.removeIf(each -> each.endS() <= from);
        }
        known = placed;
        if (!known.isEmpty()) {
            lengthS = known.getLast().endS() - known.getFirst().startS();
        }
    }

    /** How many segments the player knows of. */
    int size() {
        return known.size();
    }

    /** Where the last one it knows of ends. */
    double endS() {
        return known.getLast().endS();
    }

    /** What was taken out before is kept out. */
    private List<Placed> place(List<Listed> segments) {
        double gapS = 0;
        for (Placed each : known) {
            if (each.segment().number() == segments.getFirst().number()) {
                gapS = segments.getFirst().dateS() - each.startS();
            }
        }
        List<Placed> placed = new ArrayList<>();
        for (Listed segment : segments) {
            Placed before = placed.isEmpty() ? null : placed.getLast();
            if (before != null && before.segment().epoch() != segment.epoch()) {
                double driftS = segment.dateS() - before.endS() - gapS;
                gapS += Math.abs(driftS) > TAKEN_OUT_S ? driftS : 0;
            }
            placed.add(new Placed(segment, segment.dateS() - gapS));
        }
        double oldest =
                known.isEmpty() ? Double.NEGATIVE_INFINITY : known.getFirst().startS();
        placed.removeIf(each -> each.endS() <= oldest);
        return placed;
    }

    /** Those of a whole playlist; one that is not whole yet lasts as long as its parts. */
    static List<Listed> read(String text) {
        List<Listed> found = new ArrayList<>();
        long number = 0;
        int epoch = 0;
        double dateS = Double.NaN;
        double nextS = Double.NaN;
        double partsS = 0;
        double lengthS = 0;
        for (String line : text.split("\n", -1)) {
            String value = line.substring(line.indexOf(':') + 1);
            if (line.startsWith("#EXT-X-MEDIA-SEQUENCE")) {
                number = Long.parseLong(value);
            } else if (line.startsWith("#EXT-X-DISCONTINUITY-SEQUENCE")) {
                epoch = Integer.parseInt(value);
            } else if (line.equals("#EXT-X-DISCONTINUITY")) {
                epoch++;
            } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME")) {
                dateS = OffsetDateTime.parse(value).toInstant().toEpochMilli() / 1e3;
            } else if (line.startsWith("#EXT-X-PART:")) {
                partsS += Double.parseDouble(value.replaceAll("DURATION=([0-9.]+).*", "$1"));
            } else if (line.startsWith("#EXTINF")) {
                lengthS = Double.parseDouble(value.replace(",", ""));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                double startS = Double.isNaN(dateS) ? nextS : dateS;
                found.add(new Listed(number++, epoch, startS, lengthS));
                nextS = startS + lengthS;
                dateS = Double.NaN;
                partsS = 0;
            }
        }
        if (partsS > 0) {
            found.add(new Listed(number, epoch, Double.isNaN(dateS) ? nextS : dateS, partsS));
        }
        return found;
    }
}
