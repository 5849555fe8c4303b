package dev.millrace.media;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.bwe.SendSideEstimator;
import dev.millrace.media.control.SessionInfo.SentInfo;
import dev.millrace.media.layer.LayerReason;
import dev.millrace.media.layer.Quality;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One watching session: its peer on one side, the loop's copy of the stream on the other. Owned by its loop. */
final class Viewer implements PeerMedia, SendOutput, SendListener {
    private final Session session;
    private final Peer peer;
    private final LoopShard shard;
    private final SendPath path;
    private final List<PlayedMedia> media;
    private final Broadcast broadcast;
    private final TrafficCounter traffic;
    private @Nullable Stream stream;

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
    public void rtcp(byte[] b, int off, int len) {
        peer.sendRtcp(b, off, len);
    }

    @Override
    public void onLayer(MediaKind kind, int layer, long nowNs) {
        // Told through the statistics; a log line per switch would be noise.
    }

    @Override
    public void onCodecUnsupported(MediaKind kind, CodecFormat published, long nowNs) {
        broadcast.codecUnsupported(session, published);
    }

    Session session() {
        return session;
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

    /** What this viewer is sent, as of the last second; any thread. */
    List<SentInfo> sent() {
        List<SentInfo> sent = new ArrayList<>();
        for (DownTrackStats track : path.stats()) {
            sent.add(new SentInfo(
                    track.mid(),
                    track.kind().name().toLowerCase(Locale.ROOT),
                    broadcast.layerName(track.kind(), track.pinnedLayer()),
                    broadcast.layerName(track.kind(), track.layer()),
                    words(track.reason()),
                    track.packets(),
                    track.bytes(),
                    track.retransmitted(),
                    track.nacked(),
                    track.plis(),
                    track.rttNs() < 0 ? -1 : track.rttNs() / 1e6,
                    track.fractionLost()));
        }
        return sent;
    }

    private static String words(LayerReason reason) {
        return switch (reason) {
            case BEST -> "the best layer the publisher sends";
            case BANDWIDTH -> "the connection carries no more";
            case SELECTED -> "chosen by hand";
            case LAYER_MISSING -> "the wanted layer is not sent now";
            case WAITING_FOR_KEYFRAME -> "waiting for a keyframe";
            case AUDIO_ONLY -> "the connection carries no video";
            case CODEC_UNSUPPORTED -> "the viewer did not negotiate the publisher's codec";
            case PAUSED -> "paused";
            case NOTHING_PUBLISHED -> "nothing is published";
        };
    }
}
