package dev.millrace.media.sdp;

/** A text that is no session description, with the line (from 1; 0 = the text as a whole) that says so. */
public final class SdpException extends Exception {
    private final int line;

    SdpException(int line, String message) {
        // No stack trace: the text came from outside, and where we noticed says nothing about it.
        super(line > 0 ? "line " + line + ": " + message : message, null, false, false);
        this.line = line;
    }

    /** The line of the text, from 1; 0 when it is about the whole. */
    public int line() {
        return line;
    }

    /** The message as a sentence for whoever sent the text. */
    String sentence() {
        return "The session description cannot be read: " + getMessage() + ".";
    }
}
