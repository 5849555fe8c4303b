package dev.millrace.media.send;

import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.Locale;

/** What one downtrack sent and heard back, its round trip, and how much may be sent again; owned by its loop. */
final class DownTrackCounters {
    private static final long NS_PER_S = 1_000_000_000L;

    /** Until a report tells better: a short way, so that no viewer's first losses wait. */
    private static final long ASSUMED_RTT_NS = 20_000_000L;

    /** However long the round trip seems: a player gives up within a second. */
    private static final long MAX_REPEAT_MS = 400;

    /** The least that may be sent again: 2 Mb/s, or every tenth of a second a keyframe's worth would never get through. */
    private static final long MIN_RETRANSMIT_BYTES_PER_S = 250_000;

    /** So much may leave in one burst. */
    private static final long MAX_BUDGET_BYTES = 128_000;

    /** A small keyframe, whatever the estimate: without it nothing else is of use. */
    private static final long MIN_BUDGET_BYTES = 12_000;

    /** 100 Mb/s: more than any viewer is sent. */
    private static final long MAX_RETRANSMIT_BYTES_PER_S = 12_500_000;

    long packets;
    long bytes;
    long retransmitted;
    long retransmittedBytes;
    long nacked;
    long answered;
    long plis;

    /** What packets sent since the last snapshot waited for the pacer in all. */
    private long waitedMs;

    private long measuredPackets;

    /** Layers and decode targets changed. */
    long switches;

    private Codec codec = Codec.OTHER;
    private boolean any;
    private int rtxSequence;
    private long budgetBytes = MAX_BUDGET_BYTES;
    private long budgetNs;
    private long rttNs = -1;
    private int fractionLost256;
    private long lost;
    private long measuredBytes;
    private long measuredNs;
    private long bitrateBps;

    void started(Codec newCodec, long nowNs) {
        codec = newCodec;
        any = true;
        if (measuredNs == 0) {
            measuredNs = nowNs;
        }
    }

    void sent(int sentBytes) {
        packets++;
        bytes += sentBytes;
    }

    /** A packet that leaves waited so long for the pacer. */
    void waited(int ms) {
        waitedMs += ms;
    }

    boolean any() {
        return any;
    }

    int nextRtxSequence() {
        rtxSequence = (rtxSequence + 1) & 0xffff;
        return rtxSequence;
    }

    /**
     * Not twice within a round trip, and not more than about what is sent anyway, or a third of what the connection
     * carries; takes the bytes if so.
     *
     * @param roomBps the estimate, {@link Long#MAX_VALUE} while unknown
     */
    boolean mayRetransmit(int sinceMs, int packetBytes, long roomBps, long nowNs) {
        // What was sent less than a round trip ago cannot have been missed yet; measured with some jitter.
        long leastMs = (rttNs < 0 ? ASSUMED_RTT_NS : rttNs * 3 / 4) / 1_000_000;
        if (sinceMs < Math.clamp(leastMs, 1, MAX_REPEAT_MS)) {
            return false;
        }
        boolean known = roomBps != Long.MAX_VALUE;
        long perSecond = known
                ? Math.clamp(roomBps / 8 / 3, MIN_BUDGET_BYTES, MAX_RETRANSMIT_BYTES_PER_S)
                : Math.max(MIN_RETRANSMIT_BYTES_PER_S, bitrateBps / 8);
        long burst = known ? Math.clamp(perSecond, MIN_BUDGET_BYTES, MAX_BUDGET_BYTES) : MAX_BUDGET_BYTES;
        long passedNs = Math.min(nowNs - budgetNs, NS_PER_S);
        budgetBytes = Math.min(burst, budgetBytes + passedNs * perSecond / NS_PER_S);
        budgetNs = nowNs;
        if (budgetBytes < packetBytes) {
            return false;
        }
        budgetBytes -= packetBytes;
        return true;
    }

    void onReport(int newFractionLost256, long newLost, long newRttNs) {
        fractionLost256 = newFractionLost256;
        lost = newLost;
        if (newRttNs >= 0) {
            rttNs = rttNs < 0 ? newRttNs : (7 * rttNs + newRttNs) / 8;
        }
    }

    DownTrackStats snapshot(
            PlayedMedia played,
            int layer,
            int target,
            int pinned,
            int spatialLayer,
            int temporalLayer,
            LayerReason reason,
            long nowNs) {
        if (nowNs > measuredNs) {
            bitrateBps = (bytes - measuredBytes) * 8 * NS_PER_S / (nowNs - measuredNs);
            measuredBytes = bytes;
            measuredNs = nowNs;
        }
        double pacedMs = packets > measuredPackets ? (double) waitedMs / (packets - measuredPackets) : 0;
        measuredPackets = packets;
        waitedMs = 0;
        return new DownTrackStats(
                played.mid(),
                played.kind(),
                played.ssrc(),
                any ? codec.name().toLowerCase(Locale.ROOT) : "",
                layer,
                target,
                pinned,
                spatialLayer,
                temporalLayer,
                switches,
                reason,
                packets,
                bytes,
                retransmitted,
                nacked,
                answered,
                plis,
                rttNs,
                fractionLost256 / 256.0,
                lost,
                bitrateBps,
                pacedMs);
    }
}
