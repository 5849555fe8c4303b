package dev.millrace.media.peer;

import dev.millrace.media.datachannel.DataChannelListener;
import dev.millrace.media.datachannel.DataChannels;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sctp.SctpConfig;
import dev.millrace.media.sctp.SctpOutput;
import dev.millrace.media.sdp.LocalSetup;
import dev.millrace.media.sdp.RemoteSctp;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The data-channel half of a peer: its association, from the moment DTLS is up (RFC 8831). Only made for who negotiated
 * data channels. Owned by the peer's loop.
 */
final class PeerData {
    /** Tags and cookies must not be guessed. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RemoteSctp remote;
    private final DataChannelListener listener;
    private final byte[] scratch;
    private @Nullable DataChannels channels;

    /** Kept, since it is asked for with every packet of media. */
    private long deadlineNs = Long.MAX_VALUE;

    PeerData(RemoteSctp remote, DataChannelListener listener, byte[] scratch) {
        this.remote = remote;
        this.listener = listener;
        this.scratch = scratch;
    }

    /**
     * DTLS is up. Both ends send their INIT: some peers leave it to the DTLS client, some to the one who offered, and
     * browsers do as we do.
     */
    void onConnected(LocalSetup setup, SctpOutput output, DropCounters drops, long nowNs) {
        SctpConfig config = SctpConfig.of(remote.port(), remote.maxMessageBytes());
        DataChannels up =
                new DataChannels(config, setup == LocalSetup.ACTIVE, output, listener, drops, RANDOM, scratch);
        channels = up;
        up.connect(nowNs);
        deadlineNs = up.nextDeadlineNs();
    }

    @Nullable
    DataChannels channels() {
        return channels;
    }

    /** One record of application data. */
    void onPacket(byte[] buffer, int offset, int length, long nowNs) {
        DataChannels up = channels;
        if (up != null) {
            up.onPacket(buffer, offset, length, nowNs);
            deadlineNs = up.nextDeadlineNs();
        }
    }

    /** Sends what the owner queued. */
    void flush(long nowNs) {
        DataChannels up = channels;
        if (up != null) {
            up.flush(nowNs);
            deadlineNs = up.nextDeadlineNs();
        }
    }

    long nextDeadlineNs() {
        return deadlineNs;
    }

    void onDeadline(long nowNs) {
        DataChannels up = channels;
        if (up != null && nowNs >= deadlineNs) {
            up.onDeadline(nowNs);
            deadlineNs = up.nextDeadlineNs();
        }
    }

    /** The peer ends: an ABORT says so at once. */
    void close() {
        DataChannels up = channels;
        if (up != null) {
            up.close();
        }
        channels = null;
        deadlineNs = Long.MAX_VALUE;
    }
}
