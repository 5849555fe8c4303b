package dev.millrace.media.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * Sees when a media loop does not come around: a cycle that takes over 5 ms, or a wake-up as late, counted by what the loop
 * was at, and told to the flight recorder.
 *
 * <p>The loop's thread writes, any thread reads; told the time, and allocates nothing while nothing stalls.
 */
@SuppressWarnings("EnumOrdinal") // an index into arrays made from the same enum
public final class LoopWatch {
    /** What a cycle consists of, in its order. */
    public enum Stage {
        /** The loop was to wake up for a timer, and got no processor. */
        WAIT,
        /** Packets in: decrypted, routed, rewritten, encrypted. */
        RECEIVE,
        /** What other threads asked for; packets from publishers on other loops too. */
        TASKS,
        TIMERS,
        /** The kernel took the packets. */
        FLUSH;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** The name that metrics and the flight recorder carry. */
        public String label() {
            return label;
        }
    }

    /** A packet every 5 ms is 200 a second: a loop that stays away longer is felt in every stream it carries. */
    public static final long STALL_NS = 5_000_000L;

    /** The longest stall is that of the last one to two minutes. */
    private static final long WINDOW_NS = 60_000_000_000L;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int LONGEST = Stage.values().length;
    private static final int LONGEST_BEFORE = LONGEST + 1;

    private final int loop;
    private final long[] cells = new long[LONGEST + 2];
    private final long[] stageNs = new long[LONGEST];
    private long turnNs = Long.MIN_VALUE;
    private long endedNs = Long.MIN_VALUE;

    public LoopWatch(int loop) {
        this.loop = loop;
    }

    /**
     * One cycle is over.
     *
     * @param dueNs when its first timer was to run, {@link Long#MAX_VALUE} if none was set
     * @param startNs when it woke up; each of the following times is the end of the next stage
     */
    public void onCycle(long dueNs, long startNs, long receivedNs, long tasksNs, long timersNs, long endNs) {
        boolean timed = dueNs != Long.MAX_VALUE && endedNs != Long.MIN_VALUE;
        long lateNs = timed ? startNs - Math.max(dueNs, endedNs) : 0;
        endedNs = endNs;
        if (endNs >= turnNs) {
            turn(endNs);
        }
        if (lateNs >= STALL_NS || endNs - startNs >= STALL_NS) {
            stalled(lateNs, startNs, receivedNs, tasksNs, timersNs, endNs);
        }
    }

    private void stalled(long lateNs, long startNs, long receivedNs, long tasksNs, long timersNs, long endNs) {
        stageNs[Stage.WAIT.ordinal()] = lateNs >= STALL_NS ? lateNs : 0;
        stageNs[Stage.RECEIVE.ordinal()] = receivedNs - startNs;
        stageNs[Stage.TASKS.ordinal()] = tasksNs - receivedNs;
        stageNs[Stage.TIMERS.ordinal()] = timersNs - tasksNs;
        stageNs[Stage.FLUSH.ordinal()] = endNs - timersNs;
        int longest = 0;
        long sumNs = 0;
        for (int i = 0; i < stageNs.length; i++) {
            sumNs += stageNs[i];
            longest = stageNs[i] > stageNs[longest] ? i : longest;
        }
        CELL.setOpaque(cells, longest, cells[longest] + 1);
        if (sumNs > cells[LONGEST]) {
            CELL.setOpaque(cells, LONGEST, sumNs);
        }
        FlightEvents.loopStall(loop, Stage.values()[longest], stageNs, sumNs);
    }

    private void turn(long nowNs) {
        turnNs = nowNs + WINDOW_NS;
        CELL.setOpaque(cells, LONGEST_BEFORE, cells[LONGEST]);
        CELL.setOpaque(cells, LONGEST, 0L);
    }

    /** Stalls since the start that were mostly of that stage. */
    public long stalls(Stage stage) {
        return (long) CELL.getOpaque(cells, stage.ordinal());
    }

    /** The longest stall of the last one to two minutes, 0 if there was none. */
    public long longestNs() {
        return Math.max((long) CELL.getOpaque(cells, LONGEST), (long) CELL.getOpaque(cells, LONGEST_BEFORE));
    }
}
