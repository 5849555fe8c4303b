package dev.millrace.media.rtp.codec;

/** Tells the first packet of a keyframe and its picture size, whatever the codec; reusable, owned by one thread. */
public final class KeyframeProbe {
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final Av1Payload av1 = new Av1Payload();
    private final H264ParameterSet parameters = new H264ParameterSet();
    private int width;
    private int height;

    /**
     * True if a decoder that knows nothing may start with this payload; every packet of audio is such a one. Then
     * {@link #width()} and {@link #height()} tell its size if it does.
     */
    public boolean startsKeyframe(Codec codec, byte[] b, int off, int len) {
        width = 0;
        height = 0;
        return switch (codec) {
            case H264 -> h264(b, off, len);
            case VP8 -> vp8(b, off, len);
            case VP9 -> vp9(b, off, len);
            case AV1 -> av1(b, off, len);
            case HEVC, OPUS, RED, OTHER -> true;
        };
    }

    /** In pixels, 0 if the last payload did not say. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    private boolean h264(byte[] b, int off, int len) {
        if (!H264Payload.isKeyframeStart(b, off, len)) {
            return false;
        }
        int sps = H264Payload.find(b, off, len, H264Payload.SPS);
        if (sps >= 0 && parameters.read(b, sps, H264Payload.lengthAt(b, off, len, sps))) {
            size(parameters.width(), parameters.height());
        }
        return true;
    }

    private boolean vp8(byte[] b, int off, int len) {
        if (!vp8.wrap(b, off, len) || !vp8.isKeyframeStart()) {
            return false;
        }
        size(vp8.width(), vp8.height());
        return true;
    }

    private boolean vp9(byte[] b, int off, int len) {
        if (!vp9.wrap(b, off, len) || !vp9.isKeyframeStart()) {
            return false;
        }
        if (vp9.spatialLayers() > 0) {
            size(vp9.width(vp9.spatialLayers() - 1), vp9.height(vp9.spatialLayers() - 1));
        }
        return true;
    }

    private boolean av1(byte[] b, int off, int len) {
        if (!av1.wrap(b, off, len) || !av1.isKeyframeStart()) {
            return false;
        }
        if (av1.readSize()) {
            size(av1.width(), av1.height());
        }
        return true;
    }

    private void size(int newWidth, int newHeight) {
        width = newWidth;
        height = newHeight;
    }
}
