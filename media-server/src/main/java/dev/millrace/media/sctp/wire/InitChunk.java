package dev.millrace.media.sctp.wire;

import dev.millrace.media.rtp.BigEndian;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * INIT and INIT ACK (RFC 9260 sections 3.3.2 and 3.3.3) with the parameters WebRTC uses.
 *
 * <pre>
 * |   Type = 1, 2 |  Chunk Flags  |      Chunk Length             |
 * |                         Initiate Tag                          |
 * |           Advertised Receiver Window Credit (a_rwnd)          |
 * |  Number of Outbound Streams   |   Number of Inbound Streams   |
 * |                          Initial TSN                          |
 * |              Optional/Variable-Length Parameters              |
 * </pre>
 *
 * @param cookie the State Cookie of an INIT ACK, empty otherwise
 * @param forwardTsn partial reliability is understood (RFC 3758 section 3.1)
 * @param reset stream reset is understood (RFC 6525, by RFC 5061's Supported Extensions)
 * @param zeroChecksum packets without checksum are taken, DTLS being the error detection (RFC 9653 section 4)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record InitChunk(
        int initiateTag,
        long receiverWindow,
        int outboundStreams,
        int inboundStreams,
        int initialTsn,
        byte[] cookie,
        boolean forwardTsn,
        boolean reset,
        boolean zeroChecksum) {
    private static final int FIXED_BYTES = 16;
    private static final int PARAMETER_HEADER_BYTES = 4;
    private static final int STATE_COOKIE = 7;
    private static final int ZERO_CHECKSUM = 0x8001;
    private static final int SUPPORTED_EXTENSIONS = 0x8008;
    private static final int FORWARD_TSN_SUPPORTED = 0xc000;
    /** Error detection method "SCTP over DTLS". */
    private static final int OVER_DTLS = 1;

    private static final byte[] NO_COOKIE = {};

    /** Reads the chunk the reader stands on; null if it is malformed or breaks a MUST of section 3.3.2. */
    public static @Nullable InitChunk read(PacketReader chunk) {
        byte[] b = chunk.buffer();
        int at = chunk.valueOffset();
        int end = at + chunk.valueLength();
        if (chunk.valueLength() < FIXED_BYTES) {
            return null;
        }
        int tag = BigEndian.i32(b, at);
        int outbound = BigEndian.u16(b, at + 8);
        int inbound = BigEndian.u16(b, at + 10);
        if (tag == 0 || outbound == 0 || inbound == 0) {
            return null;
        }
        byte[] cookie = NO_COOKIE;
        boolean forward = false;
        boolean reset = false;
        boolean zero = false;
        for (int p = at + FIXED_BYTES; end - p >= PARAMETER_HEADER_BYTES; ) {
            int length = BigEndian.u16(b, p + 2);
            if (length < PARAMETER_HEADER_BYTES || length > end - p) {
                return null;
            }
            int value = p + PARAMETER_HEADER_BYTES;
            int valueLength = length - PARAMETER_HEADER_BYTES;
            switch (BigEndian.u16(b, p)) {
                case STATE_COOKIE -> cookie = Arrays.copyOfRange(b, value, value + valueLength);
                case FORWARD_TSN_SUPPORTED -> forward = true;
                case ZERO_CHECKSUM -> zero |= valueLength >= 4 && BigEndian.i32(b, value) == OVER_DTLS;
                case SUPPORTED_EXTENSIONS -> {
                    forward |= contains(b, value, valueLength, ChunkType.FORWARD_TSN);
                    reset |= contains(b, value, valueLength, ChunkType.RE_CONFIG);
                }
                default -> {
                    // RFC 9260 section 3.2.1: the addresses and options WebRTC has no use for
                }
            }
            p += (length + 3) & ~3;
        }
        return new InitChunk(
                tag,
                BigEndian.u32(b, at + 4),
                outbound,
                inbound,
                BigEndian.i32(b, at + 12),
                cookie,
                forward,
                reset,
                zero);
    }

    private static boolean contains(byte[] b, int off, int len, int type) {
        for (int i = off; i < off + len; i++) {
            if ((b[i] & 0xff) == type) {
                return true;
            }
        }
        return false;
    }

    /** Writes it as INIT, or as INIT ACK where there is a cookie. */
    public void write(PacketWriter to) {
        to.chunk(cookie.length == 0 ? ChunkType.INIT : ChunkType.INIT_ACK, 0)
                .put32(initiateTag)
                .put32((int) receiverWindow)
                .put16(outboundStreams)
                .put16(inboundStreams)
                .put32(initialTsn);
        if (forwardTsn) {
            to.put16(FORWARD_TSN_SUPPORTED).put16(PARAMETER_HEADER_BYTES);
        }
        to.put16(SUPPORTED_EXTENSIONS)
                .put16(PARAMETER_HEADER_BYTES + 2)
                .put16(ChunkType.RE_CONFIG << 8 | ChunkType.FORWARD_TSN)
                .pad();
        if (zeroChecksum) {
            to.put16(ZERO_CHECKSUM).put16(PARAMETER_HEADER_BYTES + 4).put32(OVER_DTLS);
        }
        if (cookie.length > 0) {
            to.put16(STATE_COOKIE)
                    .put16(PARAMETER_HEADER_BYTES + cookie.length)
                    .put(cookie, 0, cookie.length)
                    .pad();
        }
        to.endChunk();
    }
}
