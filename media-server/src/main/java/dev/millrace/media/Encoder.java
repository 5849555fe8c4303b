package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.frames.AacConfig;
import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.AvcPictures;
import dev.millrace.media.frames.AvcRecord;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.ingest.EncoderClock;
import dev.millrace.media.ingest.H264Packetizer;
import dev.millrace.media.ingest.RtpTrack;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.Timer;
import dev.millrace.media.observe.CaptureDelay;
import dev.millrace.media.observe.RemoteClock;
import dev.millrace.media.origin.Source;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One publication of elementary streams: a broadcaster whose pictures are put into RTP packets here (RFC 6184) and whose
 * sound is made Opus, on one line of time. Owned by its loop.
 */
final class Encoder implements Broadcaster {
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int VIDEO_TYPE = 96;
    private static final int AUDIO_TYPE = 111;

    /** A viewer who joins has lips in sync as soon as there is a report of either track. */
    private static final long REPORT_NS = NS_PER_S / 2;

    /** A picture is shown so long after it is decoded at most; more is no time. */
    private static final long MAX_REORDER_NS = 10 * NS_PER_S;

    /** Who joins begins with the last keyframe and all that came since: so long that is bearable. */
    private static final long LONG_GROUP_NS = 5 * NS_PER_S;

    /**
     * Said of every profile with 4:2:0 and 8 bits: browsers offer this one, some no higher, and their decoders take all of
     * them (docs/design-decisions.md).
     */
    private static final CodecFormat H264 = new CodecFormat(
            VIDEO_TYPE,
            "H264",
            VideoFrame.CLOCK_RATE,
            1,
            Map.of("packetization-mode", "1", "profile-level-id", "42e01f", "level-asymmetry-allowed", "1"),
            Set.of(),
            CodecFormat.NO_RTX);

    private static final CodecFormat OPUS = new CodecFormat(
            AUDIO_TYPE, "opus", 48_000, 2, Map.of("stereo", "1", "sprop-stereo", "1"), Set.of(), CodecFormat.NO_RTX);

    private static final PublishedMedia VIDEO = media(MediaKind.VIDEO, "video", H264);
    private static final PublishedMedia AUDIO = media(MediaKind.AUDIO, "audio", OPUS);

    private static PublishedMedia media(MediaKind kind, String mid, CodecFormat format) {
        return new PublishedMedia(mid, kind, List.of(format), List.of(), List.of(), Map.of(), true);
    }

    private final Session session;
    private final LoopShard shard;
    private final Broadcast broadcast;
    private final EncoderServices services;
    private final TrafficCounter traffic;
    private final EncoderClock clock = new EncoderClock();
    private final AvcPictures pictures;
    private final H264Packetizer packetizer = new H264Packetizer(RtpTrack.MAX_PAYLOAD_BYTES);
    private final RtpTrack videoTrack;
    private final RtpTrack audioTrack;
    private final EncoderPictures viewed;
    private final EncoderSound sound;
    private final CaptureDelay videoDelay;
    private final CaptureDelay audioDelay;
    private final Timer timer = new Timer(this::onTick);
    private final long wallOffsetNs;
    private final EncoderWarnings warnings;
    private final Report videoReport = new Report(MediaKind.VIDEO);
    private final Report audioReport = new Report(MediaKind.AUDIO);

    private volatile long publication;
    private volatile @Nullable CodecFormat videoFormat;
    private volatile @Nullable CodecFormat audioFormat;
    private volatile List<LayerStats> stats = List.of();
    private volatile List<TrackInfo> tracks = List.of();
    private volatile @Nullable EncoderSource source;
    private @Nullable Distributor distributor;
    private @Nullable AvcConfig config;
    private boolean anyKey;
    private long keyNs;
    private boolean live;
    private boolean ended;

    /** What one moment is called by the track's clock and by the encoder's. */
    private final class Report {
        private final MediaKind kind;
        private long sentNs = Long.MIN_VALUE / 2;

        Report(MediaKind kind) {
            this.kind = kind;
        }

        void maybeSend(Distributor feeding, int rtpTimestamp, long shownNs, long nowNs) {
            if (nowNs - sentNs >= REPORT_NS) {
                sentNs = nowNs;
                long ntp = NtpTime.ofUnixNanos(shownNs + wallOffsetNs);
                feeding.onSenderReport(kind, 0, ntp, rtpTimestamp, nowNs);
            }
        }
    }

