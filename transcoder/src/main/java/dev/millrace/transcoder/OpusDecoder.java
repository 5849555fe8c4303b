package dev.millrace.transcoder;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Makes samples of packets of Opus by libopus. Owned by one thread. */
final class OpusDecoder implements AutoCloseable {
    /** The longest packet has 120 ms, RFC 6716 section 3.2.5. */
    static final int MAX_SAMPLES = 120 * SoundClock.RATE_HZ / 1000;

    private final int channels;
    private final float[] samples;
    private final AVCodecContext context;
    private final AVPacket packet = Av.packet();
    private final AVFrame frame = Av.frame();

    OpusDecoder(int channels) {
        this.channels = channels;
        samples = new float[MAX_SAMPLES * channels];
        AVCodec codec = Av.decoder("libopus");
        context = Av.context(codec);
        context.sample_rate(SoundClock.RATE_HZ);
        context.request_sample_fmt(avutil.AV_SAMPLE_FMT_FLT);
        context.thread_count(1);
        avutil.av_channel_layout_default(context.ch_layout(), channels);
        Av.open(context, codec);
        if (context.sample_fmt() != avutil.AV_SAMPLE_FMT_FLT) {
            throw new MediaException("cannot have Opus as floats");
        }
    }

    /** The samples of the packet per channel, interleaved in {@link #samples}; negative if it cannot be decoded. */
    int decode(byte[] opus) {
        Av.fill(packet, opus);
        int sent = avcodec.avcodec_send_packet(context, packet);
        avcodec.av_packet_unref(packet);
        if (sent < 0) {
            return -1;
        }
        int total = 0;
        while (avcodec.avcodec_receive_frame(context, frame) >= 0) {
            int count = Math.min(frame.nb_samples(), MAX_SAMPLES - total);
            FloatBuffer from = frame.data(0)
                    .capacity((long) count * channels * Float.BYTES)
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            from.get(samples, total * channels, count * channels);
            total += count;
            avutil.av_frame_unref(frame);
        }
        return total == 0 ? -1 : total;
    }

    float[] samples() {
        return samples;
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
    }
}
