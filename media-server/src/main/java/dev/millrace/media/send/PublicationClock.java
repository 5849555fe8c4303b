package dev.millrace.media.send;

/** Maps one publisher's NTP clock to ours by one offset for all of its tracks, which keeps lips in sync. */
public final class PublicationClock {
    private boolean known;
    private long offsetNtp;

    /** Forgets the offset: another publisher, another clock. */
    public void reset() {
        known = false;
    }

    /** A sender report came; the first one fixes the offset. */
    public void onSenderReport(long publisherNtp, long nowNs) {
        if (!known) {
            known = true;
            offsetNtp = Ntp.ofNs(nowNs) - publisherNtp;
        }
    }

    boolean known() {
        return known;
    }

    /** How far the publisher's clock is ahead of ours, 32.32. */
    long aheadNtp() {
        return -offsetNtp;
    }

    /** Our moment on the publisher's clock, 32.32. */
    long publisherNtp(long nowNs) {
        return Ntp.ofNs(nowNs) - offsetNtp;
    }
}
