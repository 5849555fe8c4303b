package dev.millrace.media.transcode;

import dev.millrace.media.transcode.wire.Hello;
import org.jspecify.annotations.Nullable;

/**
 * What workers said they are able to do, and whether another one is worth a try after one that was not: memory or a disk
 * may be there again. Told the time, which may be set back; any thread.
 */
final class WorkerAbility {
    /** A start costs a second of one core. */
    private static final long AGAIN_MS = 60_000;

    private String able = "";
    private @Nullable String unable;
    private long unableMs;
    private String said = "";

    /** A worker said so; returned is what is to be logged, once for every cause, otherwise empty. */
    synchronized String onHello(Hello hello, long nowMs) {
        String sentence = hello.missing();
        if (hello.able()) {
            able = hello.what();
            unable = null;
        } else {
            unable = hello.what();
            unableMs = nowMs;
            sentence = hello.what();
        }
        boolean known = sentence.equals(said);
        said = sentence;
        return known ? "" : sentence;
    }

    /** There is no use in starting one now. */
    synchronized boolean isHopeless(long nowMs) {
        return unable != null && Math.abs(nowMs - unableMs) < AGAIN_MS;
    }

    /** The last one that said something of itself was not able. */
    synchronized boolean isUnable() {
        return unable != null;
    }

    /** What is known, without a point at its end. */
    synchronized String sentence() {
        String reason = unable;
        if (reason != null) {
            return reason + "; it is tried again a minute later";
        }
        return able.isEmpty() ? "Ready, starts with the first stream" : able;
    }
}
