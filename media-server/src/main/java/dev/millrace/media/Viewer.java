package dev.millrace.media;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.bwe.SendSideEstimator;
import dev.millrace.media.control.LinkInfo;
import dev.millrace.media.control.SentReason;
import dev.millrace.media.control.SessionInfo.SentInfo;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.layer.Quality;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.observe.FlightEvents;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.peer.PeerMedia;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.send.DownTrackStats;
import dev.millrace.media.send.SendConfig;
import dev.millrace.media.send.SendListener;
import dev.millrace.media.send.SendOutput;
import dev.millrace.media.send.SendPath;
import dev.millrace.media.send.ViewerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One watching session: its peer on one side, the loop's copy of the stream on the other. Owned by its loop. */
final class Viewer implements PeerMedia, SendOutput, SendListener {
    private static final double NS_PER_MS = 1e6;

    private final Session session;
    private final Peer peer;
    private final LoopShard shard;
    private final SendPath path;
    private final List<PlayedMedia> media;
    private final Broadcast broadcast;
    private final TrafficCounter traffic;
    private @Nullable Stream stream;
    private long layersBegun;
    private int layerBefore = Quality.NONE;

    /** Of the video, the first layer not counted; written by the loop, read by anybody. */
    private volatile long layerSwitches;

    /** By checks of connectivity; written by the loop, read by anybody. */
    private volatile long checkedRttNs = -1;

    Viewer(Session session, Peer peer, LoopShard shard, SendConfig config, Broadcast broadcast) {
        this.session = session;
        this.peer = peer;
        this.shard = shard;
        this.media = config.media();
        this.broadcast = broadcast;
        this.traffic = broadcast.traffic(shard.loop());
        this.path = new SendPath(config, this, this, estimator(config, shard), shard.drops(), shard.sendScratch());
    }

    private static BandwidthEstimator estimator(SendConfig config, LoopShard shard) {
        return config.transportWide() || config.remb()
                ? new SendSideEstimator(config.transportWide(), shard.drops())
                : BandwidthEstimator.NONE;
    }

    @Override
    public void onConnected(long nowNs) {
        Stream joined = shard.stream(broadcast, nowNs);
        stream = joined;
        path.start(nowNs);
        joined.subscribe(path, nowNs);
    }

    @Override
    public void onRtp(byte[] buffer, int offset, int length, long nowNs) {
        // A viewer sends no media; what comes all the same has been authenticated and says no more than "alive".
    }

    @Override
    public void onRtcp(byte[] buffer, int offset, int length, long nowNs) {
        path.onRtcp(buffer, offset, length, nowNs);
    }

    @Override
    public long nextDeadlineNs() {
        return path.nextDeadlineNs();
    }

    @Override
    public void onDeadline(long nowNs) {
        path.onDeadline(nowNs);
    }

    @Override
    public void onClosed(long nowNs) {
        path.close(nowNs);
        Stream joined = stream;
        if (joined != null) {
            joined.unsubscribe(path, nowNs);
            shard.release(broadcast, joined);
        }
    }

    @Override
    public void rtp(byte[] b, int off, int len) {
        traffic.out(len);
        peer.sendRtp(b, off, len);
    }

    @Override
    public void rtpAgain(byte[] b, int off, int len) {
        traffic.out(len);
        peer.sendRtpAgain(b, off, len);
    }

    @Override
    public void deadlineMoved() {
        peer.rearm();
    }

    @Override
    public void rtcp(byte[] b, int off, int len) {
        peer.sendRtcp(b, off, len);
    }

    @Override
    public void onLayer(MediaKind kind, int layer, long nowNs) {
        // Told through the statistics; a log line per switch would be noise.
        if (kind == MediaKind.VIDEO) {
            if (layersBegun > 0) {
                traffic.layerSwitched();
            }
            layerSwitches = layersBegun++;
            String reason = path.layerReason(kind).name();
            FlightEvents.layerSwitch(broadcast.name(), session.id(), name(layerBefore), name(layer), reason);
            layerBefore = layer;
        }
    }

    private String name(int videoLayer) {
        String rid = broadcast.layerName(MediaKind.VIDEO, videoLayer);
        return rid != null && !rid.isEmpty() ? rid : videoLayer < 0 ? "" : Integer.toString(videoLayer);
    }

    @Override
    public void onRoundTrip(long roundTripNs) {
        checkedRttNs = roundTripNs;
    }

