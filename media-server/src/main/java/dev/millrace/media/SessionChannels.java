package dev.millrace.media;

import dev.millrace.media.chat.Member;
import dev.millrace.media.chat.Parcel;
import dev.millrace.media.chat.Seat;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import dev.millrace.media.datachannel.DataChannel;
import dev.millrace.media.datachannel.DataChannelListener;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.peer.PeerEnd;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data channels of one session: {@code chat}, {@code reactions}, and those of applications by any other label. What
 * comes in is bounded here and goes to the chat; what the chat says goes out by a seat a channel. Owned by its loop.
 */
final class SessionChannels implements DataChannelListener {
    static final String CHAT = "chat";
    static final String REACTIONS = "reactions";

    /** Of applications, a session. */
    static final int MAX_LABELS = 16;

    static final int MAX_LABEL_CHARS = 64;

    /** What a viewer may send on an application's channel; a broadcaster as much as SCTP carries. */
    static final int MAX_VIEWER_APP_BYTES = 64 * 1024;

    /** An emoji and its JSON take a tenth of it. */
    static final int MAX_REACTION_BYTES = 512;

    /** Chat, reactions and applications together allow a viewer 35 a second; ten times as many are no accident. */
    private static final int MESSAGES_PER_SECOND = 400;

    private static final int MESSAGES_BURST = 800;

    private static final Logger LOG = LoggerFactory.getLogger(SessionChannels.class);

    private final String stream;
    private final Identity identity;
    private final Peer peer;
    private final LoopOutlet outlet;
    private final Chat chat;
    private final DropCounters drops;
    private final Map<String, ChannelLine> apps = new HashMap<>(0);
    private @Nullable Member member;
    private @Nullable Intake intake;
    private @Nullable MessageRate rate;
    private @Nullable ChannelLine chatLine;
    private @Nullable ChannelLine reactions;
    private boolean closed;

    SessionChannels(String stream, Identity identity, Peer peer, LoopOutlet outlet, Chat chat) {
        this.stream = stream;
        this.identity = identity;
        this.peer = peer;
        this.outlet = outlet;
        this.chat = chat;
        this.drops = peer.loop().drops();
    }

    // ---- channels come and go

    @Override
    public void onOpen(DataChannel channel, long nowNs) {
        if (closed || !isWanted(channel.label())) {
            drops.count(DropReason.DATA_CHANNEL_REFUSED);
            channel.close(nowNs);
            return;
        }
        beSomebody(nowNs);
        switch (channel.label()) {
            case CHAT -> {
                ChannelLine line = new ChannelLine(this, channel, null, drops);
                line.seated(outlet.sit(stream, null, line));
                chatLine = line;
            }
            case REACTIONS -> reactions = new ChannelLine(this, channel, null, drops);
            default -> subscribe(channel);
        }
    }

    private boolean isWanted(String label) {
        return switch (label) {
            case CHAT -> chatLine == null;
            case REACTIONS -> reactions == null;
            default ->
                !label.isEmpty()
                        && label.codePointCount(0, label.length()) <= MAX_LABEL_CHARS
                        && apps.size() < MAX_LABELS
                        && !apps.containsKey(label);
        };
    }

    /** Who opens it gets what the broadcaster sends on it; the broadcaster gets what is for it alone. */
    private void subscribe(DataChannel channel) {
        String label = channel.label();
        ChannelLine line = new ChannelLine(this, channel, label, drops);
        Seat seat = outlet.sit(stream, label, line);
        line.seated(seat);
        apps.put(label, line);
        if (!isBroadcaster()) {
            outlet.welcome(stream, label, seat, List.of());
        }
    }

    private boolean isBroadcaster() {
        return identity.role() == ChatRole.BROADCASTER;
    }

    private Member beSomebody(long nowNs) {
        Member known = member;
        if (known != null) {
            return known;
        }
        if (intake == null) {
            intake = chat.intake();
            rate = new MessageRate(MESSAGES_PER_SECOND, MESSAGES_BURST, nowNs);
        }
        Member fresh = new Member(stream, identity, outlet, this);
        member = fresh;
        chat.connect(fresh);
        return fresh;
    }

    @Override
    public void onClosed(DataChannel channel, long nowNs) {
        if (!(channel.attachment() instanceof ChannelLine line)) {
            return;
        }
        channel.attach(null);
        leave(line);
        if (line == chatLine) {
            chatLine = null;
            disconnect();
        } else if (line == reactions) {
            reactions = null;
        } else {
            apps.remove(channel.label());
        }
        if (chatLine == null && reactions == null && apps.isEmpty()) {
            disconnect();
        } else {
            beSomebody(nowNs);
        }
    }

