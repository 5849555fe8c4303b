package dev.millrace.media.rtp.rtcp;

/** NTP timestamps as RTCP uses them: seconds since 1900 and 1/2^32 of them (RFC 3550 section 4). */
public final class NtpTime {
    /** From 1900 to 1970. */
    private static final long SECONDS_TO_UNIX_EPOCH = 2_208_988_800L;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private NtpTime() {}

    /** Of nanoseconds since 1970. */
    public static long ofUnixNanos(long unixNs) {
        long seconds = Math.floorDiv(unixNs, NANOS_PER_SECOND);
        long nanos = Math.floorMod(unixNs, NANOS_PER_SECOND);
        return ((seconds + SECONDS_TO_UNIX_EPOCH) << 32) | ((nanos << 32) / NANOS_PER_SECOND);
    }

    /** Nanoseconds since 1970, for times from 1970 to 2036. */
    public static long toUnixNanos(long ntpTime) {
        long nanos = ((ntpTime & 0xffff_ffffL) * NANOS_PER_SECOND + 0x8000_0000L) >>> 32;
        return ((ntpTime >>> 32) - SECONDS_TO_UNIX_EPOCH) * NANOS_PER_SECOND + nanos;
    }

    /** The middle 32 bits: what LSR carries. */
    public static int middle(long ntpTime) {
        return (int) (ntpTime >>> 16);
    }

    /** A duration in 1/65536 s, as DLSR carries it. */
    public static int shortOfNanos(long durationNs) {
        return (int) ((durationNs << 16) / NANOS_PER_SECOND);
    }

    /** Nanoseconds of a duration in 1/65536 s. */
    public static long shortToNanos(long units) {
        return (units * NANOS_PER_SECOND) >> 16;
    }
}
