package dev.millrace.media.send;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.layer.Quality;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    private static final long STATS_NS = 1_000_000_000L;

    private final @Nullable DownTrack audio;
    private final @Nullable DownTrack video;
    private final SenderReports reports;
    private final ViewerFeedback feedback;
    private final BandwidthEstimator estimator;
    private final PacketWriter writer;
    private final RateControl rate;
    private final Prober prober;
    private boolean started;
    private boolean closed;
    private long nextStatsNs = Long.MAX_VALUE;
    private volatile List<DownTrackStats> stats = List.of();
    private volatile ViewerStats viewerStats = ViewerStats.NONE;
    private long statsNs;
    private long statsBytes;

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
            byte[] scratch) {
        this.estimator = estimator;
        writer = new PacketWriter(output, estimator, drops, scratch);
        audio = track(config, MediaKind.AUDIO, writer, null, listener, drops);
        video = track(config, MediaKind.VIDEO, writer, new Pacer(estimator), listener, drops);
        prober = new Prober(estimator, writer, video == null ? null : video.sender());
        reports = new SenderReports(config.cname(), writer);
        rate = new RateControl(estimator, audio, video);
        feedback = new ViewerFeedback(audio, video, estimator, drops);
    }

    private static @Nullable DownTrack track(
            SendConfig config,
            MediaKind kind,
            PacketWriter writer,
            @Nullable Pacer pacer,
            SendListener listener,
            DropCounters drops) {
        for (PlayedMedia played : config.media()) {
            if (played.kind() == kind) {
                return new DownTrack(played, config.twoByteExtensions(), writer, pacer, listener, drops);
            }
        }
        return null;
    }

    private @Nullable DownTrack track(MediaKind kind) {
        return switch (kind) {
            case AUDIO -> audio;
            case VIDEO -> video;
            case APPLICATION, OTHER -> null;
        };
    }

    /** Keys are there: media may flow, and a keyframe is asked for. */
    public void start(long nowNs) {
        if (started || closed) {
            return;
        }
        started = true;
        reports.start(nowNs);
        nextStatsNs = nowNs + STATS_NS;
        statsNs = nowNs;
        estimator.onDeadline(nowNs);
        rate.onFeedback(nowNs);
        if (audio != null) {
            audio.open(nowNs);
        }
        if (video != null) {
            video.open(nowNs);
        }
    }

    /** Ties the track of the source's kind, if the viewer has one, to that source; called by the router. */
    public void attach(TrackSource source, long nowNs) {
        DownTrack track = track(source.kind());
        if (track != null && !closed) {
            track.attach(source, nowNs);
        }
    }

    /** Unties both tracks; called by the router. */
    public void detach(long nowNs) {
        if (audio != null) {
            audio.detach();
        }
        if (video != null) {
            video.detach();
        }
    }

    /** Walks the source's batch; called by the router. */
    public void forward(TrackSource source, long nowNs) {
        DownTrack track = source.kind() == MediaKind.AUDIO ? audio : video;
        if (track == null || !started || closed) {
            return;
        }
        rate.onBatch(nowNs);
        int size = source.batchSize();
        for (int i = 0; i < size; i++) {
            track.onPacket(source, source.batchLayer(i), source.batchSequence(i), nowNs);
        }
        probe(nowNs);
    }

    /** One decrypted RTCP compound of the viewer. */
    public void onRtcp(byte[] b, int off, int len, long nowNs) {
        if (!closed) {
            feedback.onRtcp(b, off, len, nowNs);
            rate.onFeedback(nowNs);
            probe(nowNs);
        }
    }

    private void probe(long nowNs) {
        long before = prober.nextDeadlineNs();
        prober.run(nowNs);
        if (prober.nextDeadlineNs() < before) {
            writer.deadlineMoved();
        }
    }

    /** Sets the layer by hand; -1 gives the choice back. The layer that flows goes on until the new one's keyframe. */
    public void selectLayer(MediaKind kind, int layer, long nowNs) {
        selectQuality(kind, layer < 0 ? Quality.NONE : Quality.of(layer, Quality.TOP), nowNs);
    }

    /** Sets layer and decode target by hand; {@link Quality#NONE} gives the choice back. */
    public void selectQuality(MediaKind kind, int quality, long nowNs) {
        DownTrack track = track(kind);
        if (track != null) {
            track.pin(quality, nowNs);
        }
    }

    /** Why the layer wanted of that kind is the one, at this moment. */
    public LayerReason layerReason(MediaKind kind) {
        DownTrack track = track(kind);
        return track == null ? LayerReason.NOTHING_PUBLISHED : track.reason();
    }

    /** Stops or resumes a track; resuming asks for a keyframe. */
    public void pause(MediaKind kind, boolean paused, long nowNs) {
        DownTrack track = track(kind);
        if (track != null) {
            track.pause(paused, nowNs);
        }
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        if (!started || closed) {
            return Long.MAX_VALUE;
        }
        long next = Math.min(Math.min(nextStatsNs, reports.nextDeadlineNs()), estimator.nextDeadlineNs());
        next = Math.min(next, prober.nextDeadlineNs());
        return video == null ? next : Math.min(next, video.nextDeadlineNs());
    }

    /** Does what is due: sender reports, layer choice, statistics. */
    public void onDeadline(long nowNs) {
        if (!started || closed) {
            return;
        }
        if (nowNs >= reports.nextDeadlineNs()) {
            reports.send(audio, video, nowNs);
        }
        if (nowNs >= estimator.nextDeadlineNs()) {
            estimator.onDeadline(nowNs);
            rate.onFeedback(nowNs);
        }
        probe(nowNs);
        if (video != null) {
            video.onDeadline(nowNs);
        }
        if (nowNs >= nextStatsNs) {
            nextStatsNs = nowNs + STATS_NS;
            publishStats(nowNs);
        }
    }

    private void publishStats(long nowNs) {
        List<DownTrackStats> snapshot = new ArrayList<>(2);
        if (audio != null) {
            snapshot.add(audio.stats(nowNs));
        }
        if (video != null) {
            snapshot.add(video.stats(nowNs));
        }
        stats = List.copyOf(snapshot);
        viewerStats = viewerSnapshot(nowNs);
    }

    private ViewerStats viewerSnapshot(long nowNs) {
        long bytes = writer.bytes();
        long sentBps = nowNs > statsNs ? (bytes - statsBytes) * 8 * 1_000_000_000L / (nowNs - statsNs) : 0;
        statsNs = nowNs;
        statsBytes = bytes;
        long estimate = estimator.estimateBps();
        return new ViewerStats(
                estimate == Long.MAX_VALUE ? -1 : estimate,
                rate.wantedBps(),
                sentBps,
                estimator.rttNs(),
                estimator.lossFraction(),
                estimator.state(),
                prober.clusters(),
                prober.paddingBytes(),
                video == null ? 0 : video.sender().waiting());
    }

    /** The video layers this viewer needs the publisher to send, bit i for layer i; asked by the router. */
    public int demand() {
        return video == null || closed ? 0 : video.demand();
    }

    /** Says BYE; nothing is sent any more. */
    public void close(long nowNs) {
        if (closed) {
            return;
        }
        closed = true;
        if (started) {
            reports.bye(audio, video, nowNs);
        }
        if (audio != null) {
            audio.close();
        }
        if (video != null) {
            video.close();
        }
    }

    /** This viewer's connection, as of the last second; any thread. */
    public ViewerStats viewerStats() {
        return viewerStats;
    }

    /** This viewer's tracks, as of the last second; any thread. */
    public List<DownTrackStats> stats() {
        return stats;
    }
}
