package dev.millrace.media.sctp;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.PacketReader;
import dev.millrace.media.sctp.wire.SackChunk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One end of a simulated link: its association and everything that was heard of it. */
final class End implements SctpOutput, SctpListener {
    static final int TEXT = 51;

    final List<String> messages = new ArrayList<>();
    final List<Integer> peerResets = new ArrayList<>();
    final List<Integer> resets = new ArrayList<>();
    final DropCounters drops = new DropCounters();
    final Association sctp;
    final SimulatedLink link;
    End other = this;
    long receivedBytes;
    int sentPackets;
    int connected;
    int tooLong;
    String closed = "";
    long busyUntilNs;
    byte[] lastPacket = new byte[0];

    End(SimulatedLink link, String name, Random random) {
        this.link = link;
        SctpConfig config = SctpConfig.of(SctpConfig.PORT, SctpConfig.MESSAGE_BYTES);
        sctp = new Association(config, this, this, drops, random, new byte[Association.MTU]);
        assert !name.isEmpty();
    }

    /** The last number of ours the peer has, as its newest acknowledgement said. */
    int acknowledgedTsn() {
        PacketReader reader = new PacketReader();
        SackChunk sack = new SackChunk();
        byte[] packet = other.lastPacket;
        reader.wrap(packet, 0, packet.length);
        while (reader.next()) {
            if (reader.type() == ChunkType.SACK && sack.wrap(reader)) {
                return sack.cumulativeTsn();
            }
        }
        throw new AssertionError("the last packet holds no acknowledgement");
    }

    Association.Sent send(int stream, String text) {
        return send(stream, text, false, -1, Long.MAX_VALUE);
    }

    Association.Sent send(int stream, String text, boolean unordered, int retransmissions, long expiresNs) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Association.Sent sent = sctp.send(stream, TEXT, bytes, 0, bytes.length, unordered, retransmissions, expiresNs);
        sctp.flush(link.nowNs);
        return sent;
    }

    @Override
    public void send(byte[] b, int off, int len) {
        sentPackets++;
        lastPacket = Arrays.copyOfRange(b, off, off + len);
        link.transmit(this, lastPacket);
    }

    @Override
    public void onConnected(long nowNs) {
        connected++;
    }

    @Override
    public void onMessage(int stream, int ppid, byte[] b, int off, int len, long nowNs) {
        receivedBytes += len;
        messages.add(stream + ":" + new String(b, off, Math.min(len, 40), StandardCharsets.UTF_8));
    }

    @Override
    public void onMessageTooLong(int stream, long nowNs) {
        tooLong++;
    }

    @Override
    public void onPeerReset(int[] streams, long nowNs) {
        Arrays.stream(streams).forEach(peerResets::add);
    }

    @Override
    public void onReset(int[] streams, long nowNs) {
        Arrays.stream(streams).forEach(resets::add);
    }

    @Override
    public void onClosed(String why, long nowNs) {
        closed = why;
    }
}
