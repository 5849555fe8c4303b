package dev.millrace.media.rtp.codec;

import org.jspecify.annotations.Nullable;

/**
 * All that a container and a player want to know of an H.264 sequence parameter set (ITU-T H.264 sections 7.3.2.1.1 and
 * E.1.1); {@link H264ParameterSet} is the view that reads it, enough for the packet path.
 *
 * @param id seq_parameter_set_id
 * @param constraints constraint_set flags, set 0 in the highest bit
 * @param levelIdc ten times the level
 * @param chromaFormat 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @param width in luma samples, after cropping
 * @param interlaced fields may be coded apart
 * @param pictureOrderType 2 if pictures are shown in the order they are decoded in
 * @param vui null if there is none that makes sense
 */
public record H264Sequence(
        int id,
        int profileIdc,
        int constraints,
        int levelIdc,
        int chromaFormat,
        int bitDepthLuma,
        int bitDepthChroma,
        int width,
        int height,
        boolean interlaced,
        int pictureOrderType,
        int referenceFrames,
        @Nullable H264Vui vui) {
    /** Baseline, which has no B-frames. */
    private static final int BASELINE = 66;

    /** Reads a NAL unit of type 7 with its header byte; null if it makes no sense. */
    public static @Nullable H264Sequence read(byte[] b, int off, int len) {
        H264ParameterSet set = new H264ParameterSet();
        return set.read(b, off, len) ? set.sequence() : null;
    }

    /**
     * How many pictures may come before one that is shown earlier; 0 also where nothing is said, for what browsers and
     * low-latency encoders send has none, and pictures that go back tell.
     */
    public int reorderFrames() {
        if (profileIdc == BASELINE || pictureOrderType == 2 || vui == null) {
            return 0;
        }
        return Math.max(0, vui.reorderFrames());
    }
}
