package dev.millrace.perf.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * All of one run: where, who, what and within which limits.
 *
 * @param pids the server's processes, to be measured
 */
record LoadPlan(Target target, Audience audience, Media media, Limits limits, List<Long> pids) {

    /**
     * Who comes, when, and for how long.
     *
     * @param publishers 0 = the stream is somebody else's
     * @param viewers by WebRTC, in all, spread over the streams in turn
     * @param rampPerS joins a second
     * @param holdS how long they stay when all are there
     * @param hls viewers by plain HLS
     * @param llHls viewers by LL-HLS
     * @param dash viewers by LL-DASH
     * @param chatPerS messages a second, of all viewers together
     * @param untilSaturated whether the ramp goes on until a limit is passed
     * @param repair whether viewers ask for lost packets again
     * @param decryptEvery one of so many packets of pictures is decrypted by each viewer, to see when it was sent
     * @param loops threads that the clients live on
     * @param atOnce joins under way at once at most
     * @param churnPerS viewers a second who come beside those who stay, and leave again
     * @param churnStayS how long each of them stays
     * @param censusEveryS seconds between looks into the server's processes, 0 = none
     * @param oneByOne whether viewers take each packet from the kernel by itself, not what was sent together as one (UDP_GRO)
     */
    record Audience(
            int publishers,
            int viewers,
            double rampPerS,
            double holdS,
            int hls,
            int llHls,
            int dash,
            double chatPerS,
            boolean untilSaturated,
            boolean repair,
            int decryptEvery,
            int loops,
            int atOnce,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) double churnPerS,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) double churnStayS,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) double censusEveryS,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean oneByOne) {

        int bySegments() {
            return hls + llHls + dash;
        }
    }

    /**
     * What is published: H.264 and Opus.
     *
     * @param source a recording, or packets that only look so to whom does not decode them
     * @param bitrateBps of the best layer; 0 without pictures
     * @param pacing pictures leave at so many times their bit rate; 0 = each at once
     */
    record Media(Source source, boolean simulcast, int bitrateBps, boolean audioOnly, double pacing) {}

    /** Where pictures and sound come from. */
    enum Source {
        @JsonProperty("recorded")
        RECORDED,
        @JsonProperty("synthetic")
        SYNTHETIC
    }

    /**
     * When it is too much, over a sliding window.
     *
     * @param loss lost of the packets that viewers should have got
     * @param delayMs 99th percentile from publisher to viewer
     * @param joins failed of those that were tried
     * @param windowS how long the window is
     */
    record Limits(double loss, double delayMs, double joins, double windowS) {}
}
