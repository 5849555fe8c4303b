package dev.millrace.media.frames;

import dev.millrace.media.rtp.codec.Codec;

/** What a decoder is told before the pictures of a stretch of video. */
public sealed interface VideoConfig permits AvcConfig, VideoConfig.InBand {
    Codec codec();

    /** Pictures that say everything themselves (VP8, VP9, AV1); not packaged, only decoded. */
    record InBand(Codec codec) implements VideoConfig {}
}
