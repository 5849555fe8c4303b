package dev.millrace.perf;

/** Hears what happens on the data channels of light clients; on their loop, so it must not block. */
public interface LightChannelListener {
    /** A channel of the client's or the server's may be used. */
    default void onOpen(LightClient client, String label, long nowNs) {}

    /** A text message, UTF-8; the bytes are good for the call, the time is {@link System#nanoTime}'s. */
    void onText(LightClient client, String label, byte[] b, int off, int len, long nowNs);

    /** As {@link #onText} for bytes. */
    default void onBinary(LightClient client, String label, byte[] b, int off, int len, long nowNs) {}

    /** The channel is closed, by either end. */
    default void onClosed(LightClient client, String label, long nowNs) {}

    /** There are no channels, or no more: a sentence why. */
    default void onFailed(LightClient client, String why) {}
}
