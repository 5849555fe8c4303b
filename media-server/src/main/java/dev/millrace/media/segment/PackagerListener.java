package dev.millrace.media.segment;

/** Is told what a packager made; called on its thread. */
public interface PackagerListener {
    /** A track has another format: its init segment is {@code init}. */
    void onInit(Track track, Init init);

    /** A sample comes, in the order they are decoded in; before it is in any part, where it may be left out yet. */
    default void onSample(Track track, TrackFormat format, Sample sample) {}

    /** A part is whole; {@code segment} holds it already. */
    void onPart(Track track, Segment segment, Part part);

    /** A segment is whole. */
    void onSegment(Track track, Segment segment);

    /** A segment is in no playlist any more, neither from memory nor from {@link Track#past}. */
    default void onForgotten(Track track, Segment segment) {}

    /** A keyframe of every layer is wanted, soon; at most every 350 ms of media. */
    void onKeyframeWanted();
}
