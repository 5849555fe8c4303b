package dev.millrace.perf.load;

import dev.millrace.perf.load.Crowd.Totals;
import java.util.ArrayDeque;

/** What happened within the last so many ticks, out of counts that only grow. Owned by the run's thread. */
final class SlidingWindow {
    private final ArrayDeque<Counts> past = new ArrayDeque<>();
    private final int slots;

    /** Counts at one moment since the beginning, and how many viewers were there. */
    private record Counts(Totals totals, long joined, long failed, int viewers) {}

    /** @param slots ticks that the window is long */
    SlidingWindow(int slots) {
        this.slots = slots;
    }

    void add(Totals totals, long joined, long failed, int viewers) {
        past.addLast(new Counts(totals, joined, failed, viewers));
        if (past.size() > slots + 1) {
            past.removeFirst();
        }
    }

    /** Whether as much time has passed as it is long. */
    boolean isFull() {
        return past.size() == slots + 1;
    }

    Totals totals() {
        return past.size() < 2
                ? Totals.ZERO
                : past.getLast().totals().minus(past.getFirst().totals());
    }

    long joined() {
        return past.size() < 2 ? 0 : past.getLast().joined() - past.getFirst().joined();
    }

    long failed() {
        return past.size() < 2 ? 0 : past.getLast().failed() - past.getFirst().failed();
    }

    /** Who was there all of the time. */
    int viewers() {
        return past.stream().mapToInt(Counts::viewers).min().orElse(0);
    }
}
