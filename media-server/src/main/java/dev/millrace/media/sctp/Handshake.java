package dev.millrace.media.sctp;

import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.InitChunk;
import dev.millrace.media.sctp.wire.PacketReader;
import dev.millrace.media.sctp.wire.PacketWriter;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Setting up an association, from either end or both at once (RFC 9260 section 5). Owned by the association. */
final class Handshake {
    private static final long NEVER = Long.MAX_VALUE;

    /** T1-init and T1-cookie. */
    private static final long FIRST_TRY_NS = 500_000_000L;

    private static final long LONGEST_NS = 5_000_000_000L;

    /** Max.Init.Retransmits (section 16). */
    private static final int MAX_TRIES = 8;

    private static final byte[] NO_COOKIE = {};

    private final SctpConfig config;
    private final int localTag;
    private final int localTsn;
    private final long secret;
    private byte[] cookieToEcho = NO_COOKIE;
    private long nextTryNs = NEVER;
    private long waitNs = FIRST_TRY_NS;
    private int tries;

    Handshake(SctpConfig config, RandomGenerator random) {
        this.config = config;
        int tag = random.nextInt();
        localTag = tag == 0 ? 1 : tag;
        localTsn = random.nextInt();
        secret = random.nextLong();
    }

    int localTag() {
        return localTag;
    }

    int localTsn() {
        return localTsn;
    }

    long nextDeadlineNs() {
        return nextTryNs;
    }

    private InitChunk init(byte[] cookie) {
        return new InitChunk(
                localTag,
                config.receiveWindowBytes(),
                config.streams(),
                config.streams(),
                localTsn,
                cookie,
                true,
                true,
                true);
    }

    /** Writes our INIT. */
    void writeInit(PacketWriter packet, long nowNs) {
        init(NO_COOKIE).write(packet);
        tried(nowNs);
    }

    /** Writes the answer to the peer's INIT: the same whenever it asks, and nothing is kept. */
    void writeInitAck(PacketWriter packet, InitChunk theirs) {
        init(Cookie.of(theirs, config.streams()).toBytes(secret)).write(packet);
    }

    /** The peer answered our INIT; false if it gave no cookie. */
    boolean onInitAck(InitChunk ack) {
        if (ack.cookie().length == 0) {
            return false;
        }
        cookieToEcho = ack.cookie();
        tries = 0;
        waitNs = FIRST_TRY_NS;
        return true;
    }

    /** Writes COOKIE ECHO; false if the peer's cookie does not fit into a packet. */
    boolean writeCookieEcho(PacketWriter packet, long nowNs) {
        if (packet.room() < cookieToEcho.length) {
            return false;
        }
        packet.chunk(ChunkType.COOKIE_ECHO, 0)
                .put(cookieToEcho, 0, cookieToEcho.length)
                .endChunk();
        tried(nowNs);
        return true;
    }

    /** What the peer says with the cookie we gave it; null if that is no cookie of ours. */
    @Nullable
    Cookie onCookieEcho(PacketReader chunk) {
        return Cookie.read(chunk.buffer(), chunk.valueOffset(), chunk.valueLength(), secret);
    }

    private void tried(long nowNs) {
        nextTryNs = nowNs + waitNs;
        waitNs = Math.min(LONGEST_NS, 2 * waitNs);
        tries++;
    }

    boolean isHopeless() {
        return tries > MAX_TRIES;
    }

    void finish() {
        nextTryNs = NEVER;
        cookieToEcho = NO_COOKIE;
    }
}
