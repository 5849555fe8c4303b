package dev.millrace.transcoder;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Sound to test with: made into Opus, and read out of AAC. */
final class Tones {
    static final int RATE = 48_000;

    /** 20 ms. */
    static final int PACKET = 960;

    private Tones() {}

    /** Packets of 20 ms of Opus of a signal by sample number, the same on all channels. */
    static List<byte[]> opus(int packets, int channels, IntToDoubleFunction signal) {
        AVCodec codec = Av.encoder("libopus");
        AVCodecContext context = Av.context(codec);
        context.sample_rate(RATE).sample_fmt(avutil.AV_SAMPLE_FMT_FLT).bit_rate(96_000L * channels);
        context.time_base().num(1).den(RATE);
        avutil.av_channel_layout_default(context.ch_layout(), channels);
        Av.open(context, codec);
        AVFrame frame = Av.frame();
        frame.format(avutil.AV_SAMPLE_FMT_FLT).nb_samples(PACKET).sample_rate(RATE);
        avutil.av_channel_layout_copy(frame.ch_layout(), context.ch_layout());
        Av.check(avutil.av_frame_get_buffer(frame, 0), "have samples");
        AVPacket packet = Av.packet();
        List<byte[]> made = new ArrayList<>();
        for (int n = 0; made.size() < packets; n++) {
            Av.check(avutil.av_frame_make_writable(frame), "have samples");
            float[] samples = new float[PACKET * channels];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (float) signal.applyAsDouble(n * PACKET + i / channels);
            }
            frame.data(0)
                    .capacity((long) samples.length * Float.BYTES)
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer()
                    .put(samples);
            frame.pts((long) n * PACKET);
            Av.check(avcodec.avcodec_send_frame(context, frame), "encode Opus");
            while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
                made.add(Av.bytes(packet));
                avcodec.av_packet_unref(packet);
            }
        }
        avcodec.av_packet_free(packet);
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(context);
        return made;
    }

    /** The samples of the first channel that each packet of AAC stands for. */
    static List<float[]> decodeAac(List<byte[]> packets, int channels) {
        AVCodec codec = Av.decoder("aac");
        AVCodecContext context = Av.context(codec);
        byte[] config = {0x11, (byte) (0x80 | channels << 3)}; // AAC-LC, 48 kHz
        context.extradata(new org.bytedeco.javacpp.BytePointer(avutil.av_mallocz(config.length + 64L)));
        context.extradata().put(config, 0, config.length);
        context.extradata_size(config.length);
        Av.open(context, codec);
        AVPacket packet = Av.packet();
        AVFrame frame = Av.frame();
        List<float[]> decoded = new ArrayList<>();
        for (byte[] each : packets) {
            Av.fill(packet, each);
            Av.check(avcodec.avcodec_send_packet(context, packet), "decode AAC");
            avcodec.av_packet_unref(packet);
            Av.check(avcodec.avcodec_receive_frame(context, frame), "decode AAC");
            float[] samples = new float[frame.nb_samples()];
            frame.data(0)
                    .capacity((long) samples.length * Float.BYTES)
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer()
                    .get(samples);
            decoded.add(samples);
        }
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
        return decoded;
    }
}
