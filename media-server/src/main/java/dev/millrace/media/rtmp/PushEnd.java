package dev.millrace.media.rtmp;

import java.util.Locale;

/** Why publishing to another server is over. */
public enum PushEnd {
    /** It does not want this stream: another key, or another name, would be needed. */
    REFUSED,
    /** It ended what it had taken. */
    ENDED,
    /** It asks to be connected to anew (Enhanced RTMP version 2). */
    RECONNECT,
    /** It speaks no RTMP, or none that can be read. */
    MALFORMED,
    /** It did not answer in time. */
    TIMEOUT;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name metrics carry. */
    public String label() {
        return label;
    }
}
