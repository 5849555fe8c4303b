package dev.millrace.media.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session as the API shows it.
 *
 * @param state {@code connecting} or {@code connected}
 * @param remote the peer's address once a pair is chosen
 * @param transport {@code udp} or {@code tcp} once a pair is chosen
 * @param sinceMs when it was made, epoch milliseconds
 * @param sent what a viewer is sent, by track; empty for a publisher
 */
public record SessionInfo(
        String id,
        String stream,
        Role role,
        String participant,
        String state,
        @Nullable String remote,
        @Nullable String transport,
        long sinceMs,
        List<SentInfo> sent) {

    /**
     * One track towards one viewer.
     *
     * @param selected the layer asked for by hand, null when automatic
     * @param current the layer that flows, null while none does
     * @param why in words why this layer flows or none does
     * @param rttMs round trip by the last receiver report, -1 when unknown
     * @param fractionLost by the last receiver report, 0 to 1
     */
    public record SentInfo(
            String mid,
            String kind,
            @Nullable String selected,
            @Nullable String current,
            String why,
            long packets,
            long bytes,
            long retransmitted,
            long nacked,
            long keyframeRequests,
            double rttMs,
            double fractionLost) {}
}
