package dev.millrace.media.ingest;

/**
 * Holds back who sends faster than media plays: a file that is pushed without a pace, or an attack. Told the time; owned by
 * whoever hands the media over.
 *
 * <p>What was held up by a network may come as fast as it likes: only what is ahead of everything before counts.
 */
public final class Throttle {
    private static final long MS = 1_000_000;

    /** Encoders begin with what waited for the connection, and FFmpeg's -re with half a second. */
    static final long BURST_NS = 1_000 * MS;

    /** After so much more that comes although it is held back, it is over. */
    static final long PATIENCE_NS = 8_000 * MS;

    /** A connection that stood still for longer has lost its encoder. */
    private static final long DEBT_NS = 10_000 * MS;

    /** A longer step of the encoder's times is another clock, and is paid as a part of a second. */
    private static final long JUMP_NS = 5_000 * MS;

    private static final long JUMP_COSTS_NS = 250 * MS;

    /** Whatever its times say, nothing comes more than ten thousand times a second. */
    private static final long LEAST_NS = MS / 10;

    /** A clock may be fast by some parts of a thousand for days. */
    private static final int LEEWAY_PER_MILLE = 20;

    private boolean started;
    private long newestNs;
    private long arrivalNs;
    private long aheadNs;

    /** Something came with that time of the encoder's; answers how long nothing should come, 0 to go on. */
    public long onMedia(long encoderNs, long nowNs) {
        if (!started) {
            started = true;
            newestNs = encoderNs;
            arrivalNs = nowNs;
        }
        long step = encoderNs - newestNs;
        boolean jumped = step > JUMP_NS || step < -JUMP_NS;
        newestNs = jumped ? encoderNs : Math.max(newestNs, encoderNs);
        long passedNs = Math.max(0, nowNs - arrivalNs);
        arrivalNs = nowNs;
        aheadNs += jumped ? JUMP_COSTS_NS : Math.max(LEAST_NS, step);
        aheadNs = Math.max(-DEBT_NS, aheadNs - passedNs - passedNs / 1_000 * LEEWAY_PER_MILLE);
        return aheadNs > BURST_NS ? aheadNs - BURST_NS / 2 : 0;
    }

    /** It was held back and went on all the same. */
    public boolean isHopeless() {
        return aheadNs > BURST_NS + PATIENCE_NS;
    }
}
