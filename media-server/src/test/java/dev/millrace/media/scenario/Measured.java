package dev.millrace.media.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What became of one viewer, between two moments in seconds since the broadcast began. */
final class Measured {
    private final SimulatedViewer viewer;
    private final long fromNs;
    private final long toNs;

    Measured(SimulatedViewer viewer, double fromSeconds, double toSeconds) {
        this.viewer = viewer;
        fromNs = Math.max(Run.atNs(fromSeconds), viewer.joinedNs());
        toNs = Run.atNs(toSeconds);
    }

    private List<Shown> shown() {
        return viewer.receiver().shown().stream()
                .filter(s -> s.atNs() >= fromNs && s.atNs() < toNs)
                .toList();
    }

    /** From the beginning until a picture of that layer or a better one is shown; infinite if none is. */
    double msUntil(int layer) {
        return shown().stream()
                .filter(s -> s.layer() >= layer)
                .findFirst()
                .map(s -> (s.atNs() - fromNs) / 1e6)
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** From the beginning until nothing below that layer is shown any more until the end. */
    double msUntilStaysAt(int layer) {
        List<Shown> all = shown();
        double since = Double.POSITIVE_INFINITY;
        for (int i = all.size() - 1; i >= 0 && all.get(i).layer() >= layer; i--) {
            since = (all.get(i).atNs() - fromNs) / 1e6;
        }
        return since;
    }

    /** The longest time the picture stood still, the beginning and the end included. */
    double longestFreezeMs() {
        List<Shown> all = viewer.receiver().shown();
        long before = fromNs;
        long longest = 0;
        for (Shown s : all) {
            if (s.atNs() < fromNs) {
                continue;
            }
            if (s.atNs() >= toNs) {
                break;
            }
            longest = Math.max(longest, s.atNs() - before);
            before = s.atNs();
        }
        return Math.max(longest, toNs - before) / 1e6;
    }

    /** Share of the time in which that layer or a better one was on the screen and moving. */
    double shareAt(int layer) {
        long sum = 0;
        List<Shown> all = shown();
        for (int i = 0; i < all.size(); i++) {
            long untilNs = i + 1 < all.size() ? all.get(i + 1).atNs() : toNs;
            long lengthNs = Math.min(untilNs - all.get(i).atNs(), 500 * VirtualTime.MS);
            sum += all.get(i).layer() >= layer ? lengthNs : 0;
        }
        return (double) sum / (toNs - fromNs);
    }

    /** How often another layer appeared on the screen. */
    int switches() {
        int switches = 0;
        List<Shown> all = shown();
        for (int i = 1; i < all.size(); i++) {
            switches += all.get(i).layer() != all.get(i - 1).layer() ? 1 : 0;
        }
        return switches;
    }

    /** The layer shown last, -1 if nothing was. */
    int lastLayer() {
        List<Shown> all = shown();
        return all.isEmpty() ? -1 : all.getLast().layer();
    }

    double switchesPer10s() {
        return switches() * 10e9 / (toNs - fromNs);
    }

    double framesPerSecond() {
        return shown().size() * 1e9 / (toNs - fromNs);
    }

    /** What arrived as the link counts it, useless packets included. */
    double receivedBps() {
        long bytes = 0;
        for (Receiver.Heard h : viewer.receiver().heard()) {
            if (h.atNs() >= fromNs && h.atNs() < toNs) {
                bytes += h.bytes() + SimulatedViewer.OVERHEAD_BYTES;
            }
        }
        return bytes * 8e9 / (toNs - fromNs);
    }

    /** Median of the estimate, by samples each 100 ms. */
    double estimateBps() {
        List<Long> samples = new ArrayList<>();
        for (SimulatedViewer.Estimate e : viewer.estimates()) {
            if (e.atNs() >= fromNs && e.atNs() < toNs) {
                samples.add(e.bps());
            }
        }
        Collections.sort(samples);
        return samples.isEmpty() ? 0 : samples.get(samples.size() / 2);
    }

    /** The typical way of a picture from capture to screen, and the worst of a hundred. */
    double delayMs(double quantile) {
        List<Long> delays = new ArrayList<>();
        shown().forEach(s -> delays.add(s.atNs() - s.capturedNs()));
        Collections.sort(delays);
        return delays.isEmpty() ? 0 : delays.get((int) (quantile * (delays.size() - 1))) / 1e6;
    }

    /** Audio packets captured in this time that never came. */
    int audioLost() {
        List<Stamp> came = viewer.receiver().audio().stream()
                .filter(a -> a.capturedNs() >= fromNs && a.capturedNs() < toNs - VirtualTime.SECOND)
                .toList();
        if (came.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        int first = came.stream().mapToInt(Stamp::frame).min().orElseThrow();
        int last = came.stream().mapToInt(Stamp::frame).max().orElseThrow();
        return last
                - first
                + 1
                - (int) came.stream().mapToInt(Stamp::frame).distinct().count();
    }
}
