package dev.millrace.media.observe;

/**
 * How long a stream's packets stay in the server: from the moment the publisher's loop found them in its socket to the
 * moment the loop of the viewers has sent them to all of these.
 *
 * <p>Packets of one receive batch share both moments, so a batch costs one entry however many there are. Owned by the
 * viewers' loop; {@link #delays()} may be read by any thread.
 */
public final class ForwardDelay {
    /** Arrivals told apart within one cycle: what comes from another loop may span several of its batches. */
    private static final int MAX_RUNS = 16;

    private final DelayHistogram delays = new DelayHistogram();
    private final long[] arrivalsNs = new long[MAX_RUNS];
    private final int[] packets = new int[MAX_RUNS];
    private int runs;

    /** One packet to be forwarded, that came in at that time. */
    public void arrived(long arrivalNs) {
        if (runs == 0 || (arrivalsNs[runs - 1] != arrivalNs && runs < MAX_RUNS)) {
            arrivalsNs[runs] = arrivalNs;
            packets[runs++] = 0;
        }
        packets[runs - 1]++;
    }

    /** All of these have been sent. */
    public void left(long nowNs) {
        for (int i = 0; i < runs; i++) {
            delays.add(nowNs - arrivalsNs[i], packets[i], nowNs);
        }
        runs = 0;
    }

    public DelayHistogram delays() {
        return delays;
    }
}
