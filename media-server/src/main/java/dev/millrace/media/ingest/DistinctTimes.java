package dev.millrace.media.ingest;

/**
 * Keeps apart the pictures of an encoder that tells the same time of several: its times are milliseconds (RTMP 1.0 section
 * 5.3.1.1), and after a pause it may make more than one in one of them. With one time stamp they would be one picture to
 * viewers (RFC 3550 section 5.1). Owned by one track.
 */
public final class DistinctTimes {
    private static final long APART_NS = 100_000;

    /** Of one millisecond; the next one is told apart again. */
    private static final int MOST = 9;

    private long decodeNs = Long.MIN_VALUE;
    private int same;

    /** How much later than told the next picture, in the order of decoding, is shown. */
    public long laterNs(long toldNs) {
        same = toldNs == decodeNs ? Math.min(MOST, same + 1) : 0;
        decodeNs = toldNs;
        return same * APART_NS;
    }
}
