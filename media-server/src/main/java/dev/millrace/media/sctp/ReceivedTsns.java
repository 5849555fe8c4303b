package dev.millrace.media.sctp;

import dev.millrace.media.sctp.wire.PacketWriter;
import dev.millrace.media.sctp.wire.SackChunk;
import java.util.Arrays;

/** Which chunks came, and the acknowledgement that tells the peer (RFC 9260 section 6.2). */
final class ReceivedTsns {
    /** Holes remembered; a path that tears more has chunks dropped, which then come again. */
    static final int MAX_GAPS = 128;

    private static final int MAX_DUPLICATES = 16;
    private static final long[] NONE = {};

    /** Offsets in a SACK have 16 bits. */
    private static final int REACH = 0xffff;

    enum Seen {
        NEW,
        DUPLICATE,
        /** Too far ahead, or one hole too many. */
        UNWANTED
    }

    private long cumulative;
    /** Blocks behind the first hole: start, end, start, end, ascending. */
    private long[] blocks = NONE;

    private int blockCount;
    private final int[] duplicates = new int[MAX_DUPLICATES];
    private int duplicateCount;

    ReceivedTsns(long firstTsn) {
        cumulative = firstTsn - 1;
    }

    long cumulative() {
        return cumulative;
    }

    boolean hasGaps() {
        return blockCount > 0;
    }

    Seen see(long tsn) {
        if (tsn <= cumulative) {
            return duplicate(tsn);
        }
        if (tsn - cumulative > REACH) {
            return Seen.UNWANTED;
        }
        if (tsn == cumulative + 1) {
            cumulative = tsn;
            absorb();
            return Seen.NEW;
        }
        return insert(tsn);
    }

    /** Whether the chunk came already; changes nothing. */
    boolean has(long tsn) {
        if (tsn <= cumulative) {
            return true;
        }
        for (int i = 0; i < blockCount; i++) {
            if (tsn >= blocks[2 * i] && tsn <= blocks[2 * i + 1]) {
                return true;
            }
        }
        return false;
    }

    private Seen duplicate(long tsn) {
        if (duplicateCount < MAX_DUPLICATES) {
            duplicates[duplicateCount++] = (int) tsn;
        }
        return Seen.DUPLICATE;
    }

    private Seen insert(long tsn) {
        int at = 0;
        while (at < blockCount && tsn > blocks[2 * at + 1] + 1) {
            at++;
        }
        if (at < blockCount && tsn >= blocks[2 * at] && tsn <= blocks[2 * at + 1]) {
            return duplicate(tsn);
        }
        if (at < blockCount && tsn == blocks[2 * at + 1] + 1) {
            blocks[2 * at + 1] = tsn;
            if (at + 1 < blockCount && blocks[2 * at + 2] == tsn + 1) {
                blocks[2 * at + 1] = blocks[2 * at + 3];
                remove(at + 1);
            }
            return Seen.NEW;
        }
        if (at < blockCount && tsn == blocks[2 * at] - 1) {
            blocks[2 * at] = tsn;
            return Seen.NEW;
        }
        if (blockCount == MAX_GAPS) {
            return Seen.UNWANTED;
        }
        make(at, tsn);
        return Seen.NEW;
    }

    private void make(int at, long tsn) {
        if (blocks.length == 2 * blockCount) {
            blocks = Arrays.copyOf(blocks, Math.max(8, 2 * blocks.length));
        }
        System.arraycopy(blocks, 2 * at, blocks, 2 * at + 2, 2 * (blockCount - at));
        blocks[2 * at] = tsn;
        blocks[2 * at + 1] = tsn;
        blockCount++;
    }

    private void remove(int at) {
        System.arraycopy(blocks, 2 * at + 2, blocks, 2 * at, 2 * (blockCount - at - 1));
        blockCount--;
    }

    private void absorb() {
        while (blockCount > 0 && blocks[0] <= cumulative + 1) {
            cumulative = Math.max(cumulative, blocks[1]);
            remove(0);
        }
        if (blockCount == 0) {
            blocks = NONE;
        }
    }

    /** The peer gave up everything up to here (RFC 3758 section 3.6); false if that is nothing new. */
    boolean skipTo(long tsn) {
        if (tsn <= cumulative) {
            return false;
        }
        cumulative = tsn;
        absorb();
        return true;
    }

    /** Writes the SACK, with as many blocks as fit. */
    void write(PacketWriter packet, long windowBytes) {
        int room = packet.room();
        int gaps = Math.min(blockCount, (room - SackChunk.valueBytes(0, 0)) / 4);
        int twice = Math.clamp((room - SackChunk.valueBytes(gaps, 0)) / 4, 0, duplicateCount);
        SackChunk.begin(packet, (int) cumulative, windowBytes, gaps, twice);
        for (int i = 0; i < gaps; i++) {
            packet.put16((int) (blocks[2 * i] - cumulative)).put16((int) (blocks[2 * i + 1] - cumulative));
        }
        for (int i = 0; i < twice; i++) {
            packet.put32(duplicates[i]);
        }
        packet.endChunk();
        duplicateCount = 0;
    }
}
