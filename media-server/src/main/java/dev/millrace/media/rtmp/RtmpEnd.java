package dev.millrace.media.rtmp;

import java.util.Locale;

/** Why a connection is over, each with the sentence that its log line and, where it can be told, its encoder gets. */
public enum RtmpEnd {
    /** The first byte is not RTMP's version 3 (RTMP 1.0 section 5.2.2). */
    NOT_RTMP("This port speaks RTMP, and what came does not."),
    /** RTMPE, which nobody has to use: RTMPS is what encrypts. */
    ENCRYPTED("RTMPE is not spoken here; use rtmps:// where a certificate is configured, or rtmp://."),
    HANDSHAKE_TIMEOUT("The handshake was not finished in time."),
    CONNECT_TIMEOUT("No connect command came in time."),
    PUBLISH_TIMEOUT("No publish command came in time."),
    /** Nothing came, or bytes that never become media. */
    SILENT("No media came any more."),
    /** A chunk that continues what never began, or a chunk size of nothing. */
    BAD_CHUNK("The chunk stream cannot be read."),
    MESSAGE_TOO_LONG("A message is longer than any picture this server takes."),
    TOO_MANY_CHUNK_STREAMS("More chunk streams are in use than an encoder needs."),
    TOO_MUCH_UNFINISHED("Too many unfinished messages at once."),
    BAD_COMMAND("A command cannot be read."),
    TOO_MANY_COMMANDS("More commands came than an encoder has to say."),
    /** It does not take what is said to it. */
    DEAF("The encoder reads nothing of what it is answered."),
    UNSUPPORTED_CODEC("The codec is not taken by this server."),
    /** connect, publish or play was refused; the detail says why. */
    REFUSED("Refused."),
    /** It said FCUnpublish, deleteStream or closeStream. */
    UNPUBLISHED("The encoder has stopped."),
    /** The server ended it: taken over, kicked, stopped. */
    ENDED("The server ended the broadcast.");

    private final String sentence;
    private final String label = name().toLowerCase(Locale.ROOT);

    RtmpEnd(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }

    /** The name metrics carry, such as {@code message_too_long}. */
    public String label() {
        return label;
    }
}
