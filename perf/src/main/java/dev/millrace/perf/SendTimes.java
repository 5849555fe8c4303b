package dev.millrace.perf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * When each piece of a stream's video left its publisher, for the viewers in the same process: the one clock of both makes
 * the difference the forward delay. Written by the publisher's loop, read by any.
 */
public final class SendTimes {
    /** What comes back was sent within the last second or two: ten times its packets, so that few overwrite another. */
    private static final int SLOTS = 8192;

    private static final VarHandle LONG = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] keys = new long[SLOTS];
    private final long[] times = new long[SLOTS];

    /** That payload leaves now; a layer's, or the same again in a clip's next round. */
    void put(long key, long nowNs) {
        int slot = slot(key);
        LONG.setOpaque(keys, slot, 0L); // nobody may read the new key with the old time
        LONG.setRelease(times, slot, nowNs);
        LONG.setRelease(keys, slot, key);
    }

    /** When it left, or {@link Long#MIN_VALUE} if it is not known. */
    long find(long key) {
        int slot = slot(key);
        if ((long) LONG.getAcquire(keys, slot) != key) {
            return Long.MIN_VALUE;
        }
        long time = (long) LONG.getAcquire(times, slot);
        return (long) LONG.getOpaque(keys, slot) == key ? time : Long.MIN_VALUE;
    }

    private static int slot(long key) {
        return (int) (key >>> 40) & (SLOTS - 1);
    }
}
