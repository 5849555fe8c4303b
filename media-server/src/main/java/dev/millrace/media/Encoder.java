package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.frames.AacConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.frames.VideoRecord;
import dev.millrace.media.ingest.EncoderClock;
import dev.millrace.media.ingest.RtpTrack;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.Timer;
import dev.millrace.media.observe.CaptureDelay;
import dev.millrace.media.observe.RemoteClock;
import dev.millrace.media.origin.Source;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One publication of elementary streams: a broadcaster whose pictures are put into RTP packets ({@link EncoderLayer}) and
 * whose sound is made Opus ({@link EncoderSound}), on one line of time. Owned by its loop.
 */
final class Encoder implements Broadcaster, EncoderLayer.Owner {
    private static final long NS_PER_S = 1_000_000_000L;

    /** A picture is shown so long after it is decoded at most; more is no time. */
    private static final long MAX_REORDER_NS = 10 * NS_PER_S;

    /** Who joins begins with the last keyframe and all that came since: so long that is bearable. */
    private static final long LONG_GROUP_NS = 5 * NS_PER_S;

    private final Session session;
    private final LoopShard shard;
    private final Broadcast broadcast;
    private final EncoderServices services;
    private final TrafficCounter traffic;
    private final EncoderClock clock = new EncoderClock();
    private final RtpTrack audioTrack;
    private final EncoderSound sound;
    private final CaptureDelay videoDelay;
    private final CaptureDelay audioDelay;
    private final Timer timer = new Timer(this::onTick);
    private final long wallOffsetNs;
    private final EncoderWarnings warnings;
    private final EncoderReport audioReport;

    /** The main one first. */
    private final List<EncoderLayer> layers = new ArrayList<>();

    private volatile PublishedMedia video = EncoderFormats.video(List.of());
    private volatile long publication;
    private volatile @Nullable CodecFormat videoFormat;
    private volatile @Nullable CodecFormat audioFormat;
    private volatile List<LayerStats> stats = List.of();
    private volatile List<TrackInfo> tracks = List.of();
    private volatile @Nullable EncoderSource source;
    private @Nullable Distributor distributor;
    private boolean anyKey;
    private long keyNs;
    private boolean live;
    private boolean ended;

    Encoder(Session session, LoopShard shard, EncoderServices services, IngestListener listener) {
        this.session = session;
        this.shard = shard;
        this.broadcast = session.broadcast();
        this.services = services;
        this.warnings = new EncoderWarnings(listener::onWarning);
        this.traffic = broadcast.traffic(shard.loop());
        long nowNs = services.clock().getAsLong();
        this.wallOffsetNs = services.time().epochMs() * 1_000_000 - nowNs;
        this.audioTrack =
                new RtpTrack(EncoderFormats.OPUS.payloadType(), SecureIds.nextSsrc(), SecureIds.nextSsrc(), nowNs);
        this.audioReport = new EncoderReport(MediaKind.AUDIO, 0, wallOffsetNs);
        this.sound = new EncoderSound(
                broadcast.name(), services.transcoder(), services.opusBps(), shard.loop(), this::onOpus);
        RemoteClock remote = new RemoteClock();
        this.videoDelay = new CaptureDelay(true, 0, remote);
        this.audioDelay = new CaptureDelay(false, 0, remote);
    }

    void configureVideo(int track, VideoRecord record) {
        if (ended) {
            return;
        }
        EncoderLayer known = layer(track);
        EncoderLayer layer = known == null ? newLayer(track) : known;
        layer.configure(record);
        if (known == null) {
            layers.add(layer);
            video = EncoderFormats.video(layers);
        }
        if (layer == layers.getFirst()) {
            videoFormat = layer.format();
            warnOfCodec(record);
        }
        configured(known == null);
    }

    private @Nullable EncoderLayer layer(int track) {
        for (EncoderLayer each : layers) {
            if (each.track() == track) {
                return each;
            }
        }
        return null;
    }

