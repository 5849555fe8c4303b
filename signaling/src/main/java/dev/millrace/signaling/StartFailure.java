package dev.millrace.signaling;

/** The server could not start or stop; the cause says why. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(Throwable cause) {
        super(cause.getMessage(), cause);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
