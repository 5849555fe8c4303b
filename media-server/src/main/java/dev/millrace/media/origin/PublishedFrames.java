package dev.millrace.media.origin;

import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.FrameListener;
import dev.millrace.media.frames.LayerAligner;
import dev.millrace.media.frames.OpusPackets;
import dev.millrace.media.frames.PayloadSink;
import dev.millrace.media.frames.PublisherClock;
import dev.millrace.media.frames.RedUnwrap;
import dev.millrace.media.frames.ReorderBuffer;
import dev.millrace.media.frames.SourceTrouble;
import dev.millrace.media.frames.TrackClock;
import dev.millrace.media.frames.VideoAssembly;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one broadcaster sends, as pictures and sounds with the time they were captured at. Owned by the origin's thread,
 * told the time.
 */
final class PublishedFrames implements PacketSink {
    /** A retransmission takes a round trip and a bit; more would be waited for by everybody. */
    private static final long PATIENCE_NS = 300_000_000L;

    /** Pictures that pause for longer than this have stopped coming. */
    private static final long PAUSE_NS = 2_000_000_000L;

    private record Report(int rtpTimestamp, long ntp, long arrivalNs) {}

    /** Takes what was put together. */
    interface Sink {
        void onVideo(int layer, VideoFrame frame, long captureNs);

        void onAudio(AudioFrame frame, long captureNs);

        /** Nothing can be shown before a keyframe; said often. */
        void onKeyframeWanted(long nowNs);
    }

    private final Sink sink;
    private final DropCounters drops;
    private final Codec[] videoCodecs;
    private final Codec[] audioCodecs;
    private final Layer[] layers;

    /** The last report of each layer that is not on the common clock yet. */
    private final @Nullable Report[] reports;

    private final LayerAligner aligner;
    private final TrackClock videoClock;
    private final TrackClock audioClock;
    private final OpusPackets opus;
    private final RedUnwrap red;
    private final ReorderBuffer audio;
    private Codec soundCodec = Codec.OTHER;
    private final RtpPacket view = new RtpPacket();

    PublishedFrames(
            @Nullable PublishedMedia audioMedia, @Nullable PublishedMedia videoMedia, Sink sink, DropCounters drops) {
        this.sink = sink;
        this.drops = drops;
        PublisherClock publisher = new PublisherClock();
        videoClock = new TrackClock(VideoFrame.CLOCK_RATE, publisher);
        audioClock = new TrackClock(AudioFrame.CLOCK_RATE, publisher);
        videoCodecs = codecs(videoMedia);
        audioCodecs = codecs(audioMedia);
        layers = new Layer[layers(videoMedia)];
        Arrays.setAll(layers, Layer::new);
        reports = new Report[layers.length];
        aligner = new LayerAligner(Math.max(1, layers.length), this::onAligned, drops);
        opus = new OpusPackets(
                frame -> sink.onAudio(frame, audioClock.captureNs(frame.rtpTime(), frame.arrivalNs())), drops);
        red = new RedUnwrap(opus, drops);
        audio = new ReorderBuffer(PATIENCE_NS, new SoundSink(), drops);
    }

    /** How many layers of pictures there may be. */
    static int layers(@Nullable PublishedMedia video) {
        if (video == null) {
            return 0;
        }
        return Math.max(
                1,
                video.layers().isEmpty()
                        ? video.sources().size()
                        : video.layers().size());
    }

    private static Codec[] codecs(@Nullable PublishedMedia media) {
        Codec[] codecs = new Codec[128];
        Arrays.fill(codecs, Codec.OTHER);
        if (media != null) {
            for (CodecFormat format : media.formats()) {
                codecs[format.payloadType() & 0x7f] = Codec.of(format.name());
            }
        }
        return codecs;
    }

