package dev.millrace.media.control;

import org.jspecify.annotations.Nullable;

/**
 * One publication that comes as elementary streams: a track of pictures and one of sound, either may be missing.
 *
 * <p>Any thread may call, one at a time; nothing waits. Arrays are handed over and must not be changed afterwards. Times
 * are the encoder's, in nanoseconds, of one clock for both tracks, in any origin.
 */
public interface IngestSession {
    /** As the API names it: at least 128 random bits, safe in a URL. */
    String id();

    /**
     * A track begins, or goes on with another configuration or codec; the same one once more changes nothing.
     *
     * @return null if it is served, otherwise why not; the other track goes on
     */
    IngestReply.@Nullable Refused configure(IngestCodec codec, byte[] configuration);

    /**
     * The next picture, in the order of decoding; dropped while no configuration of pictures is known.
     *
     * @param key a decoder can begin here, as the container says; what the stream itself says counts
     * @return false if nothing more should come before {@link IngestListener#onResume}: it comes faster than it plays.
     *     What comes all the same is taken up to a bound, and then ends the publication with
     *     {@link CloseReason#TOO_FAST}
     */
    boolean video(long decodeNs, long presentNs, boolean key, byte[] data);

    /** The next packet of sound; all else as for pictures. */
    boolean audio(long presentNs, byte[] data);

    /** The other side is gone, or is to go. Nothing more is told to the listener. */
    void close(CloseReason reason);
}
