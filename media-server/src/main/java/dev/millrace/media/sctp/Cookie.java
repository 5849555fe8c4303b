package dev.millrace.media.sctp;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.sctp.wire.InitChunk;
import org.jspecify.annotations.Nullable;

/**
 * What we tell the peer to give back to us, so that an INIT costs no state (RFC 9260 section 5.1.3). DTLS keeps strangers
 * out: a secret of the association shows that it is ours, and a forger could only hurt its own connection.
 */
record Cookie(
        int peerTag,
        long peerWindow,
        int peerTsn,
        int streams,
        boolean forwardTsn,
        boolean reset,
        boolean zeroChecksum) {
    private static final int BYTES = 28;

    static Cookie of(InitChunk init, int ourStreams) {
        return new Cookie(
                init.initiateTag(),
                init.receiverWindow(),
                init.initialTsn(),
                Math.min(ourStreams, init.inboundStreams()),
                init.forwardTsn(),
                init.reset(),
                init.zeroChecksum());
    }

    byte[] toBytes(long secret) {
        byte[] b = new byte[BYTES];
        BigEndian.put64(b, 0, secret);
        BigEndian.put32(b, 8, peerTag);
        BigEndian.put32(b, 12, (int) peerWindow);
        BigEndian.put32(b, 16, peerTsn);
        BigEndian.put32(b, 20, streams);
        BigEndian.put32(b, 24, (forwardTsn ? 1 : 0) | (reset ? 2 : 0) | (zeroChecksum ? 4 : 0));
        return b;
    }

    /** Null if it is none of ours. */
    static @Nullable Cookie read(byte[] b, int off, int len, long secret) {
        if (len != BYTES || BigEndian.i64(b, off) != secret) {
            return null;
        }
        int flags = BigEndian.i32(b, off + 24);
        return new Cookie(
                BigEndian.i32(b, off + 8),
                BigEndian.u32(b, off + 12),
                BigEndian.i32(b, off + 16),
                BigEndian.i32(b, off + 20),
                (flags & 1) != 0,
                (flags & 2) != 0,
                (flags & 4) != 0);
    }
}
