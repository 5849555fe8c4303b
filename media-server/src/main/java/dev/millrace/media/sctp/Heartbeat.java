package dev.millrace.media.sctp;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.PacketReader;
import dev.millrace.media.sctp.wire.PacketWriter;

/** Asks an association that says nothing whether it is still there (RFC 9260 section 8.3). */
final class Heartbeat {
    /** HB.interval (section 16). ICE and DTLS notice a dead path long before; this finds a dead association. */
    private static final long INTERVAL_NS = 30_000_000_000L;

    private static final int INFO_HEADER_BYTES = 4;
    private static final int INFO_BYTES = INFO_HEADER_BYTES + 8;
    private static final int INFO_TYPE = 1;

    private long nextNs;
    private boolean unanswered;
    private int missed;

    Heartbeat(long nowNs) {
        nextNs = nowNs + INTERVAL_NS;
    }

    long nextDeadlineNs() {
        return nextNs;
    }

    /** Heartbeats in a row without an answer. */
    int missed() {
        return missed;
    }

    /** The peer said anything. */
    void heard(long nowNs) {
        nextNs = nowNs + INTERVAL_NS;
        unanswered = false;
        missed = 0;
    }

    void write(PacketWriter packet, long nowNs) {
        missed += unanswered ? 1 : 0;
        unanswered = true;
        nextNs = nowNs + INTERVAL_NS;
        packet.chunk(ChunkType.HEARTBEAT, 0)
                .put16(INFO_TYPE)
                .put16(INFO_BYTES)
                .put64(nowNs)
                .endChunk();
    }

    /** Our own words come back with the time we asked: the round trip, or -1 if they are not ours. */
    static long roundTripNs(PacketReader ack, long nowNs) {
        byte[] b = ack.buffer();
        int at = ack.valueOffset();
        boolean ours = ack.valueLength() == INFO_BYTES && BigEndian.u16(b, at) == INFO_TYPE;
        long askedNs = ours ? BigEndian.i64(b, at + INFO_HEADER_BYTES) : nowNs + 1;
        return nowNs - askedNs;
    }
}
