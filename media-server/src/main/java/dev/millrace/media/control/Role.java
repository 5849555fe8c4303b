package dev.millrace.media.control;

/** Which way the media of a session flows. */
public enum Role {
    PUBLISH,
    PLAY
}
