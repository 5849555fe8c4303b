package dev.millrace.perf;

import dev.millrace.media.rtp.SequenceUnwrapper;

/** Counts what came, what is missing and what came twice of one SSRC (RFC 3550 appendix A.3). Owned by one loop. */
final class SequenceCounter {
    /** Packets late by more than this count as missing and, if they still come, as duplicates. */
    private static final int WINDOW = 1024;

    private final int ssrc;
    private final long startedNs;
    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final long[] seen = new long[WINDOW / 64];
    private long first = -1;
    private long highest = -1;
    private long packets;
    private long bytes;
    private long duplicates;
    private long firstNs = -1;
    private long lastNs;
    private long longestGapNs;
    private long reportedExpected;
    private long reportedPackets;

    SequenceCounter(int ssrc, long startedNs) {
        this.ssrc = ssrc;
        this.startedNs = startedNs;
    }

    int ssrc() {
        return ssrc;
    }

    /**
     * One packet came.
     *
     * @return how many packets before it are missing for the first time; 0 for most
     */
    long onPacket(int sequenceNumber, int length, long nowNs) {
        if (firstNs < 0) {
            firstNs = nowNs - startedNs;
        } else {
            longestGapNs = Math.max(longestGapNs, nowNs - lastNs);
        }
        lastNs = nowNs;
        bytes += length;
        long index = unwrapper.unwrap(sequenceNumber);
        if (first < 0) {
            first = index;
            highest = index - 1;
        }
        return index > highest ? ahead(index) : behind(index);
    }

    private long ahead(long index) {
        long from = Math.max(highest + 1, index - WINDOW);
        for (long i = from; i < index; i++) {
            mark(i, false);
        }
        mark(index, true);
        long skipped = index - highest - 1;
        highest = index;
        packets++;
        return skipped;
    }

    private long behind(long index) {
        if (index <= highest - WINDOW || index < first || isSeen(index)) {
            duplicates++;
        } else {
            mark(index, true);
            packets++;
        }
        return 0;
    }

    /** A retransmission brought this number. */
    void onRecovered(int sequenceNumber) {
        long index = unwrapper.peek(sequenceNumber);
        if (first >= 0 && index <= highest) {
            behind(index);
        }
    }

    private boolean isSeen(long index) {
        return (seen[word(index)] & bit(index)) != 0;
    }

    private void mark(long index, boolean came) {
        if (came) {
            seen[word(index)] |= bit(index);
        } else {
            seen[word(index)] &= ~bit(index);
        }
    }

    private static int word(long index) {
        return (int) Math.floorMod(index, (long) WINDOW) / 64;
    }

    private static long bit(long index) {
        return 1L << (index & 63);
    }

    long expected() {
        return first < 0 ? 0 : highest - first + 1;
    }

    long missing() {
        return expected() - packets;
    }

    long duplicates() {
        return duplicates;
    }

    int highest() {
        return (int) highest;
    }

    /** Lost since the last call, in 1/256 (RFC 3550 section 6.4.1). */
    int fractionLost() {
        long expected = expected() - reportedExpected;
        long lost = expected - (packets - reportedPackets);
        reportedExpected = expected();
        reportedPackets = packets;
        return expected <= 0 || lost <= 0 ? 0 : (int) Math.min(255, lost * 256 / expected);
    }

    /** The figures; a silence that lasts until now counts as a gap, too. */
    LightTrack snapshot(long nowNs) {
        long gap = firstNs < 0 ? 0 : Math.max(longestGapNs, nowNs - lastNs);
        return new LightTrack(packets, bytes, missing(), duplicates, firstNs, gap);
    }
}
