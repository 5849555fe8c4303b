package dev.millrace.e2e;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for something another process does: looks every 50 ms, and says what was last seen when time is up. */
final class Await {
    /**
     * For what has to come, however busy the machine: how fast it does is said by figures. Longer than a page's first
     * try to connect takes to give up (12 s) and its second to succeed.
     */
    static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final long LOOK_EVERY_MS = 50;

    private Await() {}

    static <T> T until(String what, Duration limit, Supplier<T> look, Predicate<? super T> good) {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        T seen = look.get();
        while (!good.test(seen)) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("within " + limit + " not: " + what + "; last seen: " + seen);
            }
            pause(LOOK_EVERY_MS);
            seen = look.get();
        }
        return seen;
    }

    static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the test was interrupted", stopped);
        }
    }
}
