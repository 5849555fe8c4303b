package dev.millrace.media.bwe;

import org.jspecify.annotations.Nullable;

/**
 * What was sent and is not yet acknowledged, by transport-wide sequence number; owned by one estimator.
 *
 * <pre>
 * | send time, 44 bits of 1.024 us | reported lost, 1 | probe cluster, 7 | bytes, 12 |
 * </pre>
 *
 * <p>One packed long a packet, in a ring that comes with the first packet and doubles only while it would forget one that
 * may still be acknowledged. Allocates nothing else.
 */
final class SentPackets {
    /** The answer for a packet that nobody remembers. */
    static final long UNKNOWN = 0;

    /** 512 bytes: enough for what flies at 300 packets a second, 100 ms of round trip and 100 ms between feedbacks. */
    private static final int FIRST_SIZE = 64;

    /** Eight times what 10 Mb/s send in a second; must stay below half the sequence space. */
    private static final int MAX_SIZE = 8192;

    /** A packet this old is given up rather than the ring doubled for it. */
    private static final long KEEP_NS = 1_500_000_000L;

    private static final int TIME_SHIFT = 20;
    private static final int UNIT_SHIFT = 10;
    private static final long TIME_MASK = (1L << 44) - 1;
    private static final long LOST = 1L << 19;
    private static final int PROBE_SHIFT = 12;
    private static final int MAX_BYTES = 0xfff;

    private long @Nullable [] ring;
    /** Unwrapped number of the next packet; negative until the first. */
    private long next = -1;

    private long lastSentNs;
    private long forgotten;

    void add(int sequence16, int bytes, int probe, long nowNs) {
        long[] into = ring;
        if (into == null) {
            into = start(sequence16);
        } else if (sequence16 != ((int) next & 0xffff)) {
            skipTo(sequence16);
        }
        int slot = (int) next & (into.length - 1);
        if (into[slot] != 0) {
            into = makeRoom(into, nowNs);
            slot = (int) next & (into.length - 1);
        }
        int size = Math.min(Math.max(bytes, 1), MAX_BYTES);
        into[slot] = nowNs >> UNIT_SHIFT << TIME_SHIFT | (long) (probe & 0x7f) << PROBE_SHIFT | size;
        next++;
        lastSentNs = nowNs;
    }

    /** The first packet will have that number. */
    long[] start(int sequence16) {
        long[] made = new long[FIRST_SIZE];
        ring = made;
        next = 0x1_0000L + sequence16;
        return made;
    }

    /** Numbers were left out: none of those may be taken for sent. */
    private void skipTo(int sequence16) {
        long[] into = ring;
        int skipped = (sequence16 - (int) next) & 0xffff;
        if (into != null) {
            for (int i = 0; i < Math.min(skipped, into.length); i++) {
                into[(int) (next + i) & (into.length - 1)] = 0;
            }
        }
        next += skipped;
    }

    private long[] makeRoom(long[] full, long nowNs) {
        long old = full[(int) next & (full.length - 1)];
        boolean young = nowNs - sentNs(old, nowNs) < KEEP_NS && (old & LOST) == 0;
        if (!young || full.length >= MAX_SIZE) {
            forgotten++;
            return full;
        }
        long[] larger = new long[full.length * 2];
        for (long n = next - full.length; n < next; n++) {
            larger[(int) n & (larger.length - 1)] = full[(int) n & (full.length - 1)];
        }
        ring = larger;
        return larger;
    }

    /** The unwrapped number of one that was sent most recently under this number; below zero if none ever was. */
    long unwrap(int sequence16) {
        if (ring == null) {
            return -1;
        }
        long last = next - 1;
        return last - (((int) last - sequence16) & 0xffff);
    }

    /** The packed packet, or {@link #UNKNOWN}. */
    long find(long sequence) {
        long[] from = ring;
        if (from == null || sequence < 0 || sequence >= next || sequence < next - from.length) {
            return UNKNOWN;
        }
        return from[(int) sequence & (from.length - 1)];
    }

    /** It arrived; it cannot be acknowledged twice. */
    void acknowledged(long sequence) {
        long[] from = ring;
        if (from != null) {
            from[(int) sequence & (from.length - 1)] = 0;
        }
    }

    /** It was reported lost; it may still turn up. */
    void lost(long sequence) {
        long[] from = ring;
        if (from != null) {
            from[(int) sequence & (from.length - 1)] |= LOST;
        }
    }

    /** Whether the packet is one of the ring's length last ones, acknowledged or not. */
    boolean recent(long sequence) {
        long[] from = ring;
        return from != null && sequence >= 0 && sequence >= next - from.length && sequence < next;
    }

    /** The number that the next packet gets, unwrapped. */
    long next() {
        return next;
    }

    /** When the last packet was sent. */
    long lastSentNs() {
        return lastSentNs;
    }

    /** Packets forgotten before anybody reported on them. */
    long forgotten() {
        return forgotten;
    }

    int capacity() {
        long[] from = ring;
        return from == null ? 0 : from.length;
    }

    static int bytes(long packed) {
        return (int) packed & MAX_BYTES;
    }

    static int probe(long packed) {
        return (int) (packed >>> PROBE_SHIFT) & 0x7f;
    }

    static boolean wasLost(long packed) {
        return (packed & LOST) != 0;
    }

    /** When it was sent, to about a microsecond. */
    static long sentNs(long packed, long nowNs) {
        long now = nowNs >> UNIT_SHIFT;
        long ago = (now - (packed >>> TIME_SHIFT)) & TIME_MASK;
        return (now - ago) << UNIT_SHIFT;
    }
}
