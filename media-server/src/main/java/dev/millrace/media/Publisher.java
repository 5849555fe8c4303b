package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.layer.PublisherDemand;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.observe.CaptureDelay;
import dev.millrace.media.observe.FlightEvents;
import dev.millrace.media.observe.RemoteClock;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.peer.PeerEnd;
import dev.millrace.media.peer.PeerMedia;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.receive.MediaListener;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.receive.ReceiveOutput;
import dev.millrace.media.receive.ReceivePath;
import dev.millrace.media.receive.TrackLayer;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One publishing session: its peer on one side, the stream's {@link Distributor} on the other. Owned by its loop. */
final class Publisher implements Broadcaster, PeerMedia, ReceiveOutput, MediaListener {
    private final Session session;
    private final Peer peer;
    private final LoopShard shard;
    private final Broadcast broadcast;
    private final ReceiveConfig config;
    private final ReceivePath path;
    private final int audioTrack;
    private final int videoTrack;
    private final long publication;
    private final TrafficCounter traffic;

    private @Nullable Distributor distributor;

    /** From the moment it is connected, when it offers several layers of video. */
    private @Nullable PublisherDemand demand;

    private volatile int demanded = PublisherDemand.ALL;
    private boolean live;
    private List<LayerStats> counted = List.of();
    private long keyframeRequests;
    private volatile @Nullable CodecFormat audioFormat;
    private volatile @Nullable CodecFormat videoFormat;
    private final CaptureDelay audioDelay;
    private final CaptureDelay videoDelay;
    private volatile long rttNs = -1;

    Publisher(
            Session session, Peer peer, LoopShard shard, ReceiveConfig config, Broadcast broadcast, long publication) {
        this.session = session;
        this.peer = peer;
        this.shard = shard;
        this.broadcast = broadcast;
        this.config = config;
        this.publication = publication;
        this.traffic = broadcast.traffic(shard.loop());
        this.path = new ReceivePath(config, this, this, shard.drops());
        this.audioTrack = firstOf(MediaKind.AUDIO, config.media());
        this.videoTrack = firstOf(MediaKind.VIDEO, config.media());
        RemoteClock clock = new RemoteClock();
        this.audioDelay = captureDelay(MediaKind.AUDIO, clock);
        this.videoDelay = captureDelay(MediaKind.VIDEO, clock);
    }

    private CaptureDelay captureDelay(MediaKind kind, RemoteClock clock) {
        PublishedMedia media = media(kind);
        int id = media == null ? 0 : media.extensionId(HeaderExtension.ABS_CAPTURE_TIME);
        return new CaptureDelay(kind == MediaKind.VIDEO, id, clock);
    }

