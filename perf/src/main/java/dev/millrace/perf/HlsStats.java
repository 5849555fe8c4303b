package dev.millrace.perf;

import java.util.Arrays;

/**
 * What an audience of segments went through.
 *
 * @param viewers that were started, of which {@code playing} play
 * @param playlists that were loaded, {@code pieces} of media that came
 * @param objects different addresses that were asked for, playlists by number among them
 * @param errors answers that were not 200, and connections that broke
 * @param stalls of all viewers together, which took {@code stalledS} in all
 * @param behindS how far the viewers play behind capture, the middle one
 * @param delaysMs from the end of each piece on the wall clock until a viewer had it, sorted
 * @param late of all pieces those that came later than the fastest by more than their own length, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HlsStats(
        int viewers,
        int playing,
        long playlists,
        long pieces,
        long objects,
        long errors,
        int stalls,
        double stalledS,
        double behindS,
        float[] delaysMs,
        double late) {
    /** The p-th percentile of {@link #delaysMs}; NaN if there are none. */
    public double delayMs(double p) {
        return delaysMs.length == 0
                ? Double.NaN
                : delaysMs[(int) Math.min(delaysMs.length - 1L, Math.round(p / 100 * (delaysMs.length - 1)))];
    }

    /** Delays and lengths of pieces as they come in. */
    static final class Recorder {
        private float[] delays = new float[1024];
        private float[] lengths = new float[1024];
        private int count;

        void add(double delayMs, double lengthMs) {
            if (count == delays.length) {
                delays = Arrays.copyOf(delays, 2 * count);
                lengths = Arrays.copyOf(lengths, 2 * count);
            }
            delays[count] = (float) delayMs;
            lengths[count++] = (float) lengthMs;
        }

        float[] sorted() {
            float[] sorted = Arrays.copyOf(delays, count);
            Arrays.sort(sorted);
            return sorted;
        }

        double late() {
            float least = Float.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                least = Math.min(least, delays[i]);
            }
            int late = 0;
            for (int i = 0; i < count; i++) {
                late += delays[i] - least > lengths[i] ? 1 : 0;
            }
            return count == 0 ? 0 : (double) late / count;
        }
    }
}
