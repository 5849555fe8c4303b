package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import java.util.Optional;

/**
 * Makes pictures of one source's payloads, whatever its codec. A picture that lacks anything is dropped with all after it
 * up to the next keyframe; what is kept is one picture at most. Owned by one thread.
 */
public interface VideoAssembly extends PayloadSink {
    /** True as long as nothing can be shown before a keyframe. */
    boolean isWaiting();

    /** Pictures dropped since the start, whole or not. */
    long dropped();

    /** What is wrong with the source just now, if anything. */
    Optional<SourceTrouble> trouble(long nowNs);

    /**
     * One for that codec.
     *
     * @throws IllegalArgumentException if it is none of pictures that are known
     */
    static VideoAssembly of(Codec codec, FrameListener listener, DropCounters drops) {
        return switch (codec) {
            case H264 -> new H264Assembler(listener, drops);
            case VP8 -> new Vp8Assembler(listener, drops);
            case VP9 -> new Vp9Assembler(listener, drops);
            case AV1 -> new Av1Assembler(listener, drops);
            case HEVC, OPUS, RED, OTHER -> throw new IllegalArgumentException("no pictures are made of " + codec);
        };
    }
}
