package dev.millrace.perf;

/**
 * Hears what light clients live through, on their loop: it must not block, and one of a loop's own needs no locks. Times
 * are nanoseconds since the POST.
 */
public interface LightObserver {
    /** The server answered the offer. */
    default void onAnswered(long sincePostNs) {}

    /** ICE has its pair. */
    default void onIce(long sincePostNs) {}

    /** DTLS is done: media can flow. */
    default void onConnected(long sincePostNs) {}

    /** The first packet of pictures or sound. */
    default void onFirstPacket(long sincePostNs) {}

    /** The first keyframe, all of it. */
    default void onFirstKeyframe(long sincePostNs) {}

    /** A packet of video took so long from the publisher to the viewer's socket; for those that are decrypted. */
    default void onForwardDelay(long delayNs) {}

    /**
     * As that, and whether the viewer is settled: a server may let newcomers begin with older pictures, which are late on
     * purpose.
     */
    default void onForwardDelay(long delayNs, boolean settled) {
        onForwardDelay(delayNs);
    }
}
