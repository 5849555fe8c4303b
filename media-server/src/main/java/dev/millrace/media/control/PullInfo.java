package dev.millrace.media.control;

import org.jspecify.annotations.Nullable;

/**
 * A stream that is fetched from elsewhere, as operators see it.
 *
 * @param address where from, without what may be a secret in it
 * @param loop it begins anew at its end
 * @param session of the broadcast while it is live
 * @param attempts begun since it was started
 * @param liveMs how long the attempt that goes on has been live, 0 if it is not
 * @param detail what went wrong last, or is not as it should be, in a sentence; empty if nothing
 */
public record PullInfo(
        String stream,
        String address,
        boolean loop,
        State state,
        @Nullable String session,
        int attempts,
        long liveMs,
        String detail) {
    public enum State {
        /** The source is being opened: media come next, or it fails. */
        CONNECTING,
        /** Its media are broadcast. */
        LIVE,
        /** The last attempt failed; the next one follows. */
        WAITING,
        /** It was taken over or kicked and is not tried again. */
        OVER
    }
}
