package dev.millrace.media.send;

import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.sdp.MediaKind;

/**
 * One track towards one viewer as of the last second; immutable, for other threads.
 *
 * @param layer index of the layer that flows, -1 while none does
 * @param targetLayer the layer wanted, -1 for none
 * @param pinnedLayer the layer set by hand, -1 when automatic
 * @param spatialLayer up to which the layer that flows is sent, -1 while none is
 * @param temporalLayer up to which the layer that flows is sent, -1 while none is
 * @param switches of layers and of decode targets within them
 * @param reason why that layer
 * @param packets sent once each, retransmissions not counted
 * @param retransmitted packets sent again
 * @param nacked sequence numbers the viewer asked for again
 * @param answered of those, sent again
 * @param plis keyframe requests of the viewer (PLI and FIR)
 * @param rttNs by the last receiver report; -1 when unknown
 * @param fractionLost by the last receiver report, 0 to 1
 * @param lost cumulative, by the last receiver report
 * @param pacedMs how long packets of the last second waited for the pacer, on average over all of them
 */
public record DownTrackStats(
        String mid,
        MediaKind kind,
        int ssrc,
        String codec,
        int layer,
        int targetLayer,
        int pinnedLayer,
        int spatialLayer,
        int temporalLayer,
        long switches,
        LayerReason reason,
        long packets,
        long bytes,
        long retransmitted,
        long nacked,
        long answered,
        long plis,
        long rttNs,
        double fractionLost,
        long lost,
        long bitrateBps,
        double pacedMs) {}
