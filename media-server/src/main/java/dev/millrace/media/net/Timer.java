package dev.millrace.media.net;

/** One deadline that can be set, moved and cancelled any number of times without allocation; owned by one loop. */
public final class Timer {
    static final int NOT_SET = -1;

    final Deadline deadline;
    long deadlineNs = Long.MAX_VALUE;
    long order;
    int heapIndex = NOT_SET;

    public Timer(Deadline deadline) {
        this.deadline = deadline;
    }

    public boolean isSet() {
        return heapIndex != NOT_SET;
    }

    /** When it is due, monotonic; Long.MAX_VALUE when not set. */
    public long deadlineNs() {
        return deadlineNs;
    }

    boolean before(Timer other) {
        return deadlineNs < other.deadlineNs || (deadlineNs == other.deadlineNs && order < other.order);
    }
}
