package dev.millrace.media.receive;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import java.util.List;

/**
 * Everything a publisher's decrypted packets go through before the router: binding to layers, RTX, loss repair,
 * reports and congestion feedback (RFC 3550, 4585, 4588, 5104, 8852).
 *
 * <p>Holds no socket, thread or clock. Owned by one event loop; {@link #stats()} may be read by any thread.
 */
public final class ReceivePath {
    private final DropCounters drops;
    private final RtpPacket packet = new RtpPacket();
    private volatile List<LayerStats> stats = List.of();

    /** A path for a connection whose keys are there or about to be; nothing happens before its first packet. */
    public ReceivePath(ReceiveConfig config, ReceiveOutput output, MediaListener listener, DropCounters drops) {
        this.drops = drops;
    }

    /** One decrypted RTP packet; may be rewritten in place. */
    public void onRtp(byte[] b, int off, int len, long nowNs) {
        if (!packet.wrap(b, off, len)) {
            drops.count(DropReason.RTP_MALFORMED);
        }
    }

    /** One decrypted RTCP compound. */
    public void onRtcp(byte[] b, int off, int len, long nowNs) {
        drops.count(DropReason.RTCP_MALFORMED);
    }

    /**
     * Somebody needs a keyframe of this layer. At most one PLI or FIR goes out per 300 ms and layer however many ask; it is
     * repeated until a keyframe comes.
     *
     * @param trackIndex {@link TrackLayer#trackIndex()}
     * @param layerIndex {@link TrackLayer#index()}
     */
    public void requestKeyframe(int trackIndex, int layerIndex, long nowNs) {}

    /** Round trip to the publisher when something else measured it (ICE checks). */
    public void onRtt(long rttNs) {}

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    /** Does what is due: NACKs, feedback, reports, keyframe requests, statistics. */
    public void onDeadline(long nowNs) {}

    /** The layers heard so far, as of the last second; any thread. */
    public List<LayerStats> stats() {
        return stats;
    }
}
