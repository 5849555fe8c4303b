package dev.millrace.media.datachannel;

/** Hears what happens on one connection's channels; on its event loop. Bytes are good for the call only. */
public interface DataChannelListener {
    /** A channel of ours or the peer's may be used. */
    void onOpen(DataChannel channel, long nowNs);

    /** A text message, UTF-8 as it came: not checked. */
    void onText(DataChannel channel, byte[] b, int off, int len, long nowNs);

    void onBinary(DataChannel channel, byte[] b, int off, int len, long nowNs);

    /** The channel is closed, by either end; nothing comes afterwards. */
    void onClosed(DataChannel channel, long nowNs);

    /** The channel has room again after a send on it had been refused for lack of it. */
    default void onRoom(DataChannel channel, long nowNs) {}

    /** All channels are gone with their association, in words. */
    void onFailed(String why, long nowNs);
}
