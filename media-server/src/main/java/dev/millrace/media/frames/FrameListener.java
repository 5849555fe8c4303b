package dev.millrace.media.frames;

/** Is told of pictures, and of the wish for one to begin with. */
public interface FrameListener {
    /** The next picture, in the order they are decoded in; none between two of them is missing. */
    void onFrame(VideoFrame frame);

    /** Nothing can be shown before a keyframe; said for every picture that is dropped, so it wants a rate limit. */
    void onKeyframeWanted(long nowNs);
}
