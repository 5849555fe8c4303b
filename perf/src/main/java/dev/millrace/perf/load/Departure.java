package dev.millrace.perf.load;

import dev.millrace.perf.load.Crowd.Member;
import java.util.List;

/** Everybody goes, viewers before their publishers, a few at a time. Safe for any thread. */
final class Departure {
    /** Each is an HTTP connection while it lasts. */
    private static final int AT_ONCE = 32;

    private final List<Member> members;
    private int begun;
    private int underWay;
    private int failed;

    Departure(List<Member> members) {
        this.members = members.reversed();
    }

    /** True when all have gone. */
    boolean tick() {
        while (true) {
            Member next;
            synchronized (this) {
                if (begun == members.size() || underWay >= AT_ONCE) {
                    return begun == members.size() && underWay == 0;
                }
                next = members.get(begun++);
                underWay++;
            }
            var unused = next.leave().whenComplete((status, why) -> onLeft(why == null && status / 100 == 2));
        }
    }

    private synchronized void onLeft(boolean well) {
        underWay--;
        failed += well ? 0 : 1;
    }

    /** Who was not let go by a 2xx. */
    synchronized int failed() {
        return failed;
    }
}
