package dev.millrace.media.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one event loop: a binary heap that knows each timer's place, so setting, moving and cancelling cost
 * O(log n) and allocate nothing. Equal deadlines fire in the order they were set. Owned by the loop's thread.
 */
public final class Timers {
    private static final int INITIAL_TIMERS = 64;

    private @Nullable Timer[] heap = new @Nullable Timer[INITIAL_TIMERS];
    private int size;
    private long nextOrder;

    /** While due timers run: their now; what is set for earlier waits for the next run, so no run lasts forever. */
    private long runningNs = Long.MIN_VALUE;

    /** Sets or moves the timer; Long.MAX_VALUE cancels it. */
    public void set(Timer timer, long deadlineNs) {
        if (deadlineNs == Long.MAX_VALUE) {
            cancel(timer);
            return;
        }
        long effectiveNs = runningNs != Long.MIN_VALUE && deadlineNs <= runningNs ? runningNs + 1 : deadlineNs;
        if (timer.isSet() && timer.deadlineNs == effectiveNs) {
            return;
        }
        timer.deadlineNs = effectiveNs;
        timer.order = nextOrder++;
        if (timer.isSet()) {
            siftDown(timer, siftUp(timer, timer.heapIndex));
        } else {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            siftUp(timer, size++);
        }
    }

    /** Does nothing when the timer is not set. */
    public void cancel(Timer timer) {
        if (timer.isSet()) {
            removeAt(timer.heapIndex);
        }
    }

    /** When the next timer is due; Long.MAX_VALUE when none is set. */
    public long nextDeadlineNs() {
        return size == 0 ? Long.MAX_VALUE : at(0).deadlineNs;
    }

    public int size() {
        return size;
    }

    /** Runs all timers due by now, in order; an exception passes on, that timer is done and the others stay set. */
    public void runDue(long nowNs) {
        runningNs = nowNs;
        try {
            while (size > 0 && at(0).deadlineNs <= nowNs) {
                Timer due = at(0);
                removeAt(0);
                due.deadline.onDeadline(nowNs);
            }
        } finally {
            runningNs = Long.MIN_VALUE;
        }
    }

    private Timer at(int index) {
        Timer timer = heap[index];
        if (timer == null) {
            throw new IllegalStateException("heap of " + size + " is empty at " + index);
        }
        return timer;
    }

    private void removeAt(int index) {
        Timer removed = at(index);
        removed.heapIndex = Timer.NOT_SET;
        removed.deadlineNs = Long.MAX_VALUE;
        Timer last = at(--size);
        heap[size] = null;
        if (last != removed) {
            siftDown(last, siftUp(last, index));
        }
    }

    private int siftUp(Timer timer, int from) {
        int index = from;
        while (index > 0) {
            Timer parent = at((index - 1) >>> 1);
            if (!timer.before(parent)) {
                break;
            }
            place(parent, index);
            index = (index - 1) >>> 1;
        }
        place(timer, index);
        return index;
    }

    private void siftDown(Timer timer, int from) {
        int index = from;
        for (int child = 2 * index + 1; child < size; child = 2 * index + 1) {
            if (child + 1 < size && at(child + 1).before(at(child))) {
                child++;
            }
            if (!at(child).before(timer)) {
                break;
            }
            place(at(child), index);
            index = child;
        }
        place(timer, index);
    }

    private void place(Timer timer, int index) {
        heap[index] = timer;
        timer.heapIndex = index;
    }
}
