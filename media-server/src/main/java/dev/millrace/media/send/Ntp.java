package dev.millrace.media.send;

/** NTP 32.32 fixed point (RFC 3550 section 4) made from monotonic nanoseconds; only differences mean anything. */
final class Ntp {
    private static final long NS_PER_S = 1_000_000_000L;

    private Ntp() {}

    static long ofNs(long ns) {
        long seconds = Math.floorDiv(ns, NS_PER_S);
        long rest = Math.floorMod(ns, NS_PER_S);
        return (seconds << 32) | ((rest << 32) / NS_PER_S);
    }

    /** A difference of two NTP times in ticks of an RTP clock. */
    static long toTicks(long ntpDifference, int clockRate) {
        return (ntpDifference >> 32) * clockRate + (((ntpDifference & 0xffff_ffffL) * clockRate) >> 32);
    }

    /** The middle 32 bits, as LSR and DLSR use them. */
    static int compact(long ntp) {
        return (int) (ntp >>> 16);
    }

    static long compactToNs(int compact) {
        return ((compact & 0xffff_ffffL) * NS_PER_S) >> 16;
    }
}