    /** The round trip by whatever told it, best first; -1 while nothing did; any thread. */
    long rttNs() {
        long estimated = path.viewerStats().rttNs();
        if (estimated >= 0) {
            return estimated;
        }
        for (DownTrackStats track : path.stats()) {
            if (track.rttNs() >= 0) {
                return track.rttNs();
            }
        }
        return checkedRttNs;
    }

    /** How long the video's packets waited for the pacer in the last second, on average; -1 before; any thread. */
    double pacedMs() {
        double pacedMs = -1;
        for (DownTrackStats track : path.stats()) {
            pacedMs = Math.max(pacedMs, track.pacedMs());
        }
        return pacedMs;
    }

    @Override
    public void onCodecUnsupported(MediaKind kind, CodecFormat published, long nowNs) {
        broadcast.codecUnsupported(session, published);
    }

    Session session() {
        return session;
    }

    EventLoop loop() {
        return shard.loop();
    }

    /** The kind of the media section of that mid, the video for null; null when there is none such. */
    @Nullable
    MediaKind kindOf(@Nullable String mid) {
        for (PlayedMedia section : media) {
            if (mid == null ? section.kind() == MediaKind.VIDEO : section.mid().equals(mid)) {
                return section.kind();
            }
        }
        return null;
    }

    /** Chooses a layer by hand; {@link Quality#NONE} gives the choice back. */
    void select(MediaKind kind, int layer, long nowNs) {
        path.selectLayer(kind, layer, nowNs);
        peer.rearm();
    }

    /** How often another layer of the video took the place of one; any thread. */
    long layerSwitches() {
        return layerSwitches;
    }

    /** The connection to this viewer, as of the last second; null before media flows; any thread. */
    @Nullable
    LinkInfo link() {
        ViewerStats stats = path.viewerStats();
        return stats.equals(ViewerStats.NONE)
                ? null
                : new LinkInfo(
                        stats.estimateBps(),
                        stats.wantedBps(),
                        stats.sentBps(),
                        stats.rttNs() < 0 ? -1 : stats.rttNs() / NS_PER_MS,
                        stats.lossFraction(),
                        stats.state().name().toLowerCase(Locale.ROOT),
                        stats.probes());
    }

    /** What this viewer is sent, as of the last second; any thread. */
    List<SentInfo> sent() {
        List<TrackInfo> published = broadcast.tracks();
        List<SentInfo> sent = new ArrayList<>();
        for (DownTrackStats track : path.stats()) {
            sent.add(sent(track, published));
        }
        return sent;
    }

    private SentInfo sent(DownTrackStats track, List<TrackInfo> published) {
        String kind = track.kind().name().toLowerCase(Locale.ROOT);
        String selected = broadcast.layerName(track.kind(), track.pinnedLayer());
        String current = broadcast.layerName(track.kind(), track.layer());
        String wanted = broadcast.layerName(track.kind(), track.targetLayer());
        SentReason reason = reason(track.reason());
        TrackInfo source = published.stream()
                .filter(info -> info.kind().equals(kind))
                .findFirst()
                .orElse(null);
        long estimateBps = path.viewerStats().estimateBps();
        SentWords words = new SentWords(kind, source, current, wanted, selected, track.layer() >= 0, estimateBps);
        return new SentInfo(
                track.mid(),
                kind,
                selected,
                current,
                wanted,
                track.spatialLayer(),
                track.temporalLayer(),
                reason,
                words.sentence(reason),
                track.bitrateBps(),
                track.packets(),
                track.bytes(),
                track.retransmitted(),
                track.nacked(),
                track.plis(),
                track.kind() == MediaKind.VIDEO ? layerSwitches : 0,
                track.rttNs() < 0 ? -1 : track.rttNs() / NS_PER_MS,
                track.fractionLost());
    }

    private static SentReason reason(LayerReason reason) {
        return switch (reason) {
            case BEST -> SentReason.BEST;
            case BANDWIDTH -> SentReason.BANDWIDTH;
            case SELECTED -> SentReason.SELECTED;
            case LAYER_MISSING -> SentReason.LAYER_MISSING;
            case WAITING_FOR_KEYFRAME -> SentReason.WAITING_FOR_KEYFRAME;
            case AUDIO_ONLY -> SentReason.AUDIO_ONLY;
            case PAUSED -> SentReason.PAUSED;
            case CODEC_UNSUPPORTED -> SentReason.CODEC_UNSUPPORTED;
            case NOTHING_PUBLISHED -> SentReason.NOTHING_PUBLISHED;
        };
    }
}