    private static int firstOf(MediaKind kind, List<PublishedMedia> media) {
        for (int i = 0; i < media.size(); i++) {
            if (media.get(i).kind() == kind) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public long publication() {
        return publication;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public @Nullable PublishedMedia media(MediaKind kind) {
        int track = kind == MediaKind.AUDIO ? audioTrack : videoTrack;
        return track < 0 ? null : config.media().get(track);
    }

    @Override
    public @Nullable CodecFormat format(MediaKind kind) {
        return kind == MediaKind.AUDIO ? audioFormat : videoFormat;
    }

    @Override
    public CaptureDelay captureDelay(MediaKind kind) {
        return kind == MediaKind.AUDIO ? audioDelay : videoDelay;
    }

    @Override
    public long rttNs() {
        return rttNs;
    }

    @Override
    public void onRoundTrip(long roundTripNs) {
        rttNs = roundTripNs;
    }

    @Override
    public void onConnected(long nowNs) {
        PublishedMedia video = media(MediaKind.VIDEO);
        if (video != null && video.layers().size() > 1) {
            demand = new PublisherDemand(video.layers().size(), broadcast.loops() + 1, nowNs);
        }
        distributor = broadcast.takeOver(this, shard, nowNs);
    }

    @Override
    public void onRtp(byte[] buffer, int offset, int length, long nowNs) {
        traffic.in(length);
        path.onRtp(buffer, offset, length, nowNs);
    }

    @Override
    public void onRtcp(byte[] buffer, int offset, int length, long nowNs) {
        path.onRtcp(buffer, offset, length, nowNs);
    }

    @Override
    public long nextDeadlineNs() {
        PublisherDemand joined = demand;
        long next = path.nextDeadlineNs();
        return joined == null ? next : Math.min(next, joined.nextDeadlineNs());
    }

    @Override
    public void onDeadline(long nowNs) {
        path.onDeadline(nowNs);
        countKeyframeRequests();
        tellDemand(nowNs);
    }

    /** The path counts them layer by layer, once a second; the stream's counter gets the growth. */
    private void countKeyframeRequests() {
        List<LayerStats> now = path.stats();
        if (now == counted) {
            return;
        }
        counted = now;
        long sum = 0;
        for (LayerStats layer : now) {
            sum += layer.keyframeRequests();
        }
        if (sum > keyframeRequests) {
            traffic.keyframesRequested(sum - keyframeRequests);
            FlightEvents.keyframeRequest(broadcast.name(), session.id(), sum - keyframeRequests);
        }
        keyframeRequests = sum;
    }

    @Override
    public void onClosed(long nowNs) {
        Distributor feeding = distributor;
        distributor = null;
        if (feeding != null) {
            feeding.unpublish(nowNs);
        }
    }

    @Override
    public void close(CloseReason reason) {
        session.closing(reason);
        shard.loop().execute(() -> peer.close(PeerEnd.CLOSED));
    }

    @Override
    public EventLoop loop() {
        return shard.loop();
    }

    @Override
    public void rtcp(byte[] b, int off, int len) {
        peer.sendRtcp(b, off, len);
    }

    @Override
    public void onLayer(TrackLayer layer, long nowNs) {
        // The stream's tick tells what layers there are.
        if (served(layer)) {
            captureDelay(layer.kind()).onLayer(layer.index());
        }
    }

    @Override
    public void onLayerGone(TrackLayer layer, long nowNs) {
        Distributor feeding = distributor;
        if (feeding != null && served(layer)) {
            feeding.onLayerGone(layer.kind(), layer.index(), nowNs);
        }
    }

    @Override
    public void onCodec(TrackLayer layer, long nowNs) {
        if (!served(layer)) {
            return;
        }
        if (layer.kind() == MediaKind.AUDIO) {
            audioFormat = layer.format();
        } else {
            videoFormat = layer.format();
        }
    }

    @Override
    public void onMedia(TrackLayer layer, RtpPacket packet, long nowNs) {
        Distributor feeding = distributor;
        if (feeding == null || !served(layer)) {
            return;
        }
        feeding.onPacket(layer.kind(), layer.index(), packet.buffer(), packet.offset(), packet.length(), nowNs);
        CodecFormat format = layer.format();
        if (format != null) {
            captureDelay(layer.kind()).onPacket(layer.index(), packet, format.clockRate(), nowNs);
        }
        if (!live) {
            live = true;
            broadcast.mediaFlows(this);
        }
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long nowNs) {
        Distributor feeding = distributor;
        if (feeding != null && served(layer)) {
            captureDelay(layer.kind()).onSenderReport(layer.index(), ntp, rtpTimestamp, nowNs);
            feeding.onSenderReport(layer.kind(), layer.index(), ntp, rtpTimestamp, nowNs);
        }
    }

    @Override
    public void requestKeyframe(MediaKind kind, int layer, long nowNs) {
        int track = kind == MediaKind.AUDIO ? audioTrack : videoTrack;
        if (track >= 0) {
            path.requestKeyframe(track, layer, nowNs);
            peer.rearm();
        }
    }

    @Override
    public void demand(int loop, int layers, long nowNs) {
        PublisherDemand joined = demand;
        if (joined != null) {
            joined.want(loop, layers, nowNs);
            tellDemand(nowNs);
            peer.rearm();
        }
    }

    private void tellDemand(long nowNs) {
        PublisherDemand joined = demand;
        PublishedMedia video = media(MediaKind.VIDEO);
        Distributor feeding = distributor;
        if (joined == null || !joined.onDeadline(nowNs) || video == null || feeding == null) {
            return;
        }
        demanded = joined.layers();
        feeding.onDemandTold(demanded, nowNs);
        Map<String, Boolean> wanted = new LinkedHashMap<>();
        for (int i = 0; i < video.layers().size(); i++) {
            wanted.put(video.layers().get(i).rid(), (demanded & (1 << i)) != 0);
        }
        broadcast.tellDemand(this, video.mid(), wanted);
    }

    private boolean served(TrackLayer layer) {
        return layer.trackIndex() == audioTrack || layer.trackIndex() == videoTrack;
    }

    @Override
    public List<TrackInfo> tracks() {
        return Tracks.describe(config.media(), path.stats(), audioFormat, videoFormat, demanded);
    }

    @Override
    public List<LayerStats> stats() {
        return path.stats();
    }
}
