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
 * @param link the connection to a viewer; null for a publisher and before media flows
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
        @Nullable LinkInfo link,
        List<SentInfo> sent) {

    /**
     * One track towards one viewer.
     *
     * @param selected the layer asked for by hand, null when automatic
     * @param current the layer that flows, null while none does or when it has no rid
     * @param wanted the layer that is to flow; another than {@code current} while its keyframe is awaited
     * @param spatialLayer within {@code current}: the highest spatial layer sent, -1 while no picture is
     * @param temporalLayer the highest temporal layer sent, -1 while no picture is
     * @param why {@code reason} as a sentence for people, with the numbers that help
     * @param switches how often another layer took the place of one
     * @param rttMs round trip by the last receiver report, -1 when unknown
     * @param fractionLost by the last receiver report, 0 to 1
     */
    public record SentInfo(
            String mid,
            String kind,
            @Nullable String selected,
            @Nullable String current,
            @Nullable String wanted,
            int spatialLayer,
            int temporalLayer,
            SentReason reason,
            String why,
            long bitrateBps,
            long packets,
            long bytes,
            long retransmitted,
            long nacked,
            long keyframeRequests,
            long switches,
            double rttMs,
            double fractionLost) {}
}
