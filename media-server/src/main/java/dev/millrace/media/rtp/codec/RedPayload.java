package dev.millrace.media.rtp.codec;

import dev.millrace.media.rtp.BigEndian;

/**
 * Redundant audio (RFC 2198 section 3): older blocks, then the primary one.
 *
 * <pre>
 * |1|   block PT  |  timestamp offset         |   block length    |   for each older block
 * |0|   block PT  |                                                  for the primary
 * </pre>
 *
 * <p>A reusable view; allocates nothing.
 */
public final class RedPayload {
    /** Browsers send one or two; more than this is not audio. */
    private static final int MAX_BLOCKS = 8;

    private final int[] heads = new int[MAX_BLOCKS];
    private int blocks;
    private int primaryType;
    private int dataAt;
    private int primaryAt;
    private int primaryLength;

    /** Looks at an RTP payload; false if its blocks do not fit. */
    public boolean wrap(byte[] b, int off, int len) {
        int end = off + len;
        int at = off;
        int older = 0;
        blocks = 0;
        while (at < end && b[at] < 0) {
            if (blocks == MAX_BLOCKS || at + 4 > end) {
                return false;
            }
            heads[blocks] = BigEndian.i32(b, at);
            older += heads[blocks] & 0x3ff;
            blocks++;
            at += 4;
        }
        if (at >= end || older > end - at - 1) {
            return false;
        }
        primaryType = b[at];
        dataAt = at + 1;
        primaryAt = dataAt + older;
        primaryLength = end - primaryAt;
        return true;
    }

    public int primaryPayloadType() {
        return primaryType;
    }

    public int primaryOffset() {
        return primaryAt;
    }

    public int primaryLength() {
        return primaryLength;
    }

    /** Older blocks, oldest first. */
    public int redundantBlocks() {
        return blocks;
    }

    public int redundantPayloadType(int index) {
        return heads[index] >>> 24 & 0x7f;
    }

    /** How much older than the packet's timestamp, in ticks. */
    public int redundantTimestampOffset(int index) {
        return heads[index] >>> 10 & 0x3fff;
    }

    public int redundantLength(int index) {
        return heads[index] & 0x3ff;
    }

    public int redundantOffset(int index) {
        int at = dataAt;
        for (int i = 0; i < index; i++) {
            at += redundantLength(i);
        }
        return at;
    }
}
