package dev.millrace.media.frames;

import dev.millrace.media.rtp.rtcp.NtpTime;

/**
 * One publisher's wall clock, as its sender reports tell it, on ours (RFC 3550 section 6.4.1); shared by all of its
 * tracks, so that whatever is wrong with it is wrong for sound and picture alike.
 *
 * <p>A clock that is set while it runs goes on here as if it had not been. Owned by one thread, told the time.
 */
public final class PublisherClock {
    /** No report is later than the least one by so much, unless the clock was set. */
    private static final long STEP_NS = 1_000_000_000L;

    /** Reports after a step agree within this: the delay of the network. */
    private static final long AGREE_NS = 300_000_000L;

    private static final int REPORTS_TO_BELIEVE = 3;

    /** How fast the mapping follows what was learned, in 1/1000. */
    private static final int SLEW_PER_MILLE = 2;

    private final LeastOffset least = new LeastOffset();
    private long stepNs;
    private int strange;
    private long strangeOffsetNs;
    private boolean started;
    private long offsetNs;
    private long slewedAtNs;
    private long steps;

    /**
     * A sender report of any track came in.
     *
     * @return its time in nanoseconds as if the clock had never been set, or -1 if it is not to be believed
     */
    long onReport(long ntpTime, long nowNs) {
        if (ntpTime == 0) {
            return -1; // RFC 3550 section 6.4.1: the sender has no wall clock
        }
        long senderNs = NtpTime.toUnixNanos(ntpTime) - stepNs;
        long offset = nowNs - senderNs;
        if (least.known() && Math.abs(offset - least.leastNs()) > STEP_NS) {
            boolean agrees = strange > 0 && Math.abs(offset - strangeOffsetNs) <= AGREE_NS;
            strange = agrees ? strange + 1 : 1;
            strangeOffsetNs = agrees ? Math.min(strangeOffsetNs, offset) : offset;
            if (strange < REPORTS_TO_BELIEVE) {
                return -1;
            }
            stepNs += least.leastNs() - strangeOffsetNs;
            steps++;
            senderNs = NtpTime.toUnixNanos(ntpTime) - stepNs;
            offset = nowNs - senderNs;
        }
        strange = 0;
        least.add(offset, nowNs);
        slew(nowNs);
        return senderNs;
    }

    private void slew(long nowNs) {
        long wanted = least.leastNs();
        if (!started) {
            started = true;
            offsetNs = wanted;
        } else {
            long most = Math.max(0, nowNs - slewedAtNs) / 1000 * SLEW_PER_MILLE;
            offsetNs += Math.clamp(wanted - offsetNs, -most, most);
        }
        slewedAtNs = Math.max(slewedAtNs, nowNs);
    }

    /** Our time, in nanoseconds, of a time that {@link #onReport} answered. */
    long toOurNs(long senderNs) {
        return senderNs + offsetNs;
    }

    /** How often the publisher's clock was set since the start. */
    public long steps() {
        return steps;
    }
}
