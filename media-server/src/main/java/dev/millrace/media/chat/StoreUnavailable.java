package dev.millrace.media.chat;

/** The chat cannot keep anything as configured; the message is a sentence that tells what to do. */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreUnavailable(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
