package dev.millrace.media.origin;

import java.util.concurrent.atomic.AtomicInteger;

/** How many requests may be held back at once, of all streams together. Any thread. */
final class HeldBudget {
    /** 0 for no limit. */
    private final int most;

    private final AtomicInteger held = new AtomicInteger();

    HeldBudget(int most) {
        this.most = most;
    }

    /** False if there is no room for it; else it counts until it is over. */
    boolean admit(Held request) {
        if (held.incrementAndGet() > most && most > 0) {
            held.decrementAndGet();
            return false;
        }
        var unused = request.whenComplete((reply, fault) -> held.decrementAndGet());
        return true;
    }

    int held() {
        return held.get();
    }
}
