package dev.millrace.media.receive;

import dev.millrace.media.rtp.rtcp.NackWriter;

/**
 * Decides which lost packets of one layer to ask for again, and when (RFC 4585 section 6.2.1); owned by its layer.
 *
 * <p>A gap is asked for after {@link #REORDER_NS}, or at once when {@link #REORDER_PACKETS} later packets are there; then
 * about once per round trip, {@link #MAX_TRIES} times or for {@link #GIVE_UP_NS}.
 */
final class NackGenerator {
    /** More missing at once is no loss but an outage: a keyframe helps, retransmissions only clog. */
    static final int MAX_MISSING = 512;

    static final int MAX_TRIES = 10;

    /** Viewers play at most so far behind. */
    static final long GIVE_UP_NS = 1_000_000_000L;

    static final long REORDER_NS = 5_000_000L;
    static final int REORDER_PACKETS = 4;

    /** Never ask more often, however near the publisher is. */
    private static final long MIN_INTERVAL_NS = 20_000_000L;

    private final long[] missing = new long[MAX_MISSING];
    private final long[] sinceNs = new long[MAX_MISSING];
    private final long[] dueNs = new long[MAX_MISSING];
    private final long[] askedNs = new long[MAX_MISSING];
    private final int[] tries = new int[MAX_MISSING];
    private int count;
    private long highest = -1;
    private long nextNs = Long.MAX_VALUE;
    private long nacked;
    private long lastRttNs = -1;

    void reset() {
        count = 0;
        highest = -1;
        nextNs = Long.MAX_VALUE;
    }

    /** Numbers asked for, each counted once. */
    long nacked() {
        return nacked;
    }

    int missing() {
        return count;
    }

    long nextDeadlineNs() {
        return nextNs;
    }

    /**
     * A packet came for the first time.
     *
     * @return false if so much is missing that only a keyframe helps; then all is forgotten
     */
    boolean onPacket(long sequence, long nowNs) {
        if (highest < 0) {
            highest = sequence;
            return true;
        }
        if (sequence <= highest) {
            return true;
        }
        long gap = sequence - highest - 1;
        boolean hopeless = gap + count > MAX_MISSING;
        if (hopeless) {
            count = 0;
            nextNs = Long.MAX_VALUE;
        } else {
            for (long s = highest + 1; s < sequence; s++) {
                add(s, nowNs);
            }
        }
        highest = sequence;
        hurry(nowNs);
        return !hopeless;
    }

    private void add(long sequence, long nowNs) {
        missing[count] = sequence;
        sinceNs[count] = nowNs;
        dueNs[count] = nowNs + REORDER_NS;
        tries[count++] = 0;
        nextNs = Math.min(nextNs, nowNs + REORDER_NS);
    }

    /** What enough later packets have overtaken is lost: the newest gaps stand last. */
    private void hurry(long nowNs) {
        for (int i = count - 1; i >= 0 && tries[i] == 0; i--) {
            if (highest - missing[i] >= REORDER_PACKETS && dueNs[i] > nowNs) {
                dueNs[i] = nowNs;
                nextNs = nowNs;
            }
        }
    }

    /** A packet behind the highest came; true if it had been asked for. */
    boolean onLate(long sequence, long nowNs) {
        for (int i = 0; i < count; i++) {
            if (missing[i] == sequence) {
                boolean asked = tries[i] > 0;
                lastRttNs = tries[i] == 1 ? nowNs - askedNs[i] : -1;
                remove(i);
                return asked;
            }
        }
        lastRttNs = -1;
        return false;
    }

    /** Time from the first asking to the packet {@link #onLate} was just told of; -1 if it says nothing of the way. */
    long lastRttNs() {
        return lastRttNs;
    }

    private void remove(int i) {
        count--;
        System.arraycopy(missing, i + 1, missing, i, count - i);
        System.arraycopy(sinceNs, i + 1, sinceNs, i, count - i);
        System.arraycopy(dueNs, i + 1, dueNs, i, count - i);
        System.arraycopy(askedNs, i + 1, askedNs, i, count - i);
        System.arraycopy(tries, i + 1, tries, i, count - i);
    }

    /** Writes what is due into a NACK that was begun, in ascending order. */
    void collect(NackWriter writer, long rttNs, long nowNs) {
        nextNs = Long.MAX_VALUE;
        boolean room = true;
        for (int i = 0; i < count; i++) {
            if (room && dueNs[i] <= nowNs) {
                if (tries[i] >= MAX_TRIES || nowNs - sinceNs[i] > GIVE_UP_NS) {
                    remove(i);
                    i--;
                    continue;
                }
                room = writer.add((int) missing[i] & 0xffff);
                if (room) {
                    asked(i, rttNs, nowNs);
                }
            }
            nextNs = Math.min(nextNs, dueNs[i]);
        }
    }

    private void asked(int i, long rttNs, long nowNs) {
        nacked += tries[i] == 0 ? 1 : 0;
        tries[i]++;
        askedNs[i] = nowNs;
        dueNs[i] = nowNs + Math.max(MIN_INTERVAL_NS, rttNs + rttNs / 4);
    }
}