    Encoder(Session session, LoopShard shard, EncoderServices services, IngestListener listener) {
        this.session = session;
        this.shard = shard;
        this.broadcast = session.broadcast();
        this.services = services;
        this.warnings = new EncoderWarnings(listener::onWarning);
        this.traffic = broadcast.traffic(shard.loop());
        this.pictures = new AvcPictures(shard.drops());
        long nowNs = services.clock().getAsLong();
        this.wallOffsetNs = services.time().epochMs() * 1_000_000 - nowNs;
        this.videoTrack = new RtpTrack(VIDEO_TYPE, SecureIds.nextSsrc(), SecureIds.nextSsrc(), nowNs);
        this.audioTrack = new RtpTrack(AUDIO_TYPE, SecureIds.nextSsrc(), SecureIds.nextSsrc(), nowNs);
        this.viewed = new EncoderPictures(
                broadcast.name(),
                services.encodesReordered() ? services.transcoder() : null,
                shard.loop(),
                warnings,
                this::onShown);
        this.sound = new EncoderSound(
                broadcast.name(), services.transcoder(), services.opusBps(), shard.loop(), this::onOpus);
        RemoteClock remote = new RemoteClock();
        this.videoDelay = new CaptureDelay(true, 0, remote);
        this.audioDelay = new CaptureDelay(false, 0, remote);
    }

    void configureH264(AvcRecord record) {
        if (!ended) {
            pictures.configure(record);
            boolean more = videoFormat == null;
            videoFormat = H264;
            configured(more);
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
        audioFormat = OPUS;
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
        return new EncoderSource(shard.loop(), audioFormat == null ? null : AUDIO, videoFormat == null ? null : VIDEO);
    }

    void onVideo(long decodeNs, long presentNs, boolean key, byte[] data, long nowNs) {
        if (ended) {
            return;
        }
        long reorderNs = Math.clamp(presentNs - decodeNs, -MAX_REORDER_NS, MAX_REORDER_NS);
        long shownNs = clock.at(decodeNs, nowNs) + reorderNs;
        VideoFrame frame = pictures.read(data, key, ticks(shownNs), nowNs);
        EncoderSource packaged = frame == null || publish(nowNs) == null ? null : source;
        if (frame == null || packaged == null) {
            return;
        }
        packaged.onPicture(frame, shownNs, nowNs);
        warnOfGroups(frame.key() || pictures.opens(), presentNs);
        boolean watched = broadcast.watching() > 0;
        viewed.accept(frame, pictures.opens(), shownNs, reorderNs, watched, nowNs);
    }

    private void onShown(VideoFrame frame, AvcConfig avc, long shownNs) {
        Distributor feeding = distributor;
        if (feeding == null) {
            return;
        }
        long nowNs = shard.loop().nowNs();
        config = avc;
        packetizer.packetize(frame, avc, (b, off, len, last) -> {
            int length = videoTrack.write(b, off, len, frame.rtpTime(), last);
            send(feeding, MediaKind.VIDEO, videoTrack, length, nowNs);
        });
        videoTrack.onFrame(frame.key());
        videoReport.maybeSend(feeding, videoTrack.timestamp(frame.rtpTime()), shownNs, nowNs);
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
        send(feeding, MediaKind.AUDIO, audioTrack, length, nowNs);
        audioTrack.onFrame(true);
        audioReport.maybeSend(feeding, audioTrack.timestamp(ticks), shownNs, nowNs);
        shard.flush(nowNs);
    }

    /** In 1/90,000 s. */
    private static long ticks(long ns) {
        return Math.floorDiv(ns, 100_000) * 9 + Math.floorMod(ns, 100_000) * 9 / 100_000;
    }

    private void send(Distributor feeding, MediaKind kind, RtpTrack track, int length, long nowNs) {
        traffic.in(length);
        feeding.onPacket(kind, 0, track.packet(), 0, length, nowNs);
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
        AvcConfig avc = config;
        int width = avc == null ? 0 : avc.sequence().width();
        int height = avc == null ? 0 : avc.sequence().height();
        List<LayerStats> now = new ArrayList<>();
        List<PublishedMedia> sent = new ArrayList<>();
        if (videoFormat != null) {
            sent.add(VIDEO);
            now.add(videoTrack.stats(VIDEO.mid(), MediaKind.VIDEO, H264.name(), width, height, nowNs));
        }
        if (audioFormat != null) {
            sent.add(AUDIO);
            now.add(audioTrack.stats(AUDIO.mid(), MediaKind.AUDIO, OPUS.name(), 0, 0, nowNs));
        }
        stats = List.copyOf(now);
        tracks = Tracks.describe(sent, stats, OPUS, H264, -1);
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
        viewed.close();
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
        return kind == MediaKind.AUDIO ? AUDIO : VIDEO; // either may begin later
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

    /** It has one layer. */
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
