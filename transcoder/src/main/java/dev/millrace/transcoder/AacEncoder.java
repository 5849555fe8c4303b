package dev.millrace.transcoder;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Makes packets of AAC-LC of samples. Owned by one thread. */
final class AacEncoder implements AutoCloseable {
    /** What a packet holds, ISO/IEC 14496-3. */
    static final int FRAME = 1024;

    /** Is given the packets: the first sample of each has this number. */
    interface Sink {
        void onPacket(long sample, byte[] aac);
    }

    private final int channels;
    private final float[] plane = new float[FRAME];
    private final AVCodecContext context;
    private final AVPacket packet = Av.packet();
    private final AVFrame frame = Av.frame();
    private long next;

    AacEncoder(int channels, int bitrateBps) {
        this.channels = channels;
        AVCodec codec = Av.encoder("aac");
        context = Av.context(codec);
        context.sample_rate(SoundClock.RATE_HZ);
        context.sample_fmt(avutil.AV_SAMPLE_FMT_FLTP);
        context.bit_rate(bitrateBps);
        context.time_base().num(1).den(SoundClock.RATE_HZ);
        context.thread_count(1);
        context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER); // no ADTS
        avutil.av_channel_layout_default(context.ch_layout(), channels);
        Av.open(context, codec);
        frame.format(avutil.AV_SAMPLE_FMT_FLTP).nb_samples(FRAME).sample_rate(SoundClock.RATE_HZ);
        Av.check(avutil.av_channel_layout_copy(frame.ch_layout(), context.ch_layout()), "say how many channels");
        Av.check(avutil.av_frame_get_buffer(frame, 0), "have samples");
    }

    /** The next {@link #FRAME} samples of each channel, interleaved from {@code off} on. */
    void encode(float[] interleaved, int off, Sink sink) {
        Av.check(avutil.av_frame_make_writable(frame), "have samples");
        for (int channel = 0; channel < channels; channel++) {
            for (int i = 0; i < FRAME; i++) {
                plane[i] = interleaved[off + i * channels + channel];
            }
            FloatBuffer to = frame.data(channel)
                    .capacity((long) FRAME * Float.BYTES)
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            to.put(plane);
        }
        frame.pts(next);
        next += FRAME;
        Av.check(avcodec.avcodec_send_frame(context, frame), "encode AAC");
        while (true) {
            int got = avcodec.avcodec_receive_packet(context, packet);
            if (Av.nothing(got)) {
                return;
            }
            Av.check(got, "encode AAC");
            // The first packet primes the decoder with what was before the first sample; there is nothing to hear in
            // it.
            if (packet.pts() >= 0) {
                sink.onPacket(packet.pts(), Av.bytes(packet));
            }
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