    private EncoderLayer newLayer(int track) {
        int index = layers.size();
        boolean main = index == 0;
        EncoderPictures.Reordered reordered = main
                ? services.encodesReordered()
                        ? EncoderPictures.Reordered.ENCODED_ANEW
                        : EncoderPictures.Reordered.LEFT_OUT
                : EncoderPictures.Reordered.NOT_SHOWN;
        EncoderWarnings told = main ? warnings : new EncoderWarnings(sentence -> {});
        return new EncoderLayer(
                index,
                track,
                new RtpTrack(
                        0,
                        SecureIds.nextSsrc(),
                        SecureIds.nextSsrc(),
                        shard.loop().nowNs()),
                new EncoderReport(MediaKind.VIDEO, index, wallOffsetNs),
                sink -> new EncoderPictures(
                        broadcast.name(), services.transcoder(), reordered, shard.loop(), told, sink),
                this,
                shard.drops());
    }

    private void warnOfCodec(VideoRecord record) {
        StreamWarning transcoded = EncoderWarnings.transcoded(record.codec());
        if (record.isShownAsItIs()) {
            warnings.clear(transcoded.code());
        } else {
            warnings.say(transcoded);
        }
    }

    void configureAac(AacConfig config) {
        if (!ended) {
            sound.configureAac(config);
            soundConfigured();
        }
    }

    void configureOpus() {
        if (!ended) {
            sound.configureOpus();
            soundConfigured();
        }
    }

    private void soundConfigured() {
        boolean more = audioFormat == null;
        audioFormat = EncoderFormats.OPUS;
        configured(more);
    }

    /** Encoders say what they send before they send any of it; else the audience behind caches begins anew. */
    private void configured(boolean more) {
        if (more && source != null) {
            source = newSource();
            broadcast.sourceChanged(this);
        }
    }

    private EncoderSource newSource() {
        return new EncoderSource(
                shard.loop(), audioFormat == null ? null : EncoderFormats.AUDIO, videoFormat == null ? null : video);
    }

    void onVideo(int track, long decodeNs, long presentNs, boolean key, byte[] data, long nowNs) {
        EncoderLayer layer = layer(track);
        if (ended || layer == null) {
            return;
        }
        long reorderNs = Math.clamp(presentNs - decodeNs, -MAX_REORDER_NS, MAX_REORDER_NS);
        long shownNs = clock.at(decodeNs, nowNs) + reorderNs + layer.laterNs(decodeNs);
        VideoFrame frame = layer.read(data, key, ticks(shownNs), nowNs);
        EncoderSource packaged = frame == null || publish(nowNs) == null ? null : source;
        if (frame == null || packaged == null) {
            return;
        }
        int index = layers.indexOf(layer);
        packaged.onPicture(index, frame, shownNs, nowNs);
        if (index == 0) {
            warnOfGroups(frame.key() || layer.opens(), presentNs);
        }
        layer.show(frame, shownNs, reorderNs, broadcast.watching() > 0, nowNs);
    }

    @Override
    public @Nullable Distributor feeding() {
        return distributor;
    }

    @Override
    public long nowNs() {
        return shard.loop().nowNs();
    }

    @Override
    public void onPacket(Distributor feeding, int layer, RtpTrack track, int length, long nowNs) {
        traffic.in(length);
        feeding.onPacket(MediaKind.VIDEO, layer, track.packet(), 0, length, nowNs);
    }

    @Override
    public void onPictureSent(long nowNs) {
        shard.flush(nowNs);
    }

    /** @param presentNs by the encoder's own clock, which nothing that stands still in between moves */
    private void warnOfGroups(boolean begins, long presentNs) {
        if (!begins && anyKey && presentNs - keyNs > LONG_GROUP_NS) {
            warnings.say(EncoderWarnings.keyframes(LONG_GROUP_NS / NS_PER_S));
        }
        if (begins) {
            anyKey = true;
            keyNs = presentNs;
        }
    }

    void onAudio(long presentNs, byte[] data, long nowNs) {
        EncoderSource packaged = ended || publish(nowNs) == null ? null : source;
        if (packaged != null) {
            sound.accept(data, clock.at(presentNs, nowNs), broadcast.watching() > 0, packaged, nowNs);
        }
    }

