package dev.millrace.perf.load;

import dev.millrace.perf.load.Crowd.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Who is let in when: the publishers a few at a time, the viewers at the ramp's pace. Safe for any thread. */
final class Arrivals {
    /** Publishers who connect at once; all viewers wait for them anyway. */
    private static final int PUBLISHERS_AT_ONCE = 8;

    private final LoadPlan plan;
    private final Crowd crowd;
    private final JoinBook joins;
    private final LongSupplier clockNs;
    private final List<Member> members = new ArrayList<>();
    private int publishersBegun;
    private int publishersUnderWay;
    private int publishersUp;
    private int publishersLost;
    private int viewersBegun;
    private int viewersUnderWay;
    private int viewersUp;
    private int viewersLost;
    private boolean heldBack;
    private boolean over;
    private @Nullable Throwable publishFailure;
    private @Nullable String firstEnd;

    Arrivals(LoadPlan plan, Crowd crowd, JoinBook joins, LongSupplier clockNs) {
        this.plan = plan;
        this.crowd = crowd;
        this.joins = joins;
        this.clockNs = clockNs;
    }

    /** Begins the publishers that may begin now; true when all are there. */
    boolean publish() {
        int all = plan.audience().publishers();
        List<String> begin = new ArrayList<>();
        synchronized (this) {
            while (publishersBegun < all && publishersUnderWay < PUBLISHERS_AT_ONCE && publishFailure == null) {
                begin.add(plan.target().stream(publishersBegun++, all));
                publishersUnderWay++;
            }
        }
        for (String stream : begin) {
            var unused = crowd.publish(stream).whenComplete((member, failed) -> onPublisher(member, failed));
        }
        synchronized (this) {
            return publishersUp == all;
        }
    }

    private synchronized void onPublisher(@Nullable Member member, @Nullable Throwable failed) {
        publishersUnderWay--;
        if (member == null) {
            publishFailure = publishFailure == null ? failed : publishFailure;
            return;
        }
        members.add(member);
        publishersUp++;
        var unused = member.ended().thenAccept(why -> onPublisherEnded(why));
    }

    private synchronized void onPublisherEnded(String why) {
        if (over) {
            return;
        }
        publishersUp--;
        publishersLost++;
        firstEnd = firstEnd == null ? why : firstEnd;
    }

    /** Begins the viewers that are due; true when nobody is left to come and nobody is on the way. */
    boolean join(double sinceRampBeganS) {
        int all = plan.audience().viewers();
        long due = Math.min(all, 1 + (long) (sinceRampBeganS * plan.audience().rampPerS()));
        List<String> begin = new ArrayList<>();
        synchronized (this) {
            while (viewersBegun < due && viewersUnderWay < plan.audience().atOnce()) {
                int streams = Math.max(1, plan.audience().publishers());
                begin.add(plan.target().stream(viewersBegun++ % streams, streams));
                viewersUnderWay++;
            }
            heldBack |= viewersBegun < due;
        }
        begin.forEach(this::play);
        synchronized (this) {
            return viewersBegun >= all && viewersUnderWay == 0;
        }
    }

    private void play(String stream) {
        joins.begin();
        long beganNs = clockNs.getAsLong();
        var unused = crowd.play(stream).whenComplete((member, failed) -> onViewer(member, failed, beganNs));
    }

    private void onViewer(@Nullable Member member, @Nullable Throwable failed, long beganNs) {
        if (member == null) {
            joins.failed(failed == null ? new IllegalStateException("no reason") : failed);
        } else {
            joins.joined(clockNs.getAsLong() - beganNs);
        }
        synchronized (this) {
            viewersUnderWay--;
            if (member != null) {
                members.add(member);
                viewersUp++;
            }
        }
        if (member != null) {
            var unused = member.ended().thenAccept(why -> onViewerEnded(why));
        }
    }

    private synchronized void onViewerEnded(String why) {
        if (over) {
            return;
        }
        viewersUp--;
        viewersLost++;
        firstEnd = firstEnd == null ? why : firstEnd;
    }

    /** Everybody leaves now: connections that end are no longer lost. Answers who is or was there, publishers first. */
    synchronized List<Member> end() {
        over = true;
        return List.copyOf(members);
    }

    synchronized int viewersUp() {
        return viewersUp;
    }

    synchronized int viewersLost() {
        return viewersLost;
    }

    synchronized int publishersUp() {
        return publishersUp;
    }

    synchronized int publishersLost() {
        return publishersLost;
    }

    /** Why the first publisher that did not get in did not. */
    synchronized @Nullable Throwable publishFailure() {
        return publishFailure;
    }

    /** What the first connection that ended before its time ended by. */
    synchronized @Nullable String firstEnd() {
        return firstEnd;
    }

    /** Whether the ramp was slower than asked for because too many joins were under way. */
    synchronized boolean isHeldBack() {
        return heldBack;
    }
}
