package dev.millrace.media.control;

/** Takes what callers of SRT send, by FFmpeg's listeners; asked by whoever has the port, in this process. */
public interface SrtReceivers {
    /** Whether there is what it takes. */
    boolean available();

    /** Starts a listener for one caller, who may not be known yet. From any thread; never waits. */
    SrtReceiver prepare(SrtReceiver.Listener listener);
}
