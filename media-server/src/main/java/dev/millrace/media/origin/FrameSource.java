package dev.millrace.media.origin;

import java.util.concurrent.Executor;

/**
 * A broadcaster whose pictures and sounds come whole, as an encoder made them: they are packaged as they are, B-frames and
 * AAC included. Nobody can ask it for a keyframe.
 */
public non-sealed interface FrameSource extends Source {
    /**
     * Pictures and sounds are wanted from now on, and are handed over on {@code thread}; until {@link #silence}, or until
     * another sink takes its place. Those since the last keyframe come first.
     */
    void listen(FrameSink sink, Executor thread);
}
