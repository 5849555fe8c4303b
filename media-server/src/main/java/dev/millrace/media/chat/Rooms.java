package dev.millrace.media.chat;

import java.util.random.RandomGenerator;

/**
 * All rooms of a server. What members send comes in, what they are to be told goes to their outlets; nothing that must
 * not be lost leaves before {@link #flush} has stored it. Told the time: {@code nowNs} for rates, {@code epochMs} for
 * what people read. Owned by the chat thread.
 */
public final class Rooms implements AutoCloseable {

    /** {@code random} makes ids and secrets: it has to be unguessable. */
    public Rooms(ChatConfig config, RandomGenerator random) {}

    /** A connection; it is nobody yet in the room until it says hello. */
    public void connect(Member member, long nowNs) {}

    /** A message of the chat channel or a WebSocket; the array is the room's from now on. */
    public void onMessage(Member member, byte[] utf8, long nowNs, long epochMs) {}

    /** A message of the reactions channel. */
    public void onReaction(Member member, byte[] utf8, long nowNs) {}

    /** A message of an application's channel, before it is put into its envelope. */
    public void onApp(Member member, String label, boolean binary, byte[] payload, long nowNs) {}

    /** The connection is gone. */
    public void disconnect(Member member, long nowNs) {}

    /** Who watches the stream now; told to members when it changed, at most once a second. */
    public void onViewers(String stream, Viewers viewers, long nowNs) {}

    /** Whether the stream has a publisher whose media flows. */
    public void onStream(String stream, boolean live, long nowNs) {}

    /** Stores what was said since the last flush, then lets it out. To be called when a batch of the above is through. */
    public void flush() {}

    /** When {@link #onDeadline} wants to be called, {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    /** Lets out what waited for its time: reactions, presence. */
    public void onDeadline(long nowNs) {}

    @Override
    public void close() {}
}
