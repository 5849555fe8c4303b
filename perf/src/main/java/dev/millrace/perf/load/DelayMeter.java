package dev.millrace.perf.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Delays of packets by the hundred thousand a second: over a sliding window, over the last second, over a phase. Each loop writes
 * into a recorder of its own; the run's thread reads.
 */
final class DelayMeter {
    /** In microseconds: a minute is beyond any delay that means anything. */
    private static final long MOST_US = 60_000_000;

    /** Two digits: 1 % is finer than any two runs agree. */
    private static final int DIGITS = 2;

    private static final double US_PER_MS = 1000;

    private final List<SingleWriterRecorder> recorders = new ArrayList<>();
    private final List<SingleWriterRecorder> settled = new ArrayList<>();
    private final ArrayDeque<Histogram> window = new ArrayDeque<>();
    private final int slots;
    private final Histogram second = histogram();
    private final Histogram phase = histogram();
    private final Histogram settledSecond = histogram();
    private final Histogram settledPhase = histogram();
    private final Histogram ofLoop = histogram();

    /** @param slots calls of {@link #tick} that a window is long */
    DelayMeter(int slots) {
        this.slots = slots;
    }

    static Histogram histogram() {
        return new Histogram(1, MOST_US, DIGITS);
    }

    /** For one thread, which hands in nanoseconds; before the run. */
    LongConsumer writer() {
        return writer(recorders);
    }

    /** As {@link #writer}, for what came to viewers who are settled: a newcomer may begin with what is late on purpose. */
    LongConsumer settledWriter() {
        return writer(settled);
    }

    private static LongConsumer writer(List<SingleWriterRecorder> into) {
        SingleWriterRecorder recorder = new SingleWriterRecorder(1, MOST_US, DIGITS);
        into.add(recorder);
        return delayNs -> recorder.recordValue(Math.clamp(delayNs / 1000, 0, MOST_US));
    }

    /** A slot of the window is over. */
    void tick() {
        Histogram slot = window.size() < slots ? histogram() : window.removeFirst();
        slot.reset();
        for (SingleWriterRecorder recorder : settled) {
            recorder.getIntervalHistogramInto(ofLoop);
            slot.add(ofLoop);
        }
        window.addLast(slot);
        settledSecond.add(slot);
        settledPhase.add(slot);
        for (SingleWriterRecorder recorder : recorders) {
            recorder.getIntervalHistogramInto(ofLoop);
            second.add(ofLoop);
            phase.add(ofLoop);
        }
    }

    /**
     * The window as it is now, of settled viewers: that a newcomer begins with a keyframe of a second ago says nothing of what
     * the server carries. All zero when nothing came.
     */
    Quantiles window() {
        Histogram sum = histogram();
        window.forEach(sum::add);
        return Quantiles.of(sum);
    }

    /** What came since the last call. */
    Quantiles takeSecond() {
        Quantiles last = Quantiles.of(second);
        second.reset();
        return last;
    }

    /** As {@link #takeSecond}, of settled viewers. */
    Quantiles takeSettledSecond() {
        Quantiles last = Quantiles.of(settledSecond);
        settledSecond.reset();
        return last;
    }

    Quantiles settledPhase() {
        return Quantiles.of(settledPhase);
    }

    /** What counts as the result begins now. */
    void beginPhase() {
        phase.reset();
        settledPhase.reset();
    }

    Quantiles phase() {
        return Quantiles.of(phase);
    }

    /**
     * A distribution in milliseconds.
     *
     * @param count of what it was made, 0 when there was nothing
     */
    record Quantiles(long count, double p50, double p95, double p99, double max) {
        static Quantiles of(Histogram us) {
            return us.getTotalCount() == 0
                    ? new Quantiles(0, 0, 0, 0, 0)
                    : new Quantiles(
                            us.getTotalCount(),
                            us.getValueAtPercentile(50) / US_PER_MS,
                            us.getValueAtPercentile(95) / US_PER_MS,
                            us.getValueAtPercentile(99) / US_PER_MS,
                            us.getMaxValue() / US_PER_MS);
        }
    }
}
