package dev.millrace.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What one player saw over time: samples of its getStats every 50 ms (resources/pages/record.js). Times are
 * milliseconds since the epoch, comparable between processes of one machine; a span is half open.
 */
record Seen(double joinedMs, List<Sample> samples) {
    /** Longer without a decoded frame and people see that the picture stands still. */
    static final double FREEZE_MS = 500;

    /** Between samples that lie further apart the page itself stood still, and what happened meanwhile is unknown. */
    private static final double BLIND_MS = 200;

    /** One look; counters since the player's beginning. */
    record Sample(
            double atMs,
            double frames,
            int width,
            int height,
            double videoBytes,
            double packets,
            double lost,
            double retransmitted,
            double nacks,
            double plis,
            double freezes,
            double audioBytes,
            double audioSamples,
            double concealed,
            double silentConcealed,
            double rttMs) {
        private static Sample of(JsonArray json) {
            double[] f = new double[json.size()];
            for (int i = 0; i < f.length; i++) {
                f[i] = json.get(i).getAsDouble();
            }
            return new Sample(
                    f[0],
                    f[1],
                    (int) f[2],
                    (int) f[3],
                    f[4],
                    f[5],
                    f[6],
                    f[7],
                    f[8],
                    f[9],
                    f[10],
                    f[11],
                    f[12],
                    f[13],
                    f[14],
                    f[15]);
        }
    }

    static Seen of(PeerPage.Session player) {
        JsonObject json = player.ask("recorded");
        List<Sample> samples = new ArrayList<>();
        for (JsonElement sample : json.getAsJsonArray("samples")) {
            samples.add(Sample.of(sample.getAsJsonArray()));
        }
        return new Seen(json.get("joinedMs").getAsDouble(), samples);
    }

    /** The same, but only what was seen in a span of time. */
    Seen between(double fromMs, double toMs) {
        return new Seen(
                joinedMs,
                samples.stream()
                        .filter(sample -> sample.atMs() >= fromMs && sample.atMs() < toMs)
                        .toList());
    }

    Seen since(double fromMs) {
        return between(fromMs, Double.MAX_VALUE);
    }

    Seen sinceFirstFrame() {
        return since(firstMs(sample -> sample.frames() > 0));
    }

    private interface Condition {
        boolean holds(Sample sample);
    }

    private double firstMs(Condition condition) {
        return samples.stream()
                .filter(condition::holds)
                .mapToDouble(Sample::atMs)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** The longest time without a new decoded frame, the end counted as if a frame came then. */
    double longestGapMs() {
        return gaps().stream().mapToDouble(Double::doubleValue).max().orElse(Double.POSITIVE_INFINITY);
    }

    long freezes() {
        return gaps().stream().filter(gap -> gap > FREEZE_MS).count();
    }

    /** Milliseconds that belong to gaps over half a second. */
    double frozenMs() {
        return gaps().stream()
                .filter(gap -> gap > FREEZE_MS)
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private List<Double> gaps() {
        List<Double> gaps = new ArrayList<>();
        if (samples.isEmpty()) {
            return gaps;
        }
        Sample moved = samples.getFirst();
        Sample before = moved;
        for (Sample sample : samples) {
            boolean blind = sample.atMs() - before.atMs() > BLIND_MS && sample.frames() > before.frames() + 1;
            if (sample.frames() > moved.frames()) {
                gaps.add(blind ? before.atMs() - moved.atMs() : sample.atMs() - moved.atMs());
                moved = sample;
            }
            before = sample;
        }
        gaps.add(before.atMs() - moved.atMs());
        return gaps;
    }

    /** From a moment until a picture of at least this height is decoded; infinite when it never is. */
    double msUntilHeight(int height, double fromMs) {
        return since(fromMs).firstMs(sample -> sample.height() >= height && sample.frames() > 0) - fromMs;
    }

    double msUntilBelow(int height, double fromMs) {
        return since(fromMs).firstMs(sample -> sample.height() < height) - fromMs;
    }

    /** The share of the time with a picture of at least this height. */
    double shareAtLeast(int height) {
        double good = 0;
        for (int i = 1; i < samples.size(); i++) {
            if (samples.get(i).height() >= height) {
                good += samples.get(i).atMs() - samples.get(i - 1).atMs();
            }
        }
        return good / Math.max(1, spanMs());
    }

    /** How often the picture's size changed. */
    int switches() {
        int switches = 0;
        for (int i = 1; i < samples.size(); i++) {
            if (samples.get(i).height() != samples.get(i - 1).height()
                    && samples.get(i - 1).height() > 0) {
                switches++;
            }
        }
        return switches;
    }

    int height() {
        return samples.isEmpty() ? 0 : samples.getLast().height();
    }

    double spanMs() {
        return samples.isEmpty()
                ? 0
                : samples.getLast().atMs() - samples.getFirst().atMs();
    }

    /** Video and audio as received, RTP headers not counted. */
    double bitrateBps() {
        return samples.isEmpty() ? 0 : (bytes(samples.getLast()) - bytes(samples.getFirst())) * 8000 / spanMs();
    }

    private static double bytes(Sample sample) {
        return sample.videoBytes() + sample.audioBytes();
    }

    double framesPerSecond() {
        return samples.isEmpty()
                ? 0
                : (samples.getLast().frames() - samples.getFirst().frames()) * 1000 / Math.max(1, spanMs());
    }

    /** The share of the sound that was made up because the packets did not come in time. */
    double concealedShare() {
        if (samples.isEmpty()) {
            return 0;
        }
        double heard = samples.getLast().audioSamples() - samples.getFirst().audioSamples();
        return (samples.getLast().concealed() - samples.getFirst().concealed()) / Math.max(1, heard);
    }

    double plis() {
        return samples.isEmpty()
                ? 0
                : samples.getLast().plis() - samples.getFirst().plis();
    }

    double nacks() {
        return samples.isEmpty()
                ? 0
                : samples.getLast().nacks() - samples.getFirst().nacks();
    }

    /** The picture's height each half second, to read a run by. */
    String story() {
        StringBuilder story = new StringBuilder();
        double nextMs = 0;
        for (Sample sample : samples) {
            if (sample.atMs() >= nextMs) {
                story.append(String.format(
                        "%.1f:%d@%.0f ", (sample.atMs() - joinedMs) / 1000, sample.height(), sample.frames()));
                nextMs = sample.atMs() + 500;
            }
        }
        return story.toString();
    }
}
