package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * Asks for lost packets (generic NACK, RFC 4585 section 6.2.1); PT 205, FMT 1.
 *
 * <pre>
 * |            PID                |             BLP               |
 * </pre>
 *
 * PID is lost; bit i of BLP says that PID + i + 1 is lost, too. A reusable view; allocates nothing.
 */
public final class Nack {
    static final int FORMAT = 1;
    static final int ITEM_LENGTH = 4;

    private byte[] buffer = new byte[Feedback.LENGTH];
    private int offset;
    private int end;
    private int at;
    private int pid;
    private int pending;

    /** Looks at the reader's packet; false if it is no NACK. */
    public boolean wrap(RtcpReader reader) {
        if (!reader.isFeedback(RtcpReader.TRANSPORT_FEEDBACK, FORMAT)) {
            return false;
        }
        buffer = reader.buffer();
        offset = reader.offset();
        end = offset + reader.length();
        at = offset + Feedback.LENGTH;
        pending = 0;
        return true;
    }

    public int senderSsrc() {
        return BigEndian.i32(buffer, offset + 4);
    }

    public int mediaSsrc() {
        return BigEndian.i32(buffer, offset + 8);
    }

    /** The next sequence number asked for, or -1 after the last; at most 17 for each four bytes of the packet. */
    public int nextLost() {
        if (pending == 0) {
            if (at + ITEM_LENGTH > end) {
                return -1;
            }
            pid = BigEndian.u16(buffer, at);
            pending = BigEndian.u16(buffer, at + 2) << 1 | 1;
            at += ITEM_LENGTH;
        }
        int bit = Integer.numberOfTrailingZeros(pending);
        pending &= pending - 1;
        return (pid + bit) & 0xffff;
    }
}
