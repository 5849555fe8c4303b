package dev.millrace.media.send;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sdp.MediaKind;
import java.util.List;

/**
 * Everything between a published stream and one viewer: layer choice, rewriting, retransmission, sender reports
 * (RFC 3550, 4585, 4588).
 *
 * <p>Holds no socket, thread or clock. Owned by the viewer's event loop; {@link #stats()} may be read by any thread.
 * {@code router.Stream.subscribe} attaches it to a stream; a stream whose broadcaster changes keeps it.
 */
public final class SendPath {
    /** Bytes a scratch needs: a packet, our header extensions, and room to encrypt. */
    public static final int SCRATCH_BYTES = 2048;

    private volatile List<DownTrackStats> stats = List.of();

    /**
     * A path that sends nothing until {@link #start}.
     *
     * @param scratch the loop's, {@link #SCRATCH_BYTES} or more, shared by all its send paths
     */
    public SendPath(
            SendConfig config,
            SendOutput output,
            SendListener listener,
            BandwidthEstimator estimator,
            DropCounters drops,
            byte[] scratch) {}

    /** Keys are there: media may flow, and a keyframe is asked for. */
    public void start(long nowNs) {}

    /** Ties the track of the source's kind, if the viewer has one, to that source; called by the router. */
    public void attach(TrackSource source, long nowNs) {}

    /** Unties both tracks; called by the router. */
    public void detach(long nowNs) {}

    /** Walks the source's batch; called by the router. */
    public void forward(TrackSource source, long nowNs) {}

    /** One decrypted RTCP compound of the viewer. */
    public void onRtcp(byte[] b, int off, int len, long nowNs) {}

    /** Sets the layer by hand; -1 gives the choice back. The layer that flows goes on until the new one's keyframe. */
    public void selectLayer(MediaKind kind, int layer, long nowNs) {}

    /** Stops or resumes a track; resuming asks for a keyframe. */
    public void pause(MediaKind kind, boolean paused, long nowNs) {}

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    /** Does what is due: sender reports, layer choice, statistics. */
    public void onDeadline(long nowNs) {}

    /** Says BYE; nothing is sent any more. */
    public void close(long nowNs) {}

    /** This viewer's tracks, as of the last second; any thread. */
    public List<DownTrackStats> stats() {
        return stats;
    }
}
