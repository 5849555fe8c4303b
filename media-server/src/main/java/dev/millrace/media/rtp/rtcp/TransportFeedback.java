package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * When each packet of a transport arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1); PT 205,
 * FMT 15.
 *
 * <pre>
 * |      base sequence number     |      packet status count      |
 * |                 reference time                | fb pkt. count |
 * |          packet chunk         |         packet chunk          |
 * :                              ...                              :
 * |         packet chunk          |  recv delta   |  recv delta   |
 *
 * run length   |0| S |       Run Length        |   S: symbol
 * one bit      |1|0|       14 symbols          |   0 lost, 1 small delta
 * two bits     |1|1|        7 symbols          |   0 lost, 1 small delta, 2 large delta
 * </pre>
 *
 * <p>{@code if (feedback.wrap(reader)) while (feedback.next()) …} visits every status in order. All of it is checked by
 * {@code wrap}. Reusable, allocates nothing.
 */
public final class TransportFeedback {
    /** Arrival times count in these. */
    public static final long TICK_NS = 250_000;

    static final int FORMAT = 15;
    static final int HEAD_LENGTH = Feedback.LENGTH + 8;
    /** The reference time counts 64 ms. */
    static final int TICKS_PER_REFERENCE = 256;

    static final int LOST = 0;
    static final int SMALL_DELTA = 1;
    static final int LARGE_DELTA = 2;

    private byte[] buffer = new byte[HEAD_LENGTH];
    private int offset;
    private int chunkAt;
    private int chunk;
    private int chunkLeft;
    private int deltaAt;
    private int index;
    private int symbol;
    private long arrivalTicks;

    /** Looks at the reader's packet; false if it is no transport feedback or any of it does not add up. */
    public boolean wrap(RtcpReader reader) {
        if (!reader.isFeedback(RtcpReader.TRANSPORT_FEEDBACK, FORMAT) || reader.length() < HEAD_LENGTH) {
            return false;
        }
        buffer = reader.buffer();
        offset = reader.offset();
        int end = offset + reader.length();
        int at = offset + HEAD_LENGTH;
        int left = statusCount();
        int deltaBytes = 0;
        while (left > 0) {
            if (at + 2 > end) {
                return false;
            }
            int word = BigEndian.u16(buffer, at);
            at += 2;
            int covered = Math.min(left, symbolsIn(word));
            int bytes = deltaBytesOf(word, covered);
            if (bytes < 0) {
                return false;
            }
            deltaBytes += bytes;
            left -= covered;
        }
        if (deltaBytes > end - at) {
            return false;
        }
        chunkAt = offset + HEAD_LENGTH;
        chunkLeft = 0;
        deltaAt = at;
        index = -1;
        arrivalTicks = (long) referenceTime() * TICKS_PER_REFERENCE;
        return true;
    }

    private static int symbolsIn(int word) {
        if (word < 0x8000) {
            return word & 0x1fff;
        }
        return (word & 0x4000) == 0 ? 14 : 7;
    }

    /** The symbol number {@code i} of a chunk. */
    private static int symbolOf(int word, int i) {
        if (word < 0x8000) {
            return word >>> 13;
        }
        return (word & 0x4000) == 0 ? word >>> (13 - i) & 1 : word >>> (2 * (6 - i)) & 3;
    }

    /** Bytes of deltas that a chunk's first symbols call for, or -1 for the reserved symbol or an empty run. */
    private static int deltaBytesOf(int word, int symbols) {
        if (word < 0x8000) {
            int run = word >>> 13;
            return run == 3 || symbols == 0 ? -1 : run * symbols;
        }
        int bytes = 0;
        for (int i = 0; i < symbols; i++) {
            int s = symbolOf(word, i);
            if (s == 3) {
                return -1;
            }
            bytes += s; // a small delta takes one byte, a large one two
        }
        return bytes;
    }

    public int senderSsrc() {
        return BigEndian.i32(buffer, offset + 4);
    }

    public int mediaSsrc() {
        return BigEndian.i32(buffer, offset + 8);
    }

    public int baseSequenceNumber() {
        return BigEndian.u16(buffer, offset + 12);
    }

    public int statusCount() {
        return BigEndian.u16(buffer, offset + 14);
    }

    /** In units of 64 ms on the receiver's clock, signed, 24 bits: it wraps after 12 days. */
    public int referenceTime() {
        return BigEndian.u24(buffer, offset + 16) << 8 >> 8;
    }

    /** Counts feedback packets, so that a lost one is noticed; 0 to 255. */
    public int feedbackCount() {
        return BigEndian.u8(buffer, offset + 19);
    }

    /** Moves to the next packet reported on, received or lost; false after the last. */
    public boolean next() {
        if (index + 1 >= statusCount()) {
            return false;
        }
        index++;
        if (chunkLeft == 0) {
            chunk = BigEndian.u16(buffer, chunkAt);
            chunkAt += 2;
            chunkLeft = symbolsIn(chunk);
        }
        symbol = symbolOf(chunk, symbolsIn(chunk) - chunkLeft);
        chunkLeft--;
        if (symbol == SMALL_DELTA) {
            arrivalTicks += BigEndian.u8(buffer, deltaAt);
            deltaAt += 1;
        } else if (symbol == LARGE_DELTA) {
            arrivalTicks += (short) BigEndian.u16(buffer, deltaAt);
            deltaAt += 2;
        }
        return true;
    }

    /** The transport-wide sequence number of the packet. */
    public int sequenceNumber() {
        return (baseSequenceNumber() + index) & 0xffff;
    }

    public boolean received() {
        return symbol != LOST;
    }

    /** When it arrived, in {@link #TICK_NS} on the receiver's clock, counted from where the reference time is 0. */
    public long arrivalTicks() {
        return arrivalTicks;
    }
}
