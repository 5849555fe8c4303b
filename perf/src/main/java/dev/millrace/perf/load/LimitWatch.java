package dev.millrace.perf.load;

import dev.millrace.perf.load.DelayMeter.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The limits of a run: which was passed, when, with how many viewers, and how many were carried within all of them. */
final class LimitWatch {
    /** A 99th percentile of fewer says nothing. */
    private static final long DELAYS_NEEDED = 100;

    /** One failed join of two is an accident. */
    private static final long FAILURES_NEEDED = 3;

    private final List<Limit> limits;
    private final Limit loss;
    private final Limit delay;
    private final Limit joins;
    private int carried;

    /** How many the newest window over a limit showed to be too many; 0 = none was over. */
    private int tooMany;

    LimitWatch(LoadPlan.Limits wanted) {
        loss = new Limit("loss", "ratio", wanted.loss());
        delay = new Limit("delay-p99", "ms", wanted.delayMs());
        joins = new Limit("failed-joins", "ratio", wanted.joins());
        limits = List.of(loss, delay, joins);
    }

    /**
     * A look at the window as it is now.
     *
     * @return the limit that is passed now, or null
     */
    @Nullable
    Limit look(double atS, SlidingWindow window, Quantiles delays) {
        int viewers = window.viewers();
        long tried = window.joined() + window.failed();
        loss.look(atS, viewers, window.totals().loss());
        delay.look(atS, viewers, delays.count() >= DELAYS_NEEDED ? delays.p99() : 0);
        joins.look(atS, viewers, window.failed() >= FAILURES_NEEDED ? (double) window.failed() / tried : 0);
        Limit passed = limits.stream().filter(Limit::isOver).findFirst().orElse(null);
        if (passed == null) {
            carried = Math.max(carried, viewers == tooMany ? viewers - 1 : viewers);
        } else {
            // Who does not get in is one too many; those who are there may have all they need.
            tooMany = passed == joins ? viewers + 1 : viewers;
            carried = Math.clamp(tooMany - 1, 0, carried);
        }
        return passed;
    }

    /**
     * The most viewers that were there for a whole window within all limits, and too many in no later one. A limit passed on the
     * way says nothing any more once more viewers than then are within all limits; as many again do not take it back.
     */
    int carried() {
        return carried;
    }

    /** A limit says that no more are carried, not that no more came. */
    boolean isReached() {
        return tooMany > carried;
    }

    List<Passed> passed() {
        List<Passed> all = new ArrayList<>();
        for (Limit limit : limits) {
            all.add(new Passed(
                    limit.name,
                    limit.unit,
                    limit.most,
                    limit.passedAtS,
                    limit.viewersThen,
                    limit.lastAtS,
                    limit.viewersLast,
                    limit.worst,
                    limit.looksOver));
        }
        return all;
    }

    /**
     * One limit after a run.
     *
     * @param passedAtS when it was passed first, in seconds of the run; null = never
     * @param viewersThen how many were there
     * @param lastAtS when it was passed last; null = never
     * @param viewersLast how many were there
     * @param worst the worst window of the run
     * @param looksOver how many looks, ten a second, found it passed
     */
    record Passed(
            String name,
            String unit,
            double limit,
            @Nullable Double passedAtS,
            int viewersThen,
            @Nullable Double lastAtS,
            int viewersLast,
            double worst,
            long looksOver) {}

    /** One limit while the run goes on. */
    static final class Limit {
        private final String name;
        private final String unit;
        private final double most;
        private @Nullable Double passedAtS;
        private int viewersThen;
        private @Nullable Double lastAtS;
        private int viewersLast;
        private double worst;
        private double now;
        private long looksOver;

        Limit(String name, String unit, double most) {
            this.name = name;
            this.unit = unit;
            this.most = most;
        }

        private void look(double atS, int viewers, double value) {
            now = value;
            worst = Math.max(worst, value);
            if (!isOver()) {
                return;
            }
            looksOver++;
            lastAtS = atS;
            viewersLast = viewers;
            if (passedAtS == null) {
                passedAtS = atS;
                viewersThen = viewers;
            }
        }

        private boolean isOver() {
            return now > most;
        }

        String sentence(double windowS, int viewers) {
            return switch (name) {
                case "loss" ->
                    String.format(
                            Locale.ROOT,
                            "loss of %.2f %% over %.3g s passed the limit of %.2f %% with %d viewers",
                            100 * now,
                            windowS,
                            100 * most,
                            viewers);
                case "delay-p99" ->
                    String.format(
                            Locale.ROOT,
                            "forward delay p99 of %.1f ms over %.3g s passed the limit of %.1f ms with %d viewers",
                            now,
                            windowS,
                            most,
                            viewers);
                default ->
                    String.format(
                            Locale.ROOT,
                            "%.0f %% of the joins of %.3g s failed, over the limit of %.0f %%, with %d viewers",
                            100 * now,
                            windowS,
                            100 * most,
                            viewers);
            };
        }
    }
}
