package dev.millrace.media.segment;

/** Follows the packagers of one stream, one after the other, and may want one to run; called on their thread. */
public interface Follower extends PackagerListener {
    /** Packaging must run, whoever watches; any thread. */
    boolean wantsPackaging();

    /**
     * A packager begins; none of its samples was seen yet.
     *
     * @param stamp in the names of its objects
     */
    void onBegin(Packager packager, String stamp);

    /** That packager is over: the broadcast ended, or nobody wanted it any more. */
    void onEnd();

    @Override
    default void onInit(Track track, Init init) {}

    @Override
    default void onKeyframeWanted() {}
}
