package dev.millrace.transcoder;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HexFormat;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Makes samples of packets of AAC: 48 kHz and two channels, interleaved, whatever the rate and the channels it has; they may
 * change in the middle. Owned by one thread.
 */
final class AacDecoder implements AutoCloseable {
    static final int CHANNELS = 2;

    /** A packet has 2,048 samples at most, of 7,350 a second; with room for what the filter held back. */
    private static final int MAX_SAMPLES = 16_384;

    private final float[] samples = new float[MAX_SAMPLES * CHANNELS];
    private final FloatPointer made = new FloatPointer((long) MAX_SAMPLES * CHANNELS);
    private final PointerPointer<FloatPointer> out = new PointerPointer<FloatPointer>(1L).put(0, made);
    private final AVChannelLayout stereo = new AVChannelLayout();
    private final AVChannelLayout from = new AVChannelLayout();
    private final AVCodecContext context;
    private final AVPacket packet = Av.packet();
    private final AVFrame frame = Av.frame();
    private @Nullable SwrContext resampler;
    private int rateHz;
    private int format;
    private long held;

    /** @param configuration AudioSpecificConfig in hexadecimal digits */
    AacDecoder(String configuration) {
        AVCodec codec = Av.decoder("aac");
        context = Av.context(codec);
        byte[] told = HexFormat.of().parseHex(configuration);
        BytePointer extra = new BytePointer(
                Av.some(avutil.av_mallocz(told.length + avcodec.AV_INPUT_BUFFER_PADDING_SIZE), "have memory"));
        extra.put(told, 0, told.length);
        context.extradata(extra).extradata_size(told.length);
        context.thread_count(1);
        Av.open(context, codec);
        avutil.av_channel_layout_default(stereo, CHANNELS);
    }

    /** Samples per channel, in {@link #samples}; negative if the packet cannot be decoded. */
    int decode(byte[] aac) {
        Av.fill(packet, aac);
        int sent = avcodec.avcodec_send_packet(context, packet);
        avcodec.av_packet_unref(packet);
        if (sent < 0) {
            return -1;
        }
        held = 0;
        int total = -1;
        while (avcodec.avcodec_receive_frame(context, frame) >= 0) {
            int before = Math.max(0, total);
            total = before + resample(before);
            avutil.av_frame_unref(frame);
        }
        return total;
    }

    private int resample(int at) {
        SwrContext current = resamplerFor(frame);
        held = at > 0 ? held : swresample.swr_get_delay(current, SoundClock.RATE_HZ);
        int got = Av.check(
                swresample.swr_convert(current, out, MAX_SAMPLES - at, frame.extended_data(), frame.nb_samples()),
                "resample");
        FloatBuffer buffer = made.position(0)
                .capacity((long) MAX_SAMPLES * CHANNELS)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        buffer.get(samples, at * CHANNELS, got * CHANNELS);
        return got;
    }

    private SwrContext resamplerFor(AVFrame of) {
        SwrContext known = resampler;
        boolean same = known != null
                && of.sample_rate() == rateHz
                && of.format() == format
                && avutil.av_channel_layout_compare(of.ch_layout(), from) == 0;
        if (same && known != null) {
            return known;
        }
        closeResampler();
        rateHz = of.sample_rate();
        format = of.format();
        Av.check(avutil.av_channel_layout_copy(from, of.ch_layout()), "say how many channels");
        SwrContext made = open(of.sample_rate());
        resampler = made;
        return made;
    }

    private SwrContext open(int fromHz) {
        try (PointerPointer<SwrContext> place = new PointerPointer<>(1)) {
            place.put(0, null);
            int set = swresample.swr_alloc_set_opts2(
                    place, stereo, avutil.AV_SAMPLE_FMT_FLT, SoundClock.RATE_HZ, from, format, fromHz, 0, null);
            SwrContext opened = new SwrContext(Av.some(place.get(), "resample"));
            Av.check(set < 0 ? set : swresample.swr_init(opened), "resample");
            return opened;
        }
    }

    /** Samples of packets before that were held back, and came out first of the last one's. */
    long held() {
        return held;
    }

    float[] samples() {
        return samples;
    }

    private void closeResampler() {
        SwrContext old = resampler;
        resampler = null;
        if (old != null) {
            swresample.swr_free(old);
        }
    }

    @Override
    public void close() {
        closeResampler();
        avutil.av_channel_layout_uninit(from);
        avutil.av_channel_layout_uninit(stereo);
        from.close();
        stereo.close();
        out.close();
        made.close();
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
    }
}
