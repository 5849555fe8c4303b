package dev.millrace.media.receive;

import dev.millrace.media.sdp.MediaKind;

/**
 * One received layer as of the last second; immutable, for other threads.
 *
 * @param codec encoding name as in SDP, empty before the first packet
 * @param active whether packets came in the last second
 * @param width in pixels; 0 when unknown or audio
 * @param framesPerSecond frames counted by marker bits in the last second
 * @param bitrateBps payload and header bits in the last second that had any
 * @param packets received once each, retransmissions included
 * @param lost expected and never received (RFC 3550 section 6.4.1); recovered packets are not lost
 * @param nacked sequence numbers asked for again, counted once each
 * @param recovered packets that came by RTX, or plainly after a NACK
 * @param jitterMs interarrival jitter (RFC 3550 appendix A.8)
 * @param keyframeRequests PLI and FIR sent
 */
public record LayerStats(
        String mid,
        MediaKind kind,
        String rid,
        int ssrc,
        String codec,
        boolean active,
        int width,
        int height,
        double framesPerSecond,
        long bitrateBps,
        long packets,
        long bytes,
        long lost,
        long nacked,
        long recovered,
        double jitterMs,
        long keyframeRequests,
        long keyframes) {}
