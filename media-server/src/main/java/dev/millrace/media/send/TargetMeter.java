package dev.millrace.media.send;

import dev.millrace.media.rtp.codec.DecodeTargets;
import java.util.Arrays;

/** Measures what each decode target of one layer takes, over the last second; owned by its loop. */
final class TargetMeter {
    private static final long NS_PER_S = 1_000_000_000L;

    /** A second in steps, so that what is said is never older than a quarter of one. */
    private static final int STEPS = 4;

    private static final long STEP_NS = NS_PER_S / STEPS;

    /** After a start, where the keyframe weighs too much, so many steps pass before anything is said. */
    private static final int LEAST_STEPS = 2;

    private final long[] bytes = new long[STEPS * DecodeTargets.MAX];
    private final long[] lengthsNs = new long[STEPS];
    private final long[] bitratesBps = new long[DecodeTargets.MAX];
    private int step;
    private int steps;
    private long stepStartNs;
    private boolean running;

    void reset() {
        Arrays.fill(bitratesBps, 0);
        restart();
    }

    /** What was measured stays; the window begins anew. */
    void restart() {
        running = false;
        steps = 0;
    }

    void add(int present, DecodeTargets targets, int packetBytes, long nowNs) {
        if (!running || nowNs - stepStartNs > NS_PER_S) {
            // A pause is no part of what the layer takes while it flows.
            steps = 0;
            running = true;
            step = 0;
            begin(nowNs);
        } else if (nowNs - stepStartNs >= STEP_NS) {
            finish(targets.count(), nowNs);
        }
        int at = step * DecodeTargets.MAX;
        for (int i = 0; i < targets.count(); i++) {
            bytes[at + i] += (present >>> targets.bit(i) & 1) * (long) packetBytes;
        }
    }

    private void begin(long nowNs) {
        stepStartNs = nowNs;
        int at = step * DecodeTargets.MAX;
        Arrays.fill(bytes, at, at + DecodeTargets.MAX, 0);
    }

    private void finish(int targets, long nowNs) {
        lengthsNs[step] = nowNs - stepStartNs;
        steps = Math.min(steps + 1, STEPS);
        long totalNs = 0;
        for (int k = 0; k < steps; k++) {
            totalNs += lengthsNs[(step + STEPS - k) % STEPS];
        }
        for (int i = 0; i < targets && steps >= LEAST_STEPS; i++) {
            long sum = 0;
            for (int k = 0; k < steps; k++) {
                sum += bytes[(step + STEPS - k) % STEPS * DecodeTargets.MAX + i];
            }
            long measured = sum * 8 * NS_PER_S / totalNs;
            // A keyframe in the window is no more than a bump.
            bitratesBps[i] = bitratesBps[i] == 0 ? measured : (2 * bitratesBps[i] + measured) / 3;
        }
        step = (step + 1) % STEPS;
        begin(nowNs);
    }

    /** Everything the target needs; the last known while nothing comes; 0 if nothing is known. */
    long bitrateBps(int target) {
        return bitratesBps[target];
    }
}
