package dev.millrace.transcoder;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Makes packets of Opus of samples, 20 ms each (RFC 7587 section 4.2), by libopus. Owned by one thread. */
final class OpusEncoder implements AutoCloseable {
    /** What a packet holds. */
    static final int FRAME = 20 * SoundClock.RATE_HZ / 1000;

    /** Is given the packets: the first sample of each has this number. */
    interface Sink {
        void onPacket(long sample, byte[] opus);
    }

    private final int channels;
    private final AVCodecContext context;
    private final AVPacket packet = Av.packet();
    private final AVFrame frame = Av.frame();
    private long next;
    private long begun;

    OpusEncoder(int channels, int bitrateBps) {
        this.channels = channels;
        AVCodec codec = Av.encoder("libopus");
        context = Av.context(codec);
        context.sample_rate(SoundClock.RATE_HZ);
        context.sample_fmt(avutil.AV_SAMPLE_FMT_FLT);
        context.bit_rate(bitrateBps);
        context.time_base().num(1).den(SoundClock.RATE_HZ);
        context.thread_count(1);
        avutil.av_channel_layout_default(context.ch_layout(), channels);
        Av.open(context, codec);
        frame.format(avutil.AV_SAMPLE_FMT_FLT).nb_samples(FRAME).sample_rate(SoundClock.RATE_HZ);
        Av.check(avutil.av_channel_layout_copy(frame.ch_layout(), context.ch_layout()), "say how many channels");
        Av.check(avutil.av_frame_get_buffer(frame, 0), "have samples");
    }

    /** The next {@link #FRAME} samples of each channel, interleaved from {@code off} on. */
    void encode(float[] interleaved, int off, Sink sink) {
        Av.check(avutil.av_frame_make_writable(frame), "have samples");
        FloatBuffer to = frame.data(0)
                .capacity((long) FRAME * channels * Float.BYTES)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        to.put(interleaved, off, FRAME * channels);
        frame.pts(next);
        next += FRAME;
        Av.check(avcodec.avcodec_send_frame(context, frame), "encode Opus");
        while (true) {
            int got = avcodec.avcodec_receive_packet(context, packet);
            if (Av.nothing(got)) {
                return;
            }
            Av.check(got, "encode Opus");
            sink.onPacket(begun, Av.bytes(packet));
            begun += FRAME;
            avcodec.av_packet_unref(packet);
        }
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
    }
}