    @Override
    public void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long arrivalNs) {
        if (!view.wrap(b, off, len)) {
            drops.count(DropReason.RTP_MALFORMED);
            return;
        }
        if (kind == MediaKind.AUDIO) {
            onAudioPacket(b, arrivalNs);
        } else if (layer < layers.length) {
            layers[layer].onPacket(b, arrivalNs);
        }
    }

    private void onAudioPacket(byte[] b, long arrivalNs) {
        Codec now = audioCodecs[view.payloadType()];
        if (now != Codec.OPUS && now != Codec.RED) {
            drops.count(DropReason.RTP_UNKNOWN_PAYLOAD);
            return;
        }
        soundCodec = now; // a source uses one of the two; around a change the order is of no weight
        audio.onPacket(
                view.sequenceNumber(),
                view.timestamp(),
                view.marker(),
                b,
                view.payloadOffset(),
                view.payloadLength(),
                arrivalNs);
    }

    @Override
    public void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp, long arrivalNs) {
        if (kind == MediaKind.AUDIO) {
            audioClock.onReport(rtpTimestamp, ntp, arrivalNs);
        } else if (layer < layers.length && aligner.isPaired(layer)) {
            videoClock.onReport((int) aligner.common(layer, rtpTimestamp), ntp, arrivalNs);
        } else if (layer < layers.length) {
            reports[layer] = new Report(rtpTimestamp, ntp, arrivalNs);
        }
    }

    @Override
    public void onLayerGone(MediaKind kind, int layer, long nowNs) {
        if (kind == MediaKind.VIDEO && layer < layers.length) {
            layers[layer].restart();
        }
    }

    private void onAligned(int layer, VideoFrame frame) {
        Report report = reports[layer];
        if (report != null) {
            reports[layer] = null;
            onSenderReport(MediaKind.VIDEO, layer, report.ntp(), report.rtpTimestamp(), report.arrivalNs());
        }
        sink.onVideo(layer, frame, videoClock.captureNs(frame.rtpTime(), frame.arrivalNs()));
    }

    /** Packets of pictures are coming in, whether or not there is a whole one among them. */
    boolean receivesPictures(long nowNs) {
        return Arrays.stream(layers).anyMatch(each -> each.assembler != null && nowNs - each.arrivedNs < PAUSE_NS);
    }

    /** When {@link #onDeadline} is wanted. */
    long nextDeadlineNs() {
        long next = Math.min(audio.nextDeadlineNs(), opus.nextDeadlineNs());
        for (Layer layer : layers) {
            next = Math.min(next, layer.packets.nextDeadlineNs());
        }
        return next;
    }

    void onDeadline(long nowNs) {
        audio.onDeadline(nowNs);
        opus.onDeadline(nowNs);
        for (Layer layer : layers) {
            layer.packets.onDeadline(nowNs);
        }
    }

    /** One layer of the pictures; another source, or another codec, begins anew. */
    private final class Layer implements FrameListener {
        private final int index;
        private ReorderBuffer packets;
        private Codec codec = Codec.OTHER;
        private @Nullable VideoAssembly assembler;
        private int ssrc;
        private long arrivedNs;

        Layer(int index) {
            this.index = index;
            this.packets = new ReorderBuffer(PATIENCE_NS, nothing(), drops);
        }

        void onPacket(byte[] b, long arrivalNs) {
            Codec now = videoCodecs[view.payloadType()];
            if (now != codec || view.ssrc() != ssrc) {
                begin(now, view.ssrc());
            }
            if (assembler == null) {
                drops.count(DropReason.RTP_UNKNOWN_PAYLOAD);
                return;
            }
            arrivedNs = arrivalNs;
            packets.onPacket(
                    view.sequenceNumber(),
                    view.timestamp(),
                    view.marker(),
                    b,
                    view.payloadOffset(),
                    view.payloadLength(),
                    arrivalNs);
        }

        void begin(Codec now, int source) {
            if (assembler != null) {
                aligner.restart(index);
            }
            codec = now;
            ssrc = source;
            assembler = isPicture(now) ? VideoAssembly.of(now, this, drops) : null;
            packets = new ReorderBuffer(PATIENCE_NS, assembler == null ? nothing() : assembler, drops);
        }

        void restart() {
            begin(Codec.OTHER, 0);
        }

        @Override
        public void onFrame(VideoFrame frame) {
            aligner.onFrame(index, frame);
        }

        @Override
        public void onKeyframeWanted(long nowNs) {
            sink.onKeyframeWanted(nowNs);
        }
    }

    private static boolean isPicture(Codec codec) {
        return codec == Codec.H264 || codec == Codec.VP8 || codec == Codec.VP9 || codec == Codec.AV1;
    }

    /** What is wrong with the source just now, as a sentence; empty if nothing is. */
    String trouble(long nowNs) {
        for (Layer layer : layers) {
            VideoAssembly assembly = layer.assembler;
            Optional<SourceTrouble> trouble = assembly == null ? Optional.empty() : assembly.trouble(nowNs);
            if (trouble.isPresent()) {
                return sentence(trouble.get());
            }
        }
        return videoClock
                .trouble(nowNs)
                .or(() -> audioClock.trouble(nowNs))
                .map(PublishedFrames::sentence)
                .orElse("");
    }

    private static String sentence(SourceTrouble trouble) {
        String sentence = trouble.sentence();
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
    }

    /** Takes payloads of Opus, bare or in RED. */
    private final class SoundSink implements PayloadSink {
        @Override
        public void onPayload(long rtpTime, boolean marker, byte[] b, int off, int len, long arrivalNs) {
            (soundCodec == Codec.RED ? red : opus).onPayload(rtpTime, marker, b, off, len, arrivalNs);
        }

        @Override
        public void onLost(long packets, long nowNs) {
            opus.onLost(packets, nowNs);
        }
    }

    private static PayloadSink nothing() {
        return new PayloadSink() {
            @Override
            public void onPayload(long rtpTime, boolean marker, byte[] b, int off, int len, long arrivalNs) {}

            @Override
            public void onLost(long packets, long nowNs) {}
        };
    }
}
