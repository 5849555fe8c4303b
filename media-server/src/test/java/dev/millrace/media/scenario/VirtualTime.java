package dev.millrace.media.scenario;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The clock of a run: jumps from event to event, those of one moment in the order they were asked for. */
final class VirtualTime {
    static final long MS = 1_000_000L;
    static final long SECOND = 1000 * MS;

    /** Not zero, so that nothing mistakes a moment for "never". */
    static final long START_NS = 1000 * SECOND;

    private record Event(long atNs, long order, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    private long order;
    private long nowNs = START_NS;

    long nowNs() {
        return nowNs;
    }

    void at(long atNs, Runnable action) {
        events.add(new Event(Math.max(atNs, nowNs), order++, action));
    }

    void after(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    /** Again and again, first after {@code phaseNs}. */
    void every(long periodNs, long phaseNs, Runnable action) {
        after(phaseNs, () -> {
            action.run();
            every(periodNs, periodNs, action);
        });
    }

    void runUntil(long endNs) {
        for (Event next = events.peek(); next != null && next.atNs() <= endNs; next = events.peek()) {
            events.remove();
            nowNs = next.atNs();
            next.action().run();
        }
        nowNs = endNs;
    }
}
