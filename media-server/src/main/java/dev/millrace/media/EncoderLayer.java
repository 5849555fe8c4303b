package dev.millrace.media;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.AvcPictures;
import dev.millrace.media.frames.AvcRecord;
import dev.millrace.media.frames.ContainedPictures;
import dev.millrace.media.frames.VideoConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.frames.VideoRecord;
import dev.millrace.media.ingest.DistinctTimes;
import dev.millrace.media.ingest.Packetizer;
import dev.millrace.media.ingest.RtpTrack;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import org.jspecify.annotations.Nullable;

/**
 * One track of an encoder's pictures: taken apart, put into an order that browsers can show, and into RTP packets. Owned by
 * the encoder's loop.
 */
final class EncoderLayer {
    /** What a layer needs of its encoder; on its loop. */
    interface Owner {
        /** Whom to feed; null while there is nobody. */
        @Nullable
        Distributor feeding();

        /** A packet that stands at the beginning of the track's buffer. */
        void onPacket(Distributor feeding, int layer, RtpTrack track, int length, long nowNs);

        /** All packets of a picture. */
        void onPictureSent(long nowNs);

        long nowNs();
    }

    private final int index;
    private final int track;
    private final DropCounters drops;
    private final RtpTrack rtp;
    private final EncoderReport report;
    private final EncoderPictures viewed;
    private final DistinctTimes times = new DistinctTimes();
    private final Owner owner;
    private @Nullable ContainedPictures pictures;
    private @Nullable Packetizer packetizer;
    private Codec packed = Codec.OTHER;
    private CodecFormat format = EncoderFormats.of(Codec.H264);
    private @Nullable VideoConfig shown;

    /**
     * @param index among the stream's layers
     * @param track the encoder's number of it
     * @param opened makes what puts pictures into order, of where they go then
     */
    EncoderLayer(
            int index, int track, RtpTrack rtp, EncoderReport report, Opening opened, Owner owner, DropCounters drops) {
        this.index = index;
        this.track = track;
        this.rtp = rtp;
        this.report = report;
        this.drops = drops;
        this.owner = owner;
        this.viewed = opened.to(this::onShown);
    }

    /** Makes what puts pictures into order. */
    interface Opening {
        EncoderPictures to(EncoderPictures.Sink sink);
    }

    int track() {
        return track;
    }

    String rid() {
        return Integer.toString(track);
    }

    /** As what viewers get it. */
    CodecFormat format() {
        return format;
    }

    /** Another configuration, in force from the next keyframe on. */
    void configure(VideoRecord record) {
        if (pictures instanceof AvcPictures avc && record instanceof AvcRecord more) {
            avc.configure(more);
        } else {
            pictures = ContainedPictures.of(record, drops);
        }
        boolean asItIs = record.isShownAsItIs();
        format = EncoderFormats.of(asItIs ? record.codec() : Codec.H264);
        viewed.foreign(!asItIs);
    }

    /** How much later than told the next picture is shown. */
    long laterNs(long decodeNs) {
        return times.laterNs(decodeNs);
    }

    /** The next picture; null if nothing can be made of it. */
    @Nullable
    VideoFrame read(byte[] data, boolean key, long ticks, long nowNs) {
        return pictures == null ? null : pictures.read(data, key, ticks, nowNs);
    }

    /** Whether decoding may begin at the picture that was read last although it is no keyframe. */
    boolean opens() {
        return pictures != null && pictures.opens();
    }

    /** The picture that was read last is on its way to viewers. */
    void show(VideoFrame frame, long shownNs, long laterNs, boolean watched, long nowNs) {
        viewed.accept(frame, opens(), shownNs, laterNs, watched, nowNs);
    }

    private void onShown(VideoFrame frame, long shownNs) {
        Distributor feeding = owner.feeding();
        if (feeding == null) {
            return;
        }
        long nowNs = owner.nowNs();
        shown = frame.config();
        packetizerFor(frame.config().codec()).packetize(frame, (b, off, len, last) -> {
            int length = rtp.write(b, off, len, frame.rtpTime(), last);
            owner.onPacket(feeding, index, rtp, length, nowNs);
        });
        rtp.onFrame(frame.key());
        report.maybeSend(feeding, rtp.timestamp(frame.rtpTime()), shownNs, nowNs);
        owner.onPictureSent(nowNs);
    }

    private Packetizer packetizerFor(Codec codec) {
        Packetizer known = packetizer;
        if (known == null || codec != packed) {
            known = Packetizer.of(codec, RtpTrack.MAX_PAYLOAD_BYTES);
            packetizer = known;
            packed = codec;
            rtp.payloadType(EncoderFormats.of(codec).payloadType());
        }
        return known;
    }

    /** What was sent since the last time, once a second. */
    LayerStats stats(String mid, boolean alone, long nowNs) {
        int width = 0;
        int height = 0;
        switch (shown) {
            case AvcConfig avc -> {
                width = avc.sequence().width();
                height = avc.sequence().height();
            }
            case VideoConfig.InBand other -> {
                width = other.width();
                height = other.height();
            }
            case null -> {}
        }
        return rtp.stats(mid, MediaKind.VIDEO, alone ? "" : rid(), format.name(), width, height, nowNs);
    }

    void close() {
        viewed.close();
    }
}
