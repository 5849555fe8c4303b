package dev.millrace.signaling.rtmp;

/** The port that was asked for cannot be opened. */
public final class RtmpPortTaken extends Exception {
    private static final long serialVersionUID = 1L;

    RtmpPortTaken(int port, Throwable cause) {
        super(
                "RTMP port " + port + " cannot be opened: " + cause.getMessage()
                        + "; rtmp.port names it, 0 is any free one",
                cause);
    }
}
