package dev.millrace.media.observe;

import dev.millrace.media.rtp.rtcp.NtpTime;

/**
 * A publisher's wall clock on ours, by the sender report that took least time here (RFC 3550 section 6.4.1): what is mapped
 * is late by the least way of the network, which nobody can tell from clocks alone.
 *
 * <p>For figures that people look at: a clock that is set is followed at once. One thread owns it.
 */
public final class RemoteClock {
    /** Two windows are kept, so that a drift of 100 ppm is followed within 2 ms. */
    private static final long WINDOW_NS = 10_000_000_000L;

    /** No report takes so much longer than another: the clock was set. */
    private static final long STEP_NS = 1_000_000_000L;

    private static final long UNKNOWN = Long.MAX_VALUE;

    private long leastNs = UNKNOWN;
    private long leastBeforeNs = UNKNOWN;
    private long turnNs;

    /** A sender report with that NTP time came in. */
    void onReport(long ntpTime, long nowNs) {
        long offsetNs = nowNs - NtpTime.toUnixNanos(ntpTime);
        if (isKnown() && Math.abs(offsetNs - offsetNs()) > STEP_NS) {
            leastNs = UNKNOWN;
            leastBeforeNs = UNKNOWN;
        }
        if (leastNs == UNKNOWN || nowNs >= turnNs) {
            leastBeforeNs = leastNs;
            leastNs = UNKNOWN;
            turnNs = nowNs + WINDOW_NS;
        }
        leastNs = Math.min(leastNs, offsetNs);
    }

    boolean isKnown() {
        return leastNs != UNKNOWN;
    }

    /** Our monotonic time of a time of that clock. */
    long toOurNs(long ntpTime) {
        return NtpTime.toUnixNanos(ntpTime) + offsetNs();
    }

    private long offsetNs() {
        return Math.min(leastNs, leastBeforeNs);
    }
}
