package dev.millrace.transcoder;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVHWFramesContext;
import org.bytedeco.ffmpeg.global.avutil;

/** Frames in a GPU's memory, for encoders that take no others. Owned by one thread. */
final class GpuFrames implements AutoCloseable {
    private static final int POOL = 8;

    private final AVBufferRef device;
    private final AVBufferRef frames;
    private final AVFrame uploaded = Av.frame();

    private GpuFrames(AVBufferRef device, AVBufferRef frames) {
        this.device = device;
        this.frames = frames;
    }

    static GpuFrames vaapi(int width, int height) {
        AVBufferRef device = new AVBufferRef(null);
        Av.check(
                avutil.av_hwdevice_ctx_create(
                        device, avutil.AV_HWDEVICE_TYPE_VAAPI, (String) null, (AVDictionary) null, 0),
                "open a VAAPI device");
        AVBufferRef frames = Av.some(avutil.av_hwframe_ctx_alloc(device), "have frames on the GPU");
        AVHWFramesContext context = new AVHWFramesContext(frames.data());
        context.format(avutil.AV_PIX_FMT_VAAPI).sw_format(avutil.AV_PIX_FMT_YUV420P);
        context.width(width).height(height).initial_pool_size(POOL);
        int made = avutil.av_hwframe_ctx_init(frames);
        GpuFrames gpu = new GpuFrames(device, frames);
        if (made < 0) {
            gpu.close();
        }
        Av.check(made, "have frames on the GPU");
        return gpu;
    }

    /** The encoder will be given such frames. */
    void feed(AVCodecContext encoder) {
        encoder.pix_fmt(avutil.AV_PIX_FMT_VAAPI);
        encoder.hw_frames_ctx(Av.some(avutil.av_buffer_ref(frames), "have frames on the GPU"));
    }

    /** The frame's twin on the GPU, on loan until the next call. */
    AVFrame upload(AVFrame frame) {
        avutil.av_frame_unref(uploaded);
        Av.check(avutil.av_hwframe_get_buffer(frames, uploaded, 0), "have a frame on the GPU");
        Av.check(avutil.av_hwframe_transfer_data(uploaded, frame, 0), "bring a frame to the GPU");
        Av.check(avutil.av_frame_copy_props(uploaded, frame), "describe a frame");
        return uploaded;
    }

    @Override
    public void close() {
        avutil.av_frame_free(uploaded);
        avutil.av_buffer_unref(frames);
        avutil.av_buffer_unref(device);
    }
}