    private void onOpus(byte[] opus, long ticks, long shownNs) {
        Distributor feeding = distributor;
        if (feeding == null || opus.length > RtpTrack.MAX_PAYLOAD_BYTES) {
            return;
        }
        long nowNs = shard.loop().nowNs();
        int length = audioTrack.write(opus, 0, opus.length, ticks, false);
        traffic.in(length);
        feeding.onPacket(MediaKind.AUDIO, 0, audioTrack.packet(), 0, length, nowNs);
        audioTrack.onFrame(true);
        audioReport.maybeSend(feeding, audioTrack.timestamp(ticks), shownNs, nowNs);
        shard.flush(nowNs);
    }

    /** In 1/90,000 s. */
    private static long ticks(long ns) {
        return Math.floorDiv(ns, 100_000) * 9 + Math.floorMod(ns, 100_000) * 9 / 100_000;
    }

    /** With the first media the stream is its own; null if another one was faster, and this is over. */
    private @Nullable Distributor publish(long nowNs) {
        if (distributor == null) {
            source = newSource();
            publication = services.publications().getAsLong();
            distributor = broadcast.takeOver(this, shard, nowNs);
            shard.loop().timers().set(timer, nowNs + NS_PER_S);
        }
        if (!live && distributor != null) {
            live = true;
            broadcast.mediaFlows(this);
        }
        return distributor;
    }

    private void onTick(long nowNs) {
        shard.loop().timers().set(timer, nowNs + NS_PER_S);
        List<LayerStats> now = new ArrayList<>();
        List<PublishedMedia> sent = new ArrayList<>();
        if (videoFormat != null) {
            sent.add(video);
            layers.forEach(each -> now.add(each.stats(video.mid(), layers.size() == 1, nowNs)));
        }
        if (audioFormat != null) {
            PublishedMedia audio = EncoderFormats.AUDIO;
            sent.add(audio);
            now.add(audioTrack.stats(audio.mid(), MediaKind.AUDIO, "", EncoderFormats.OPUS.name(), 0, 0, nowNs));
        }
        stats = List.copyOf(now);
        tracks = Tracks.describe(sent, stats, audioFormat, videoFormat, -1);
        StreamWarning silent = EncoderWarnings.silent(sound.problem());
        if (audioFormat != null && !silent.detail().isEmpty()) {
            warnings.say(silent);
        } else {
            warnings.clear(silent.code());
        }
    }

    /** It is over; on its loop, heard once. */
    void end(CloseReason reason) {
        if (ended) {
            return;
        }
        ended = true;
        shard.loop().timers().cancel(timer);
        layers.forEach(EncoderLayer::close);
        sound.close();
        Distributor feeding = distributor;
        distributor = null;
        if (feeding != null) {
            feeding.unpublish(shard.loop().nowNs());
        }
        services.ended(this, reason);
    }

    @Override
    public void close(CloseReason reason) {
        session.end(reason);
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
    public EventLoop loop() {
        return shard.loop();
    }

    @Override
    public Source source(Distributor feeding) {
        EncoderSource packaged = source;
        return packaged == null ? feeding.tap() : packaged;
    }

    @Override
    public PublishedMedia media(MediaKind kind) {
        return kind == MediaKind.AUDIO ? EncoderFormats.AUDIO : video; // either may begin later
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
        return -1;
    }

    /** Its keyframes come when they come: there is nobody to ask. */
    @Override
    public void requestKeyframe(MediaKind kind, int layer, long nowNs) {}

    /** It cannot be told to rest. */
    @Override
    public void demand(int party, int layers, long nowNs) {}

    @Override
    public List<TrackInfo> tracks() {
        return tracks;
    }

    @Override
    public List<LayerStats> stats() {
        return stats;
    }

    @Override
    public List<StreamWarning> warnings() {
        return warnings.all();
    }

    /** What was said of it to the encoder already; any thread. */
    EncoderWarnings said() {
        return warnings;
    }
}
