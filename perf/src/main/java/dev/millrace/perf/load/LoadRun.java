package dev.millrace.perf.load;

import dev.millrace.perf.load.Crowd.Totals;
import dev.millrace.perf.load.LimitWatch.Limit;
import dev.millrace.perf.load.Outcome.Reason;
import dev.millrace.perf.load.Seconds.Mark;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run from the first publisher to the last goodbye: publish, ramp, hold, leave; looks at the limits ten times a second and
 * takes a sample each second. Told the time; owned by one thread, but any may {@link #interrupt} it.
 */
final class LoadRun {
    static final long TICK_NS = 100_000_000;
    static final double TICKS_PER_S = 10;

    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;

    /** Nobody got a packet for so long: no hiccup of a server that will go on. */
    private static final double SILENCE_S = 3;

    /** From the first viewer's connection to its first packet; servers wait for key frames. */
    private static final double FIRST_PACKET_S = 10;

    /** So many who do not get in before anybody does: nobody will. */
    private static final long HOPELESS = 10;

    /** Goodbyes to a server that no longer answers. */
    private static final double LEAVE_S = 15;

    /** The first look at limits after the ramp began: compilers warm up, ours and maybe the server's. */
    private static final double GRACE_S = 2;

    /** Of the datagrams that came, so many not fetched in time: what is lost may be lost by us. */
    private static final double OWN_LOSS = 0.001;

    /** A look that is due every 100 ms and comes so much later: then pictures leave late, too. */
    private static final double LATE_MS = 250;

    /** Seconds in a row that were so late; one may be a compiler's. */
    private static final int LATE_SECONDS = 3;

    private final LoadPlan plan;
    private final Crowd crowd;
    private final Meters meters;
    private final JoinBook joins;
    private final DelayMeter delays;
    private final List<Side> sides;
    private final Consumer<Sample> onSample;
    private final Arrivals arrivals;
    private final SlidingWindow window;
    private final LimitWatch limits;
    private final Seconds seconds;
    private final LongSupplier clockNs;
    private final long startedNs;
    private Phase phase = Phase.PUBLISH;
    private Totals totals = Totals.ZERO;
    private @Nullable Outcome outcome;
    private @Nullable Departure departure;
    private volatile @Nullable String interruption;
    private @Nullable Mark phaseBegan;
    private @Nullable Mark phaseEnded;
    private double phaseStartS;
    private double rampBeganS;
    private double nextSampleS = 1;
    private double lastPacketS = -1;
    private double firstViewerS = -1;
    private long expectedTickNs;
    private long latestNs;
    private int lateSeconds;
    private boolean held;
    private int mostViewers;

    LoadRun(
            LoadPlan plan,
            Crowd crowd,
            Meters meters,
            JoinBook joins,
            DelayMeter delays,
            List<Side> sides,
            LongSupplier clockNs,
            Consumer<Sample> onSample) {
        this.plan = plan;
        this.crowd = crowd;
        this.meters = meters;
        this.joins = joins;
        this.delays = delays;
        this.sides = sides;
        this.onSample = onSample;
        this.clockNs = clockNs;
        this.arrivals = new Arrivals(plan, crowd, joins, clockNs);
        this.window = new SlidingWindow(slots(plan.limits()));
        this.limits = new LimitWatch(plan.limits());
        this.seconds = new Seconds(meters, delays, joins.now());
        this.startedNs = clockNs.getAsLong();
        this.expectedTickNs = startedNs;
    }

    /** Ticks that the sliding window of these limits is long. */
    static int slots(LoadPlan.Limits limits) {
        return Math.max(1, (int) Math.round(limits.windowS() * TICKS_PER_S));
    }

    /** Ends in an orderly way at the next tick; any thread. */
    void interrupt(String why) {
        interruption = why;
    }

    /** To be called every {@link #TICK_NS}; false when the run is over. */
    boolean tick() {
        long nowNs = clockNs.getAsLong();
        latestNs = Math.max(Math.max(latestNs, nowNs - expectedTickNs), crowd.takeLatestNs());
        expectedTickNs = nowNs + TICK_NS;
        double nowS = (nowNs - startedNs) / NS_PER_S;
        count(nowS);
        switch (phase) {
            case PUBLISH -> publish(nowS);
            case RAMP -> ramp(nowS);
            case HOLD -> hold(nowS);
            case LEAVE -> leave(nowS);
            case DONE -> {}
        }
        return phase != Phase.DONE;
    }

    /** Something of ours broke; false when it broke again. */
    boolean fail(String sentence) {
        boolean first = outcome == null;
        end((clockNs.getAsLong() - startedNs) / NS_PER_S, Reason.HARNESS_FAILED, sentence);
        return first;
    }

    private void count(double nowS) {
        Totals now = crowd.totals();
        if (now.packets() > totals.packets()) {
            lastPacketS = nowS;
        }
        totals = now;
        int viewers = arrivals.viewersUp();
        mostViewers = Math.max(mostViewers, viewers);
        delays.tick();
        JoinBook.Joins joined = joins.now();
        window.add(now, joined.connected(), joined.failed(), viewers);
        if (nowS >= nextSampleS) {
            nextSampleS = Math.floor(nowS) + 1;
            lateSeconds = latestNs / NS_PER_MS > LATE_MS ? lateSeconds + 1 : 0;
            onSample.accept(seconds.take(nowS, phase.word(), viewers, now, joined, latestNs));
            latestNs = 0;
        }
    }

    private void publish(double nowS) {
        boolean all = arrivals.publish();
        Throwable failed = arrivals.publishFailure();
        if (failed != null) {
            String stream = plan.target().stream(0, plan.audience().publishers());
            end(
                    nowS,
                    Reason.UNREACHABLE,
                    Refusals.sentence("publisher", plan.target().whip(stream), failed));
        } else if (all) {
            rampBeganS = nowS;
            enter(Phase.RAMP, nowS);
        }
        checkStopped(nowS);
    }

    private void enter(Phase next, double nowS) {
        phase = next;
        phaseStartS = nowS;
        phaseBegan = seconds.mark(nowS, totals);
        delays.beginPhase();
    }

    private void ramp(double nowS) {
        boolean others = tickSides(nowS);
        boolean all = arrivals.join(nowS - phaseStartS) && others;
        checkHopeless(nowS);
        checkDescriptors(nowS);
        checkStopped(nowS);
        if (phase == Phase.RAMP && nowS - phaseStartS >= GRACE_S) {
            look(nowS);
        }
        if (all && phase == Phase.RAMP) {
            held = true;
            enter(Phase.HOLD, nowS);
        }
    }

    /** True when nobody is left to come by any other way. */
    private boolean tickSides(double nowS) {
        boolean all = true;
        for (Side side : sides) {
            all &= side.tick(nowS - rampBeganS);
        }
        return all;
    }

    private void hold(double nowS) {
        tickSides(nowS);
        checkHopeless(nowS);
        checkStopped(nowS);
        if (phase == Phase.HOLD) {
            look(nowS);
        }
        if (phase == Phase.HOLD && nowS - phaseStartS >= plan.audience().holdS()) {
            end(nowS, Reason.FINISHED, "ran to its end");
        }
    }

    private void look(double nowS) {
        if (!window.isFull()) {
            return;
        }
        if (plan.audience().untilSaturated() && isOurLimit()) {
            end(nowS, Reason.HARNESS_SATURATED, ourLimit());
            return;
        }
        Limit passed = limits.look(nowS, window, delays.window());
        if (passed != null && plan.audience().untilSaturated()) {
            end(nowS, Reason.SATURATED, passed.sentence(plan.limits().windowS(), window.viewers()));
        }
    }

    /** Whether what is measured now may be our doing. */
    private boolean isOurLimit() {
        Totals now = window.totals();
        return now.ownDrops() > OWN_LOSS * now.packets() || lateSeconds >= LATE_SECONDS;
    }

    private String ourLimit() {
        return String.format(
                Locale.ROOT,
                "the harness, not the server, is at its limit with %d viewers (%s): the server carries at least %d. Give the"
                        + " harness more processors, or another machine",
                window.viewers(),
                lateSeconds >= LATE_SECONDS
                        ? "it waits for a processor"
                        : window.totals().ownDrops() + " datagrams of the last window were not fetched in time",
                limits.carried());
    }

    private void checkHopeless(double nowS) {
        JoinBook.Joins now = joins.now();
        long enough = Math.min(HOPELESS, plan.audience().viewers());
        Throwable first = joins.firstFailure();
        if (now.connected() == 0 && now.failed() >= enough && first != null) {
            String stream = plan.target().stream(0, plan.audience().publishers());
            end(
                    nowS,
                    Reason.UNREACHABLE,
                    Refusals.sentence("viewer", plan.target().whep(stream), first));
        }
    }

    /** Not the server's limit, but ours, and easily put right. */
    private void checkDescriptors(double nowS) {
        if (joins.isOutOfDescriptors()) {
            end(
                    nowS,
                    Reason.HARNESS_FAILED,
                    "the harness ran out of file descriptors, one for each viewer's socket, with "
                            + arrivals.viewersUp()
                            + " viewers: raise the limit in this shell (ulimit -n 65536) and run it again");
        }
    }

    private void checkStopped(double nowS) {
        String interrupted = interruption;
        if (interrupted != null) {
            end(nowS, Reason.INTERRUPTED, interrupted);
        } else if (meters.hasServer() && !meters.isServerThere()) {
            end(nowS, Reason.SERVER_STOPPED, "the server's process ended " + after(nowS));
        } else if (arrivals.publishersLost() > 0 && arrivals.publishersUp() == 0) {
            end(nowS, Reason.SERVER_STOPPED, "the publisher's connection ended " + after(nowS) + ": " + firstEnd());
        } else if (arrivals.viewersLost() > 0 && arrivals.viewersUp() == 0) {
            end(nowS, Reason.SERVER_STOPPED, "all viewers' connections ended " + after(nowS) + ": " + firstEnd());
        } else if (arrivals.viewersUp() > 0) {
            checkSilent(nowS);
        }
    }

    private void checkSilent(double nowS) {
        firstViewerS = firstViewerS < 0 ? nowS : firstViewerS;
        if (lastPacketS < 0 && nowS - firstViewerS > FIRST_PACKET_S) {
            end(
                    nowS,
                    Reason.UNREACHABLE,
                    String.format(
                            "viewers are connected, but none has got a packet for %.0f s: %s",
                            nowS - firstViewerS,
                            plan.audience().publishers() == 0 ? "is anybody publishing?" : "does the server forward?"));
        } else if (lastPacketS >= 0 && nowS - Math.max(lastPacketS, firstViewerS) > SILENCE_S) {
            end(
                    nowS,
                    Reason.SERVER_STOPPED,
                    "no viewer has got a packet for " + (int) SILENCE_S + " s: the server stopped, or stopped"
                            + " forwarding, " + after(lastPacketS));
        }
    }

    private static String after(double atS) {
        return String.format("after %.0f s", atS);
    }

    private String firstEnd() {
        String why = arrivals.firstEnd();
        return why == null ? "nobody said why" : why;
    }

    /** The measuring is over; everybody leaves. The first reason is the one that counts. */
    private void end(double nowS, Reason reason, String sentence) {
        if (outcome != null) {
            return;
        }
        outcome = new Outcome(reason, sentence);
        phaseEnded = seconds.mark(nowS, totals);
        phase = Phase.LEAVE;
        phaseStartS = nowS;
        departure = new Departure(arrivals.end());
    }

    private void leave(double nowS) {
        Departure all = departure;
        if (all == null || all.tick() || nowS - phaseStartS > LEAVE_S) {
            phase = Phase.DONE;
        }
    }

    // --- What came out, when it is over --------------------------------------------------------------------------

    Outcome outcome() {
        Outcome known = outcome;
        return known == null ? new Outcome(Reason.HARNESS_FAILED, "the run broke off") : known;
    }

    /** What the result's figures are of: the hold, or the ramp when it did not come so far. */
    String measuredPhase() {
        return held ? Phase.HOLD.word() : Phase.RAMP.word();
    }

    /** Counts at the beginning of that phase; null when there was none. */
    @Nullable
    Mark measuredFrom() {
        return phaseBegan;
    }

    @Nullable
    Mark measuredTo() {
        return phaseEnded;
    }

    List<Sample> samples() {
        return seconds.samples();
    }

    Arrivals arrivals() {
        return arrivals;
    }

    LimitWatch limits() {
        return limits;
    }

    Totals totals() {
        return totals;
    }

    int mostViewers() {
        return mostViewers;
    }

    int badGoodbyes() {
        Departure all = departure;
        return all == null ? 0 : all.failed();
    }
}
