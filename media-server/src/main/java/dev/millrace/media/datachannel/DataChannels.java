package dev.millrace.media.datachannel;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sctp.Association;
import dev.millrace.media.sctp.Association.Sent;
import dev.millrace.media.sctp.AssociationState;
import dev.millrace.media.sctp.SctpConfig;
import dev.millrace.media.sctp.SctpListener;
import dev.millrace.media.sctp.SctpOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The data channels of one connection over its association (RFC 8831, RFC 8832). Holds no socket, thread or clock; owned
 * by one event loop.
 */
public final class DataChannels {
    /** More than any page opens. */
    public static final int MAX_CHANNELS = 64;

    /** A channel whose reader is slower than that has its sends refused, and nobody else's. */
    public static final int MAX_BUFFERED_BYTES = 1024 * 1024;

    private static final byte[] ACK = {DcepOpen.ACK};

    private final Association association;
    private final DataChannelListener listener;
    private final DropCounters drops;
    private final Map<Integer, DataChannel> channels = new HashMap<>(4);
    private final List<DataChannel> early = new ArrayList<>(0);
    private final boolean dtlsClient;
    private final int streams;
    private final int roomyBytes;
    private boolean anyBlocked;

    /**
     * Channels over an association that waits for the peer, or for {@link #connect}.
     *
     * @param dtlsClient our role in DTLS decides whose ids are even (RFC 8832 section 6)
     * @param scratch {@link Association#MTU} bytes or more, the loop's
     */
    public DataChannels(
            SctpConfig config,
            boolean dtlsClient,
            SctpOutput output,
            DataChannelListener listener,
            DropCounters drops,
            RandomGenerator random,
            byte[] scratch) {
        this.listener = listener;
        this.drops = drops;
        this.dtlsClient = dtlsClient;
        this.streams = config.streams();
        roomyBytes = config.bufferBytes() / 2;
        association = new Association(config, output, new FromAssociation(), drops, random, scratch);
    }

    /** Begins from our end; the peer may do the same. */
    public void connect(long nowNs) {
        association.connect(nowNs);
    }

    public AssociationState state() {
        return association.state();
    }

    /** One packet out of DTLS. */
    public void onPacket(byte[] b, int off, int len, long nowNs) {
        association.onPacket(b, off, len, nowNs);
        tellOfRoom(nowNs);
    }

    public long nextDeadlineNs() {
        return association.nextDeadlineNs();
    }

    public void onDeadline(long nowNs) {
        association.onDeadline(nowNs);
        tellOfRoom(nowNs);
    }

    private void tellOfRoom(long nowNs) {
        if (!anyBlocked || association.bufferedBytes() > roomyBytes) {
            return;
        }
        anyBlocked = false;
        boolean told = false;
        for (DataChannel channel : channels()) {
            if (channel.blocked && bufferedBytes(channel.id()) <= channel.roomyBytes) {
                channel.blocked = false;
                told = true;
                listener.onRoom(channel, nowNs);
            }
            anyBlocked |= channel.blocked;
        }
        if (told) {
            association.flush(nowNs);
        }
    }

    /** Sends what channels queued. */
    public void flush(long nowNs) {
        association.flush(nowNs);
    }

    /** Opens a channel in band; null when there are too many. */
    public @Nullable DataChannel open(String label, String protocol, Reliability reliability, long nowNs) {
        int id = freeId();
        if (id < 0) {
            return null;
        }
        DataChannel channel = new DataChannel(this, id, label, protocol, reliability, DataChannel.State.OPENING);
        channels.put(id, channel);
        byte[] open = new DcepOpen(reliability, DcepOpen.NORMAL, label, protocol).toBytes();
        association.send(id, PayloadId.DCEP, open, 0, open.length, false, -1, Long.MAX_VALUE);
        association.flush(nowNs);
        return channel;
    }

    /** A channel both ends know of by other means; null when its id is taken or out of bounds. */
    public @Nullable DataChannel negotiated(int id, String label, Reliability reliability, long nowNs) {
        if (id < 0 || id >= streams || channels.containsKey(id) || channels.size() >= MAX_CHANNELS) {
            return null;
        }
        DataChannel channel = new DataChannel(this, id, label, "", reliability, DataChannel.State.OPEN);
        channels.put(id, channel);
        if (association.state() == AssociationState.ESTABLISHED) {
            listener.onOpen(channel, nowNs);
        } else {
            early.add(channel);
        }
        return channel;
    }

    private int freeId() {
        for (int id = dtlsClient ? 0 : 1; channels.size() < MAX_CHANNELS && id < streams; id += 2) {
            if (!channels.containsKey(id)) {
                return id;
            }
        }
        return -1;
    }

    /** Channels that are not closed. */
    public List<DataChannel> channels() {
        return List.copyOf(channels.values());
    }

    Sent send(DataChannel channel, int ppid, byte[] b, int off, int len, long nowNs) {
        if (channel.state == DataChannel.State.CLOSING || channel.state == DataChannel.State.CLOSED) {
            return Sent.CLOSED;
        }
        if (bufferedBytes(channel.id()) + len > MAX_BUFFERED_BYTES) {
            return blocked(channel);
        }
        Reliability reliability = channel.reliability();
        // Until the peer acknowledged the opening, what follows it must not overtake it (RFC 8832 section 6).
        boolean unordered = !reliability.ordered() && channel.state == DataChannel.State.OPEN;
        int lifetimeMs = reliability.maxLifetimeMs();
        long expiresNs = lifetimeMs < 0 ? Long.MAX_VALUE : nowNs + lifetimeMs * 1_000_000L;
        Sent sent = association.send(
                channel.id(), ppid, b, off, len, unordered, reliability.maxRetransmissions(), expiresNs);
        return sent == Sent.NO_ROOM ? blocked(channel) : sent;
    }

