package dev.millrace.perf.load;

import dev.millrace.perf.load.Crowd.Member;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Viewers who come and go beside those who stay, at a steady rate; most say DELETE, some are gone without a word, as closed
 * laptops are. Safe for any thread; {@link #tick} is the run's.
 */
final class Churn implements Side {
    /** One of so many leaves without a word. */
    static final int VANISHES = 10;

    /** For the goodbyes at the end. */
    private static final long LEAVE_S = 15;

    private final LoadPlan plan;
    private final Crowd crowd;
    private final JoinBook joins;
    private final LongSupplier clockNs;

    /** In the order in which they leave. */
    private final ArrayDeque<Guest> guests = new ArrayDeque<>();

    private long begun;
    private long joined;
    private long deleted;
    private long vanished;
    private long badGoodbyes;
    private long broken;
    private int joining;
    private int leaving;
    private long departures;
    private boolean over;

    private record Guest(Member member, long leavesNs) {}

    /**
     * What became of those who came and went.
     *
     * @param deleted who left by DELETE
     * @param vanished who left without a word
     * @param badGoodbyes whose DELETE was not answered by a 2xx
     * @param broken whose connection ended before they left
     */
    record Counts(long begun, long joined, long deleted, long vanished, long badGoodbyes, long broken) {}

    Churn(LoadPlan plan, Crowd crowd, JoinBook joins, LongSupplier clockNs) {
        this.plan = plan;
        this.crowd = crowd;
        this.joins = joins;
        this.clockNs = clockNs;
    }

    /** They come once the ramp begins, and nobody waits for them. */
    @Override
    public boolean tick(double sinceRampBeganS) {
        long due = (long) (sinceRampBeganS * plan.audience().churnPerS());
        while (mayBegin(due)) {
            play();
        }
        for (Guest next = leaver(); next != null; next = leaver()) {
            leave(next.member());
        }
        return true;
    }

    private synchronized boolean mayBegin(long due) {
        if (over || begun >= due || joining >= plan.audience().atOnce()) {
            return false;
        }
        begun++;
        joining++;
        return true;
    }

    private void play() {
        joins.begin();
        long beganNs = clockNs.getAsLong();
        int streams = Math.max(1, plan.audience().publishers());
        String stream = plan.target().stream((int) (begun() % streams), streams);
        var unused = crowd.play(stream).whenComplete((member, failed) -> onJoined(member, failed, beganNs));
    }

    private synchronized long begun() {
        return begun;
    }

    private void onJoined(@Nullable Member member, @Nullable Throwable failed, long beganNs) {
        long nowNs = clockNs.getAsLong();
        if (member == null) {
            joins.failed(failed == null ? new IllegalStateException("no reason") : failed);
        } else {
            joins.joined(nowNs - beganNs);
        }
        synchronized (this) {
            joining--;
            if (member != null) {
                joined++;
                guests.add(new Guest(member, nowNs + (long) (plan.audience().churnStayS() * 1e9)));
            }
            notifyAll();
        }
        if (member != null) {
            var unused = member.ended().thenAccept(why -> onEnded(member));
        }
    }

    /** The server's goodbye may overtake its answer to DELETE: that is no broken connection. */
    private synchronized void onEnded(Member member) {
        broken += guests.removeIf(guest -> guest.member() == member) ? 1 : 0;
    }

    private synchronized @Nullable Guest leaver() {
        Guest next = guests.peekFirst();
        boolean goes = next != null && (over || next.leavesNs() <= clockNs.getAsLong());
        return goes ? guests.removeFirst() : null;
    }

    private void leave(Member member) {
        boolean silently;
        synchronized (this) {
            silently = ++departures % VANISHES == 0;
            vanished += silently ? 1 : 0;
            leaving += silently ? 0 : 1;
        }
        if (silently) {
            member.vanish();
        } else {
            var unused = member.leave().whenComplete((status, why) -> onLeft(why == null && status / 100 == 2));
        }
    }

    private synchronized void onLeft(boolean well) {
        leaving--;
        deleted++;
        badGoodbyes += well ? 0 : 1;
        notifyAll();
    }

    /** The run is over: all leave; returns when they have, or when it takes too long. */
    void end() {
        synchronized (this) {
            over = true;
        }
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEAVE_S);
        try {
            while (!isEmpty() && System.nanoTime() < untilNs) {
                for (Guest next = leaver(); next != null; next = leaver()) {
                    leave(next.member());
                }
                synchronized (this) {
                    wait(10);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isEmpty() {
        return joining == 0 && leaving == 0 && guests.isEmpty();
    }

    synchronized Counts counts() {
        return new Counts(begun, joined, deleted, vanished, badGoodbyes, broken);
    }
}
