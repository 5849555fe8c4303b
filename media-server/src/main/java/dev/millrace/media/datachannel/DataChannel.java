package dev.millrace.media.datachannel;

import dev.millrace.media.sctp.Association.Sent;
import org.jspecify.annotations.Nullable;

/** One data channel (RFC 8831 section 6). Owned by its connection's event loop. */
public final class DataChannel {
    /** Where a channel stands. */
    public enum State {
        /** Ours, not yet acknowledged. It may send already, but in order (RFC 8832 section 6). */
        OPENING,
        OPEN,
        /** We closed our direction; the peer's is on its way. */
        CLOSING,
        CLOSED
    }

    private static final byte[] NOTHING = {0};

    private final DataChannels owner;
    private final int id;
    private final String label;
    private final String protocol;
    private final Reliability reliability;
    State state;

    /** A send was refused, or would have been too much for its user, who waits for room. */
    boolean blocked;

    /** There is room when no more than that is queued. */
    int roomyBytes = DataChannels.MAX_BUFFERED_BYTES / 2;

    private @Nullable Object attachment;

    DataChannel(DataChannels owner, int id, String label, String protocol, Reliability reliability, State state) {
        this.owner = owner;
        this.id = id;
        this.label = label;
        this.protocol = protocol;
        this.reliability = reliability;
        this.state = state;
    }

    /** The SCTP stream. */
    public int id() {
        return id;
    }

    public String label() {
        return label;
    }

    public String protocol() {
        return protocol;
    }

    public Reliability reliability() {
        return reliability;
    }

    public State state() {
        return state;
    }

    /** Whatever the user of the channel wants to find again. */
    public @Nullable Object attachment() {
        return attachment;
    }

    public void attach(@Nullable Object what) {
        attachment = what;
    }

    /** Queues a text message; the bytes are not copied and must not change. It leaves at {@link DataChannels#flush}. */
    public Sent sendText(byte[] utf8, int off, int len, long nowNs) {
        return len == 0
                ? owner.send(this, PayloadId.TEXT_EMPTY, NOTHING, 0, 1, nowNs)
                : owner.send(this, PayloadId.TEXT, utf8, off, len, nowNs);
    }

    /** As {@link #sendText} for bytes. */
    public Sent sendBinary(byte[] bytes, int off, int len, long nowNs) {
        return len == 0
                ? owner.send(this, PayloadId.BINARY_EMPTY, NOTHING, 0, 1, nowNs)
                : owner.send(this, PayloadId.BINARY, bytes, off, len, nowNs);
    }

    /** Bytes queued and not yet acknowledged or given up. */
    public int bufferedBytes() {
        return owner.bufferedBytes(id);
    }

    /**
     * Asks for {@link DataChannelListener#onRoom} once no more than so many bytes are queued; for who wants less of them
     * in a slow reader's queue than {@link DataChannels#MAX_BUFFERED_BYTES}.
     */
    public void awaitRoom(int belowBytes) {
        owner.awaitRoom(this, belowBytes);
    }

    /** Sends what is queued, then closes. */
    public void close(long nowNs) {
        owner.close(this, nowNs);
    }
}
