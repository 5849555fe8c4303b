package dev.millrace.media.frames;

import dev.millrace.media.rtp.codec.Codec;

/** What a decoder is told before the pictures of a stretch of video. */
public sealed interface VideoConfig permits AvcConfig, VideoConfig.InBand {
    Codec codec();

    /**
     * Pictures that say everything themselves (VP8, VP9, AV1; HEVC with its parameter sets before keyframes); not packaged, only decoded.
     *
     * @param width of the largest layer, in pixels, as the last keyframe told; 0 if it did not
     */
    record InBand(Codec codec, int width, int height) implements VideoConfig {}
}
