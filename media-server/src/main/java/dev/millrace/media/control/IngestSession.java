package dev.millrace.media.control;

import org.jspecify.annotations.Nullable;

/**
 * One publication that comes as elementary streams: pictures and sound, either may be missing. Pictures may come in several
 * tracks, the same ones in other sizes: they become layers of the stream, as a browser's simulcast.
 *
 * <p>Any thread may call, one at a time; nothing waits. Arrays are handed over and must not be changed afterwards. Times
 * are the encoder's, in nanoseconds, of one clock for both tracks, in any origin.
 */
public interface IngestSession {
    /** Sizes of the same pictures; more nobody sends, and each costs. */
    int MAX_TRACKS = 6;

    /** As the API names it: at least 128 random bits, safe in a URL. */
    String id();

    /**
     * A track begins, or goes on with another configuration or codec; the same one once more changes nothing.
     *
     * @param track of pictures, 0 to {@link #MAX_TRACKS} - 1; the first that is told of is the main one. 0 for sound
     * @return null if it is served, otherwise why not; the other tracks go on
     */
    IngestReply.@Nullable Refused configure(int track, IngestCodec codec, byte[] configuration);

    /** The same where there is one track of a kind. */
    default IngestReply.@Nullable Refused configure(IngestCodec codec, byte[] configuration) {
        return configure(0, codec, configuration);
    }

    /**
     * The next picture, in the order of decoding; dropped while no configuration of pictures is known.
     *
     * @param key a decoder can begin here, as the container says; what the stream itself says counts
     * @return false if nothing more should come before {@link IngestListener#onResume}: it comes faster than it plays.
     *     What comes all the same is taken up to a bound, and then ends the publication with
     *     {@link CloseReason#TOO_FAST}
     */
    boolean video(int track, long decodeNs, long presentNs, boolean key, byte[] data);

    /** The same where there is one track. */
    default boolean video(long decodeNs, long presentNs, boolean key, byte[] data) {
        return video(0, decodeNs, presentNs, key, data);
    }

    /** The next packet of sound; all else as for pictures. */
    boolean audio(long presentNs, byte[] data);

    /** The other side is gone, or is to go. Nothing more is told to the listener. */
    void close(CloseReason reason);
}
