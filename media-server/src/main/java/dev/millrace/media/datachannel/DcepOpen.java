package dev.millrace.media.datachannel;

import dev.millrace.media.rtp.BigEndian;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * DATA_CHANNEL_OPEN (RFC 8832 section 5.1).
 *
 * <pre>
 * |  Message Type |  Channel Type |            Priority           |
 * |                    Reliability Parameter                      |
 * |         Label Length          |       Protocol Length         |
 * |                             Label                             |
 * |                            Protocol                           |
 * </pre>
 */
record DcepOpen(Reliability reliability, int priority, String label, String protocol) {
    static final int MESSAGE_TYPE = 3;

    /** DATA_CHANNEL_ACK (section 5.2) is this one byte. */
    static final int ACK = 2;

    /** Longer names are no names; 65,535 bytes would be allowed. */
    static final int MAX_NAME_BYTES = 256;

    private static final int FIXED_BYTES = 12;
    private static final int UNORDERED = 0x80;
    private static final int RELIABLE = 0;
    private static final int RETRANSMISSIONS = 1;
    private static final int LIFETIME = 2;

    /** Priority "normal" (section 6.4 of RFC 8831). */
    static final int NORMAL = 256;

    /** Null if it is malformed. */
    static @Nullable DcepOpen read(byte[] b, int off, int len) {
        if (len < FIXED_BYTES || b[off] != MESSAGE_TYPE) {
            return null;
        }
        int label = BigEndian.u16(b, off + 8);
        int protocol = BigEndian.u16(b, off + 10);
        if (label + protocol > len - FIXED_BYTES || Math.max(label, protocol) > MAX_NAME_BYTES) {
            return null;
        }
        Reliability reliability = reliability(b[off + 1] & 0xff, BigEndian.u32(b, off + 4));
        if (reliability == null) {
            return null;
        }
        int at = off + FIXED_BYTES;
        return new DcepOpen(
                reliability,
                BigEndian.u16(b, off + 2),
                new String(b, at, label, StandardCharsets.UTF_8),
                new String(b, at + label, protocol, StandardCharsets.UTF_8));
    }

    private static @Nullable Reliability reliability(int type, long parameter) {
        boolean ordered = (type & UNORDERED) == 0;
        int bound = (int) Math.min(parameter, Integer.MAX_VALUE);
        return switch (type & ~UNORDERED) {
            case RELIABLE -> new Reliability(ordered, -1, -1);
            case RETRANSMISSIONS -> new Reliability(ordered, bound, -1);
            case LIFETIME -> new Reliability(ordered, -1, bound);
            default -> null;
        };
    }

    byte[] toBytes() {
        byte[] labelBytes = label.getBytes(StandardCharsets.UTF_8);
        byte[] protocolBytes = protocol.getBytes(StandardCharsets.UTF_8);
        byte[] b = new byte[FIXED_BYTES + labelBytes.length + protocolBytes.length];
        boolean counted = reliability.maxRetransmissions() >= 0;
        boolean timed = reliability.maxLifetimeMs() >= 0;
        int type = counted ? RETRANSMISSIONS : timed ? LIFETIME : RELIABLE;
        b[0] = MESSAGE_TYPE;
        b[1] = (byte) (type | (reliability.ordered() ? 0 : UNORDERED));
        BigEndian.put16(b, 2, priority);
        BigEndian.put32(b, 4, counted ? reliability.maxRetransmissions() : timed ? reliability.maxLifetimeMs() : 0);
        BigEndian.put16(b, 8, labelBytes.length);
        BigEndian.put16(b, 10, protocolBytes.length);
        System.arraycopy(labelBytes, 0, b, FIXED_BYTES, labelBytes.length);
        System.arraycopy(protocolBytes, 0, b, FIXED_BYTES + labelBytes.length, protocolBytes.length);
        return b;
    }
}
