package dev.millrace.media.control;

/** What somebody is in a stream's chat. */
public enum ChatRole {
    /** Whose stream it is: moderates, and is moderated by nobody. */
    BROADCASTER,
    /** May delete, mute, ban and slow down, by token. */
    MODERATOR,
    VIEWER
}
