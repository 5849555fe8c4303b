package dev.millrace.media.send;

import dev.millrace.media.rtp.BigEndian;

/**
 * Brings a viewer who joined between two keyframes from the last one to the present: all that is kept is sent, many times as
 * fast as it was captured, with timestamps that run so fast as well. So its player sees an ordinary stream of many pictures a
 * second, and nobody stays behind. Owned by one downtrack, told the time.
 */
final class Chase {
    /** A viewer is to have caught up within two seconds; the first picture takes a part of them. */
    static final int LONGEST_TICKS = 144_000;

    /** A short group need not come faster than twice. */
    private static final int LEAST_SPEED = 2;

    private static final int TICKS_PER_S = 90_000;
    private static final long NS_PER_S = 1_000_000_000L;

    private boolean on;
    private long next;
    private int fromTimestamp;
    private int spanTicks;
    private int intoTicks;
    private long startNs;
    private long dueNs = Long.MAX_VALUE;

    /** Begins at that keyframe, as what was captured up to {@code newestTimestamp} is there. */
    void start(long keyframe, int timestamp, int newestTimestamp, long nowNs) {
        int behind = Math.max(1, newestTimestamp - timestamp);
        on = true;
        next = keyframe;
        fromTimestamp = timestamp;
        intoTicks = Math.clamp(behind / LEAST_SPEED, 1, LONGEST_TICKS);
        spanTicks = behind + intoTicks;
        startNs = nowNs;
        dueNs = nowNs;
    }

    void stop() {
        on = false;
        dueNs = Long.MAX_VALUE;
    }

    boolean isOn() {
        return on;
    }

    /** The timestamp at which it will have caught up. */
    int toTimestamp() {
        return fromTimestamp + spanTicks;
    }

    /** How long it takes, by the viewer's clock. */
    int intoTicks() {
        return intoTicks;
    }

    /** The packet that is to be sent next. */
    long next() {
        return next;
    }

    /** True if a packet is to be sent by now; it counts as sent then. */
    boolean take(byte[] packet, long nowNs) {
        int since = BigEndian.i32(packet, 4) - fromTimestamp; // wraps as timestamps do
        long due = startNs + (long) since * intoTicks / spanTicks * NS_PER_S / TICKS_PER_S;
        if (due > nowNs) {
            dueNs = due;
            return false;
        }
        next++;
        return true;
    }

    /** When the next packet is due; {@link Long#MAX_VALUE} if none is. */
    long nextDeadlineNs() {
        return dueNs;
    }
}
