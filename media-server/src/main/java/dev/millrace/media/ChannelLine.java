package dev.millrace.media;

import dev.millrace.media.chat.Line;
import dev.millrace.media.chat.Parcel;
import dev.millrace.media.chat.Parcel.Lane;
import dev.millrace.media.chat.Seat;
import dev.millrace.media.datachannel.DataChannel;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sctp.Association.Sent;
import org.jspecify.annotations.Nullable;

/** One open data channel of a session as the chat sees it. Owned by the session's loop. */
final class ChannelLine implements Line {
    /** What a slow reader holds of its own; enough for 50 messages of a welcome in one go. */
    static final int WINDOW_BYTES = 64 * 1024;

    /** Once so little is left, the next goes: before the channel has run dry. */
    private static final int ROOMY_BYTES = WINDOW_BYTES / 4;

    /** Of lossy messages: what would come too late is not queued at all. */
    private static final int LOSSY_WINDOW_BYTES = 16 * 1024;

    private final SessionChannels owner;
    private final DataChannel channel;
    private final @Nullable String label;
    private final DropCounters drops;
    private @Nullable Seat seat;

    /**
     * @param label of an application's channel, null for the chat
     */
    ChannelLine(SessionChannels owner, DataChannel channel, @Nullable String label, DropCounters drops) {
        this.owner = owner;
        this.channel = channel;
        this.label = label;
        this.drops = drops;
        channel.attach(this);
    }

    DataChannel channel() {
        return channel;
    }

    @Nullable
    String label() {
        return label;
    }

    /** Null for the reactions' channel, which has none of its own. */
    @Nullable
    Seat seat() {
        return seat;
    }

    void seated(Seat taken) {
        seat = taken;
    }

    @Override
    public Taken send(Parcel parcel, long nowNs) {
        if (parcel.lane() == Lane.REACTIONS) {
            owner.sendReactions(parcel, nowNs);
            return Taken.TAKEN;
        }
        try {
            return channel.reliability().isReliable() ? sendAll(parcel, nowNs) : sendLossy(parcel, nowNs);
        } catch (RuntimeException e) {
            owner.fault(e);
            return Taken.GONE;
        }
    }

    private Taken sendAll(Parcel parcel, long nowNs) {
        int buffered = channel.bufferedBytes();
        if (buffered > 0 && buffered + parcel.bytes().length > WINDOW_BYTES) {
            channel.awaitRoom(ROOMY_BYTES);
            return Taken.LATER;
        }
        return switch (hand(parcel, nowNs)) {
            case ACCEPTED -> Taken.TAKEN;
            case NO_ROOM -> Taken.LATER;
            case BAD_LENGTH -> tooLong();
            case CLOSED -> Taken.GONE;
        };
    }

    /** The peer said that it takes none so long. */
    private Taken tooLong() {
        drops.count(DropReason.DATA_CHANNEL_TOO_LONG);
        return Taken.TAKEN;
    }

    /** Now or never. */
    Taken sendLossy(Parcel parcel, long nowNs) {
        int buffered = channel.bufferedBytes();
        boolean full = buffered > 0 && buffered + parcel.bytes().length > LOSSY_WINDOW_BYTES;
        if (full || hand(parcel, nowNs) != Sent.ACCEPTED) {
            drops.count(DropReason.CHAT_READER_BEHIND);
        }
        return Taken.TAKEN;
    }

    private Sent hand(Parcel parcel, long nowNs) {
        byte[] bytes = parcel.bytes();
        return parcel.binary()
                ? channel.sendBinary(bytes, 0, bytes.length, nowNs)
                : channel.sendText(bytes, 0, bytes.length, nowNs);
    }

    @Override
    public void flush(long nowNs) {
        owner.flush();
    }

    @Override
    public void close(String why, long nowNs) {
        if (label == null) {
            byte[] farewell = ChatTexts.end(why);
            channel.sendText(farewell, 0, farewell.length, nowNs);
        }
        channel.close(nowNs);
        owner.flush();
    }
}
