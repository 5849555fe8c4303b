package dev.millrace.e2e;

import dev.millrace.media.datachannel.DataChannel;
import dev.millrace.media.datachannel.DataChannelListener;
import dev.millrace.media.datachannel.DataChannels;
import dev.millrace.media.datachannel.Reliability;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.sctp.Association.Sent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * One client's channels at the {@link EchoServer}: what comes goes back on the same channel. On the channel "control"
 * {@code open LABEL}, {@code close LABEL}, {@code send LABEL BYTES} (as messages of 64 KiB) are done instead; what comes
 * on "sink" is thrown away and its total told there after "total?". Its loop's.
 */
final class EchoChannels implements DataChannelListener {
    private static final int PIECE_BYTES = 64 * 1024;

    private final Peer peer;
    private final byte[] piece = new byte[PIECE_BYTES];
    private long sunk;

    EchoChannels(Peer peer) {
        this.peer = peer;
    }

    /** What a channel has still to send; nothing is thrown away, the tests are bounded. */
    private static final class Backlog {
        final Deque<Message> waiting = new ArrayDeque<>();
        long pieceBytes;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Message(byte[] bytes, boolean text) {}

    /** Opens these, and knows the channel "agreed" of id 100 without being told. */
    void begin(List<String> labels) {
        DataChannels channels = peer.dataChannels();
        if (channels != null) {
            labels.forEach(this::open);
            channels.negotiated(100, "agreed", Reliability.RELIABLE, peer.loop().nowNs());
            peer.flushData();
        }
    }

    private void open(String label) {
        DataChannels channels = peer.dataChannels();
        if (channels != null) {
            channels.open(label, "", Reliability.RELIABLE, peer.loop().nowNs());
        }
    }

    @Override
    public void onOpen(DataChannel channel, long nowNs) {
        channel.attach(new Backlog());
    }

    @Override
    public void onText(DataChannel channel, byte[] b, int off, int len, long nowNs) {
        String text = new String(b, off, len, StandardCharsets.UTF_8);
        if (channel.label().equals("control")) {
            command(text.split(" ", -1), nowNs);
        } else if (channel.label().equals("sink") && text.equals("total?")) {
            say(channel, new Message(Long.toString(sunk).getBytes(StandardCharsets.UTF_8), true), nowNs);
        } else {
            say(channel, new Message(Arrays.copyOfRange(b, off, off + len), true), nowNs);
        }
    }

    @Override
    public void onBinary(DataChannel channel, byte[] b, int off, int len, long nowNs) {
        if (channel.label().equals("sink")) {
            sunk += len;
        } else {
            say(channel, new Message(Arrays.copyOfRange(b, off, off + len), false), nowNs);
        }
    }

    private void command(String[] words, long nowNs) {
        switch (words[0]) {
            case "open" -> open(words[1]);
            case "close" -> named(words[1]).close(nowNs);
            case "send" -> {
                DataChannel channel = named(words[1]);
                backlog(channel).pieceBytes += Long.parseLong(words[2]);
                onRoom(channel, nowNs);
            }
            default -> throw new IllegalArgumentException("no such command: " + words[0]);
        }
    }

    private DataChannel named(String label) {
        DataChannels channels = peer.dataChannels();
        if (channels == null) {
            throw new IllegalStateException("no data channels");
        }
        return channels.channels().stream()
                .filter(channel -> channel.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no channel " + label));
    }

    private static Backlog backlog(DataChannel channel) {
        return channel.attachment() instanceof Backlog backlog ? backlog : new Backlog();
    }

    private void say(DataChannel channel, Message message, long nowNs) {
        backlog(channel).waiting.add(message);
        onRoom(channel, nowNs);
    }

    @Override
    public void onRoom(DataChannel channel, long nowNs) {
        Backlog backlog = backlog(channel);
        while (!backlog.waiting.isEmpty() && send(channel, backlog.waiting.peek(), nowNs)) {
            backlog.waiting.remove();
        }
        while (backlog.pieceBytes > 0) {
            int length = (int) Math.min(PIECE_BYTES, backlog.pieceBytes);
            if (channel.sendBinary(piece, 0, length, nowNs) != Sent.ACCEPTED) {
                return;
            }
            backlog.pieceBytes -= length;
        }
    }

    private static boolean send(DataChannel channel, Message message, long nowNs) {
        Sent sent = message.text()
                ? channel.sendText(message.bytes(), 0, message.bytes().length, nowNs)
                : channel.sendBinary(message.bytes(), 0, message.bytes().length, nowNs);
        return sent != Sent.NO_ROOM;
    }

    @Override
    public void onClosed(DataChannel channel, long nowNs) {
        // The other end hears of it, too.
    }

    @Override
    public void onFailed(String why, long nowNs) {
        // The connection goes on without.
    }
}
