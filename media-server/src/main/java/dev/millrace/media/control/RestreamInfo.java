package dev.millrace.media.control;

/**
 * A stream that is pushed on to another server, as operators see it.
 *
 * @param id as the API names it
 * @param url where to, without the key
 * @param height the pictures are no higher than that if there are such; 0 for the largest
 * @param sinceMs when this state began, epoch milliseconds
 * @param nextMs when it is tried again, epoch milliseconds; 0 if no time was set
 * @param bytes sent since it was added, media and all else
 * @param pictures sent since then
 * @param dropped pictures that were not sent because the target did not take them fast enough
 * @param connects connections that came to be live
 * @param detail what went wrong last, or is not as it should be, in a sentence; empty if nothing
 */
public record RestreamInfo(
        String id,
        String stream,
        String url,
        int height,
        State state,
        long sinceMs,
        long nextMs,
        long bytes,
        long pictures,
        long dropped,
        int connects,
        String detail) {
    public enum State {
        /** For the stream: nobody broadcasts it. */
        WAITING,
        /** The target is being talked to. */
        CONNECTING,
        /** Pictures and sound go there. */
        LIVE,
        /** The last connection failed; the next one follows. */
        RETRYING,
        /** The target does not want the stream; it is asked again once in a while. */
        REFUSED
    }
}