    private void leave(ChannelLine line) {
        Seat seat = line.seat();
        if (seat != null) {
            outlet.leave(stream, line.label(), seat);
        }
    }

    private void disconnect() {
        Member known = member;
        if (known != null) {
            member = null;
            chat.disconnect(known);
        }
    }

    @Override
    public void onRoom(DataChannel channel, long nowNs) {
        if (channel.attachment() instanceof ChannelLine line && line.seat() != null) {
            outlet.onRoom(stream, line.label(), line.seat());
        }
    }

    @Override
    public void onFailed(String why, long nowNs) {
        close();
    }

    /** The session is over. */
    void close() {
        closed = true;
        if (chatLine != null) {
            leave(chatLine);
        }
        apps.values().forEach(this::leave);
        apps.clear();
        chatLine = null;
        reactions = null;
        disconnect();
    }

    // ---- what comes in

    @Override
    public void onText(DataChannel channel, byte[] b, int off, int len, long nowNs) {
        onMessage(channel, false, b, off, len, nowNs);
    }

    @Override
    public void onBinary(DataChannel channel, byte[] b, int off, int len, long nowNs) {
        onMessage(channel, true, b, off, len, nowNs);
    }

    private void onMessage(DataChannel channel, boolean binary, byte[] b, int off, int len, long nowNs) {
        if (!(channel.attachment() instanceof ChannelLine line)) {
            drops.count(DropReason.DATA_CHANNEL_UNKNOWN);
            return;
        }
        String label = line.label();
        if (label == null && binary) {
            drops.count(DropReason.DATA_CHANNEL_UNKNOWN);
        } else if (len > longest(line)) {
            drops.count(DropReason.DATA_CHANNEL_TOO_LONG);
        } else if (!admit(len, nowNs)) {
            drops.count(DropReason.CHAT_FLOOD);
        } else {
            hand(line, binary, Arrays.copyOfRange(b, off, off + len), nowNs);
        }
    }

    private int longest(ChannelLine line) {
        if (line == reactions) {
            return MAX_REACTION_BYTES;
        }
        return line == chatLine || isBroadcaster() ? Integer.MAX_VALUE : MAX_VIEWER_APP_BYTES;
    }

    private boolean admit(int length, long nowNs) {
        return rate != null && rate.take(nowNs) && intake != null && intake.admit(length);
    }

    private void hand(ChannelLine line, boolean binary, byte[] message, long nowNs) {
        Member from = beSomebody(nowNs);
        Intake of = intake;
        String label = line.label();
        if (of == null) {
            return;
        }
        if (label != null) {
            chat.onApp(from, of, label, binary, message);
        } else if (line == reactions) {
            chat.onReaction(from, of, message);
        } else {
            chat.onMessage(from, of, message);
        }
    }

    // ---- what goes out

    void welcome(Member who, List<Parcel> first) {
        ChannelLine line = chatLine;
        if (who == member && line != null && line.seat() != null) {
            outlet.welcome(stream, null, line.seat(), first);
        }
    }

    void toMember(Member who, Parcel parcel) {
        if (who != member) {
            return;
        }
        String label = parcel.label();
        ChannelLine line = label == null ? chatLine : apps.get(label);
        if (line == null || line.seat() == null) {
            return; // closed meanwhile, or never opened
        }
        if (outlet.toSeat(stream, label, line.seat(), parcel)) {
            return;
        }
        drops.count(DropReason.CHAT_READER_BEHIND);
        if (label == null) {
            outlet.end(stream, null, line.seat(), "You send and do not read: open the channel again.");
        }
    }

    /** The chat has done with this member: its channel closes; other channels are a new member's from here on. */
    void end(Member who, String why) {
        if (who != member) {
            return;
        }
        ChannelLine line = chatLine;
        if (line != null && line.seat() != null) {
            outlet.end(stream, null, line.seat(), why);
        } else {
            disconnect();
            beSomebody(peer.loop().nowNs());
        }
    }

    /** Over their own channel, to who opened it and has taken the ones before. */
    void sendReactions(Parcel parcel, long nowNs) {
        ChannelLine line = reactions;
        if (line != null) {
            line.sendLossy(parcel, nowNs);
        }
    }

    void flush() {
        try {
            peer.flushData();
        } catch (RuntimeException e) {
            fault(e);
        }
    }

    /** A bug of ours costs this one session, and one entry in the log. */
    void fault(RuntimeException e) {
        LOG.error("a session is closed because of a fault in its data channels", e);
        peer.close(PeerEnd.FAULT);
    }
}
