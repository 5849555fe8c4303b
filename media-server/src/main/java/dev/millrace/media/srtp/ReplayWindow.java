package dev.millrace.media.srtp;

/**
 * Which packets of one source were seen already (RFC 3711 section 3.3.2), and where a sequence number belongs in the
 * 48-bit packet index (section 3.3.1).
 *
 * <p>jitsi-srtp remembers 64 packets, which is 60 ms of a 1080p stream: a retransmission over a slow link came too late
 * for it. This remembers {@value #PACKETS}, as libwebrtc does.
 */
final class ReplayWindow {
    static final int PACKETS = 1024;

    private final long[] seen = new long[PACKETS / Long.SIZE];
    private long highest = -1;

    /** The packet index this sequence number most likely has; the arithmetic is the one jitsi-srtp does. */
    long indexOf(int sequenceNumber) {
        if (highest < 0) {
            return sequenceNumber;
        }
        int last = (int) (highest & 0xffff);
        long cycle = highest >>> 16;
        if (last < 0x8000) {
            cycle -= sequenceNumber - last > 0x8000 ? 1 : 0;
        } else {
            cycle += last - 0x8000 > sequenceNumber ? 1 : 0;
        }
        return (cycle << 16) + sequenceNumber;
    }

    /** True if a packet with this index is new. */
    boolean accepts(long index) {
        if (index > highest) {
            return true;
        }
        if (index < 0 || highest - index >= PACKETS) {
            return false;
        }
        return (seen[word(index)] & 1L << index) == 0;
    }

    /** Remembers a packet that {@link #accepts} let pass and that turned out to be genuine. */
    void add(long index) {
        if (index > highest) {
            long from = Math.max(highest + 1, index - PACKETS + 1);
            for (long i = from; i < index; i++) {
                seen[word(i)] &= ~(1L << i);
            }
            highest = index;
        }
        seen[word(index)] |= 1L << index;
    }

    private static int word(long index) {
        return (int) (index >>> 6) & (PACKETS / Long.SIZE - 1);
    }
}
