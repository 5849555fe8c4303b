package dev.millrace.perf.peers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * How many viewers a ramp, which went on until it was too much, carried within limits of loss and delay: as many as were there in
 * the last {@value #STRETCH} seconds of which at most one passed them. A hiccup with fewer says nothing; a key frame comes every
 * other second, so that who is overloaded passes them in two of four.
 *
 * @param viewers who were there
 * @param packetsPerS that they got together
 * @param delayMsP99 in the last second within the limits
 * @param passed whether more were too many; otherwise the server carries at least so many
 */
record Saturation(int viewers, double packetsPerS, double delayMsP99, boolean passed) {
    private static final int STRETCH = 4;

    static Saturation of(JsonNode report, double mostLoss, double mostDelayMs) {
        List<JsonNode> ramp = new ArrayList<>();
        report.path("seconds").forEach(second -> {
            boolean counts = second.path("phase").asText().matches("ramp|hold");
            if (counts && second.path("viewers").asInt() > 0) {
                ramp.add(second);
            }
        });
        boolean[] bad = new boolean[ramp.size()];
        for (int i = 0; i < bad.length; i++) {
            JsonNode second = ramp.get(i);
            bad[i] = second.path("loss").asDouble() > mostLoss || p99(second) > mostDelayMs;
        }
        boolean ended = report.path("end").path("reason").asText().equals("saturated");
        for (int end = bad.length; end > 0; end--) {
            if (!bad[end - 1] && isGood(bad, end)) {
                return upTo(ramp, end, ended || end < bad.length);
            }
        }
        return new Saturation(0, 0, 0, !ramp.isEmpty());
    }

    /** Whether at most one of the seconds before that one passed a limit. */
    private static boolean isGood(boolean[] bad, int end) {
        int passed = 0;
        for (int i = Math.max(0, end - STRETCH); i < end; i++) {
            passed += bad[i] ? 1 : 0;
        }
        return passed <= 1;
    }

    private static Saturation upTo(List<JsonNode> ramp, int end, boolean passed) {
        JsonNode last = ramp.get(end - 1);
        double packetsPerS = 0;
        for (JsonNode second : ramp.subList(Math.max(0, end - STRETCH), end)) {
            packetsPerS = Math.max(packetsPerS, second.path("packetsPerS").asDouble());
        }
        return new Saturation(last.path("viewers").asInt(), packetsPerS, p99(last), passed);
    }

    /** Of viewers who have settled, where the result tells: what a newcomer is given of the past is no delay. */
    private static double p99(JsonNode second) {
        JsonNode settled = second.path("settledDelayMs").path("p99");
        return settled.isNumber()
                ? settled.asDouble()
                : second.has("settledDelayMs")
                        ? 0
                        : second.path("delayMs").path("p99").asDouble();
    }
}
