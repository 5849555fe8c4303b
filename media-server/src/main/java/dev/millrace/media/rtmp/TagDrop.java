package dev.millrace.media.rtmp;

import java.util.Locale;

/** Why media of a publication went no further; it goes on. */
public enum TagDrop {
    /** Shorter than its own header, or a field that means nothing. */
    MALFORMED,
    /** It came before the configuration of its codec, or after another codec's. */
    NO_CONFIGURATION,
    /** Another track of its kind is the one that is taken. */
    OTHER_TRACK,
    /** It came before publish was answered. */
    NOT_PUBLISHING;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name metrics carry, such as {@code other_track}. */
    public String label() {
        return label;
    }
}
