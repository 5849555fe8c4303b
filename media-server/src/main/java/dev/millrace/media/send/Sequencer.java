package dev.millrace.media.send;

/**
 * Remembers for the last packets sent to one viewer which packet of which layer they were, so that they can be written
 * again byte for byte; 16 bytes a packet, 20 with a dependency descriptor; owned by the viewer's loop.
 *
 * <p>The ring doubles while what it is about to forget may still be asked for, so a thin layer or audio costs little.
 */
final class Sequencer {
    /** At most. Enough for a second of 8 Mb/s: 16 KiB. */
    static final int VIDEO_ENTRIES = 1024;

    /** Two and a half seconds of 20 ms. */
    static final int AUDIO_ENTRIES = 128;

    /** A second of audio, or of video of half a megabit. */
    private static final int FIRST_ENTRIES = 64;

    /** As {@link PacketCache} keeps it, and a half more: what is asked for later comes too late. */
    private static final int KEEP_MS = 1_500;

    private static final int VALID = 1 << 31;
    private static final int HELD = 1 << 30;
    private static final int[] NONE = {};
    private static final int ENTRY = 4;
    private static final int TIMESTAMP = 1;
    private static final int REWRITING = 2;
    private static final int SENT_MS = 3;

    private final int maxEntries;
    private int mask;

    /**
     * Four to an entry, so that a packet touches one cache line of a viewer's and not four: origin (bits 0..15 sequence
     * number received, 16..19 layer, 20..27 generation, 30 not sent yet, 31 valid), timestamp, rewriting, when it was sent
     * in ms.
     */
    private int[] entries = NONE;

    /** The upper halves of the rewritings; only once one is not 0. */
    private int[] upperRewritings = NONE;

    private long highest = -1;

    /** @param maxEntries a power of two */
    Sequencer(int maxEntries) {
        this.maxEntries = maxEntries;
        mask = Math.min(FIRST_ENTRIES, maxEntries) - 1;
    }

    /** With the first packet: most viewers who wait for a broadcaster never get one, and this is most of their memory. */
    private void allocate() {
        entries = new int[(mask + 1) * ENTRY];
    }

    /** Whether what a new number would overwrite is of use yet. */
    private boolean needs(int at, long nowNs) {
        return entries[at * ENTRY] < 0 && ((entries[at * ENTRY] & HELD) != 0 || sinceMs(at, nowNs) < KEEP_MS);
    }

    private void grow() {
        int[] old = entries;
        int[] oldUpper = upperRewritings;
        int oldMask = mask;
        mask = 2 * mask + 1;
        allocate();
        upperRewritings = oldUpper.length == 0 ? NONE : new int[mask + 1];
        for (long number = Math.max(0, highest - oldMask); number <= highest; number++) {
            int from = (int) number & oldMask;
            int to = (int) number & mask;
            System.arraycopy(old, from * ENTRY, entries, to * ENTRY, ENTRY);
            if (oldUpper.length > 0) {
                upperRewritings[to] = oldUpper[from];
            }
        }
    }

    void put(long outSequence, int layer, int generation, long inSequence, int timestamp, long rewriting, long nowNs) {
        if (outSequence < highest - mask) {
            return;
        }
        if (entries.length == 0) {
            allocate();
        }
        while (outSequence > highest && mask + 1 < maxEntries && needs((int) outSequence & mask, nowNs)) {
            grow();
        }
        if (highest >= 0) {
            // Numbers skipped over were lost before us; what the ring held there is older than its reach.
            for (long gap = Math.max(highest + 1, outSequence - mask); gap < outSequence; gap++) {
                entries[((int) gap & mask) * ENTRY] = 0;
            }
        }
        highest = Math.max(highest, outSequence);
        int at = (int) outSequence & mask;
        int entry = at * ENTRY;
        entries[entry] = VALID | ((generation & 0xff) << 20) | ((layer & 0xf) << 16) | ((int) inSequence & 0xffff);
        entries[entry + TIMESTAMP] = timestamp;
        entries[entry + REWRITING] = (int) rewriting;
        int upper = (int) (rewriting >>> 32);
        if (upper != 0 && upperRewritings.length == 0) {
            upperRewritings = new int[mask + 1];
        }
        if (upperRewritings.length > 0) {
            upperRewritings[at] = upper;
        }
        entries[entry + SENT_MS] = (int) (nowNs / 1_000_000);
    }

    /** Where the packet sent as this 16-bit number is remembered, or -1. */
    int find(int outSequence) {
        if (highest < 0) {
            return -1;
        }
        int behind = ((int) highest - outSequence) & 0xffff;
        if (behind > mask || behind > highest || entries[(outSequence & mask) * ENTRY] >= 0) {
            return -1;
        }
        return outSequence & mask;
    }

    /** The packet just put was not sent yet. */
    void hold(long outSequence) {
        entries[((int) outSequence & mask) * ENTRY] |= HELD;
    }

    /** It is sent now. */
    void release(long outSequence) {
        entries[((int) outSequence & mask) * ENTRY] &= ~HELD;
    }

    /** True if that number was put and not sent yet; within the ring's reach. */
    boolean isHeld(long outSequence) {
        return entries.length > 0 && (entries[((int) outSequence & mask) * ENTRY] & HELD) != 0;
    }

    /** The number was never sent and is free again. */
    void forget(long outSequence) {
        entries[((int) outSequence & mask) * ENTRY] = 0;
    }

    /** All numbers above that one are free again. */
    void rewind(long newHighest) {
        highest = newHighest;
    }

    /** Highest number put; -1 before the first. */
    long highest() {
        return highest;
    }

    int at(long outSequence) {
        return (int) outSequence & mask;
    }

    int timestampOf(long outSequence) {
        return entries[((int) outSequence & mask) * ENTRY + TIMESTAMP];
    }

    long outSequence(int outSequence) {
        return highest - (((int) highest - outSequence) & 0xffff);
    }

    int layer(int at) {
        return (entries[at * ENTRY] >> 16) & 0xf;
    }

    int generation(int at) {
        return (entries[at * ENTRY] >> 20) & 0xff;
    }

    int inSequence(int at) {
        return entries[at * ENTRY] & 0xffff;
    }

    int timestamp(int at) {
        return entries[at * ENTRY + TIMESTAMP];
    }

    /** As {@link Rewriting} made it. */
    long rewriting(int at) {
        long upper = upperRewritings.length == 0 ? 0 : upperRewritings[at];
        return (upper << 32) | (entries[at * ENTRY + REWRITING] & 0xffff_ffffL);
    }

    /** Milliseconds since it was last sent. */
    int sinceMs(int at, long nowNs) {
        return (int) (nowNs / 1_000_000) - entries[at * ENTRY + SENT_MS];
    }

    void sentAgain(int at, long nowNs) {
        entries[at * ENTRY + SENT_MS] = (int) (nowNs / 1_000_000);
    }
}