    private Sent blocked(DataChannel channel) {
        awaitRoom(channel, MAX_BUFFERED_BYTES / 2);
        return Sent.NO_ROOM;
    }

    void awaitRoom(DataChannel channel, int belowBytes) {
        channel.roomyBytes = belowBytes;
        channel.blocked = true;
        anyBlocked = true;
    }

    int bufferedBytes(int id) {
        return association.bufferedBytes(id);
    }

    void close(DataChannel channel, long nowNs) {
        if (channel.state == DataChannel.State.OPEN || channel.state == DataChannel.State.OPENING) {
            channel.state = DataChannel.State.CLOSING;
            association.reset(channel.id());
            association.flush(nowNs);
        }
    }

    /** Ends all of them; the listener hears nothing more. */
    public void close() {
        association.close();
        channels.values().forEach(channel -> channel.state = DataChannel.State.CLOSED);
        channels.clear();
    }

    private void onDcep(int id, byte[] b, int off, int len, long nowNs) {
        DataChannel channel = channels.get(id);
        if (len > 0 && b[off] == DcepOpen.ACK) {
            if (channel != null && channel.state == DataChannel.State.OPENING) {
                opened(channel, nowNs);
            }
            return;
        }
        DcepOpen open = DcepOpen.read(b, off, len);
        if (open == null || channel != null || channels.size() >= MAX_CHANNELS) {
            drops.count(DropReason.DATA_CHANNEL_REFUSED);
            refuse(id, channel, nowNs);
            return;
        }
        DataChannel opened =
                new DataChannel(this, id, open.label(), open.protocol(), open.reliability(), DataChannel.State.OPEN);
        channels.put(id, opened);
        association.send(id, PayloadId.DCEP, ACK, 0, ACK.length, false, -1, Long.MAX_VALUE);
        listener.onOpen(opened, nowNs);
    }

    /** Ours is acknowledged. */
    private void opened(DataChannel channel, long nowNs) {
        channel.state = DataChannel.State.OPEN;
        listener.onOpen(channel, nowNs);
    }

    /** RFC 8832 section 6: what cannot be opened is closed. */
    private void refuse(int id, @Nullable DataChannel taken, long nowNs) {
        if (taken != null) {
            close(taken, nowNs);
        } else {
            association.reset(id);
        }
    }

    private void gone(DataChannel channel, long nowNs) {
        if (channel.state != DataChannel.State.CLOSED) {
            channel.state = DataChannel.State.CLOSED;
            listener.onClosed(channel, nowNs);
        }
    }

    private final class FromAssociation implements SctpListener {
        @Override
        public void onConnected(long nowNs) {
            for (DataChannel channel : early) {
                listener.onOpen(channel, nowNs);
            }
            early.clear();
        }

        @Override
        public void onMessage(int stream, int ppid, byte[] b, int off, int len, long nowNs) {
            if (ppid == PayloadId.DCEP) {
                onDcep(stream, b, off, len, nowNs);
                return;
            }
            DataChannel channel = channels.get(stream);
            if (channel == null || channel.state == DataChannel.State.CLOSED) {
                drops.count(DropReason.DATA_CHANNEL_UNKNOWN);
                return;
            }
            if (channel.state == DataChannel.State.OPENING) {
                opened(channel, nowNs); // the acknowledgement comes behind: Firefox lets a message overtake it
            }
            switch (ppid) {
                case PayloadId.TEXT -> listener.onText(channel, b, off, len, nowNs);
                case PayloadId.TEXT_EMPTY -> listener.onText(channel, b, off, 0, nowNs);
                case PayloadId.BINARY -> listener.onBinary(channel, b, off, len, nowNs);
                case PayloadId.BINARY_EMPTY -> listener.onBinary(channel, b, off, 0, nowNs);
                default -> drops.count(DropReason.DATA_CHANNEL_UNKNOWN);
            }
        }

        @Override
        public void onMessageTooLong(int stream, long nowNs) {
            drops.count(DropReason.DATA_CHANNEL_TOO_LONG);
            DataChannel channel = channels.get(stream);
            if (channel != null) {
                close(channel, nowNs);
            }
        }

        /** The peer closed: we close our direction, too, and the id is free when that is through. */
        @Override
        public void onPeerReset(int[] ids, long nowNs) {
            List<DataChannel> closed = new ArrayList<>();
            if (ids.length == 0) {
                closed.addAll(channels.values());
            }
            for (int id : ids) {
                DataChannel channel = channels.get(id);
                if (channel != null) {
                    closed.add(channel);
                }
            }
            for (DataChannel channel : closed) {
                if (channel.state == DataChannel.State.CLOSED) {
                    channels.remove(channel.id());
                } else if (channel.state != DataChannel.State.CLOSING) {
                    association.reset(channel.id());
                }
                gone(channel, nowNs);
            }
        }

        @Override
        public void onReset(int[] ids, long nowNs) {
            for (int id : ids) {
                DataChannel channel = channels.get(id);
                if (channel != null && channel.state == DataChannel.State.CLOSED) {
                    channels.remove(id);
                } else if (channel != null) {
                    gone(channel, nowNs); // the peer's direction is still to come
                }
            }
        }

        @Override
        public void onClosed(String why, long nowNs) {
            List<DataChannel> all = channels();
            channels.clear();
            all.forEach(channel -> gone(channel, nowNs));
            listener.onFailed(why, nowNs);
        }
    }
}
