package dev.millrace.perf.peers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a ramp that went on until the loss was too much passed the limits of loss and of delay, second by second. One bad second
 * is a hiccup; two within {@value #NEAR} are the limit.
 *
 * @param viewers who were there before it passed
 * @param packetsPerS that they got together
 * @param delayMsP99 in the last second within the limits
 * @param passed whether it did; otherwise the server carries at least so many
 */
record Saturation(int viewers, double packetsPerS, double delayMsP99, boolean passed) {
    private static final int NEAR = 4;

    /** Compilers warm up, the harness' and maybe the server's; and who just came has no percentile yet. */
    private static final double GRACE_S = 4;

    static Saturation of(JsonNode report, double mostLoss, double mostDelayMs) {
        List<JsonNode> ramp = new ArrayList<>();
        report.path("seconds").forEach(second -> {
            boolean counts = second.path("phase").asText().matches("ramp|hold");
            if (counts && second.path("viewers").asInt() > 0) {
                ramp.add(second);
            }
        });
        double beganS = ramp.isEmpty() ? 0 : ramp.getFirst().path("atS").asDouble();
        boolean[] bad = new boolean[ramp.size()];
        for (int i = 0; i < bad.length; i++) {
            JsonNode second = ramp.get(i);
            bad[i] = second.path("atS").asDouble() - beganS >= GRACE_S
                    && (second.path("loss").asDouble() > mostLoss || p99(second) > mostDelayMs);
        }
        boolean ended = report.path("end").path("reason").asText().equals("saturated");
        for (int i = 0; i < bad.length; i++) {
            if (bad[i] && isNotAlone(bad, i, ended)) {
                return upTo(ramp, i, true);
            }
        }
        return upTo(ramp, ramp.size(), ended);
    }

    private static boolean isNotAlone(boolean[] bad, int at, boolean ended) {
        for (int i = at + 1; i < at + NEAR; i++) {
            if (i >= bad.length) {
                return ended;
            }
            if (bad[i]) {
                return true;
            }
        }
        return false;
    }

    private static Saturation upTo(List<JsonNode> ramp, int end, boolean passed) {
        int viewers = 0;
        double packetsPerS = 0;
        double delayMs = 0;
        for (JsonNode second : ramp.subList(0, end)) {
            viewers = Math.max(viewers, second.path("viewers").asInt());
            packetsPerS = Math.max(packetsPerS, second.path("packetsPerS").asDouble());
            delayMs = p99(second);
        }
        return new Saturation(viewers, packetsPerS, delayMs, passed);
    }

    private static double p99(JsonNode second) {
        return second.path("delayMs").path("p99").asDouble();
    }
}
