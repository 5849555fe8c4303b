package dev.millrace.media.layer;

import java.util.Arrays;

/**
 * The qualities of one track in order, from the smallest picture to the largest, as they are at one moment; owned by one
 * {@link LayerAllocator}.
 *
 * <p>A larger picture beats a higher frame rate, but above the smallest size less than half the frame rate is no rung:
 * eight pictures a second stutter, however large they are.
 */
final class Ladder {
    static final int MAX_LAYERS = 8;

    /** As a limit of rate or rank: any. */
    static final long NO_LIMIT = Long.MAX_VALUE;

    /**
     * A bit rate is the median of so many seconds: a keyframe, and what a new layer or a meter begins with, is in two of
     * them. A scene that really needs more is known soon enough, because the estimator notices a full queue by itself.
     */
    private static final int SAMPLES = 5;

    private static final long SAMPLE_NS = 1_000_000_000L;

    /** Of a layer never measured: 720p at 2.2 Mb/s, 360p at 550 kb/s, 180p at 140 kb/s, about what browsers send. */
    private static final double ASSUMED_BPS_PER_PIXEL = 2.4;

    /** Of a layer whose size is unknown, too: the lowest of a browser's simulcast; each further one has four times that. */
    private static final long ASSUMED_LOWEST_BPS = 150_000;

    /** Share of the rate without the highest of its temporal layers, as libwebrtc splits two of them. */
    private static final double ASSUMED_HALF_RATE = 0.6;

    /** One rung for each target of three layers; grows when there are more. */
    private static final int USUAL_RUNGS = 9;

    private final long[] samplesBps = new long[MAX_LAYERS * SAMPLES];
    private final int[] sampled = new int[MAX_LAYERS];
    private final long[] sampledNs = new long[MAX_LAYERS];
    private final long[] smoothedBps = new long[MAX_LAYERS];
    private final long[] sorted = new long[SAMPLES];
    private int[] qualities = new int[USUAL_RUNGS];
    private long[] ranks = new long[USUAL_RUNGS];
    private long[] ratesBps = new long[USUAL_RUNGS];
    private int rungs;
    private int layerCount;
    private int active;
    private int usable;
    private boolean sized;

    /** Another publisher: what was measured of the one before says nothing. */
    void reset() {
        Arrays.fill(smoothedBps, 0);
        Arrays.fill(sampled, 0);
        rungs = 0;
    }

    /** Looks at the layers anew; all answers hold until the next look. */
    void read(Layers layers, long nowNs) {
        layerCount = Math.min(layers.layerCount(), MAX_LAYERS);
        active = 0;
        usable = 0;
        sized = true;
        long smallest = NO_LIMIT;
        for (int i = 0; i < layerCount; i++) {
            if (layers.active(i, nowNs)) {
                active |= 1 << i;
            }
            if (layers.active(i, nowNs) || layers.dormant(i, nowNs)) {
                usable |= 1 << i;
                sized &= layers.pixels(i, top(layers, i)) > 0;
            }
            sample(i, layers.bitrateBps(i, top(layers, i)), nowNs);
        }
        for (int i = 0; i < layerCount; i++) {
            smallest = isUsable(i) ? Math.min(smallest, size(layers, i, 0)) : smallest;
        }
        rungs = 0;
        for (int i = 0; i < layerCount; i++) {
            addRungs(layers, i, smallest);
        }
    }

    private void sample(int layer, long measuredBps, long nowNs) {
        if (measuredBps <= 0 || (sampled[layer] > 0 && nowNs - sampledNs[layer] < SAMPLE_NS)) {
            return;
        }
        sampledNs[layer] = nowNs;
        int from = layer * SAMPLES;
        samplesBps[from + sampled[layer]++ % SAMPLES] = measuredBps;
        int known = Math.min(sampled[layer], SAMPLES);
        System.arraycopy(samplesBps, from, sorted, 0, known);
        Arrays.sort(sorted, 0, known);
        smoothedBps[layer] = sorted[(known - 1) / 2];
    }

    private void addRungs(Layers layers, int layer, long smallest) {
        int top = top(layers, layer);
        for (int t = 0; t <= top; t++) {
            boolean half = layers.temporalId(layer, t) + 1 >= layers.temporalId(layer, top);
            if (half || size(layers, layer, t) == smallest) {
                long rank = size(layers, layer, t) << 16 | (long) layers.temporalId(layer, t) << 8 | layer;
                insert(Quality.of(layer, t), rank, rate(layers, layer, t));
            }
        }
    }

    private void insert(int quality, long rank, long rateBps) {
        if (rungs == qualities.length) {
            qualities = Arrays.copyOf(qualities, 2 * rungs);
            ranks = Arrays.copyOf(ranks, 2 * rungs);
            ratesBps = Arrays.copyOf(ratesBps, 2 * rungs);
        }
        int at = rungs++;
        for (; at > 0 && ranks[at - 1] > rank; at--) {
            qualities[at] = qualities[at - 1];
            ranks[at] = ranks[at - 1];
            ratesBps[at] = ratesBps[at - 1];
        }
        qualities[at] = quality;
        ranks[at] = rank;
        ratesBps[at] = rateBps;
    }

    private static int top(Layers layers, int layer) {
        return Math.max(1, layers.targets(layer)) - 1;
    }

    /** Sizes count when all are known, otherwise the order of the rids, which browsers send low to high. */
    private long size(Layers layers, int layer, int target) {
        return sized ? layers.pixels(layer, target) : (long) layer << 8 | layers.spatialId(layer, target);
    }

    private long rate(Layers layers, int layer, int target) {
        long whole = layers.bitrateBps(layer, top(layers, layer));
        long part = layers.bitrateBps(layer, target);
        if (whole > 0 && part > 0) {
            return (long) ((double) smoothedBps[layer] * part / whole);
        }
        int pixels = layers.pixels(layer, target);
        double guess = pixels > 0 ? pixels * ASSUMED_BPS_PER_PIXEL : ASSUMED_LOWEST_BPS << (2 * layer);
        int dropped = layers.temporalId(layer, top(layers, layer)) - layers.temporalId(layer, target);
        return (long) (guess * Math.pow(ASSUMED_HALF_RATE, dropped));
    }

    int layerCount() {
        return layerCount;
    }

    /** Nothing is sent, and nothing would come if we asked. */
    boolean isEmpty() {
        return usable == 0;
    }

    /** The layer is sent, or will be as soon as we ask. */
    boolean isUsable(int layer) {
        return layer >= 0 && (usable & (1 << layer)) != 0;
    }

    boolean isActive(int layer) {
        return layer >= 0 && (active & (1 << layer)) != 0;
    }

    /** Where a quality stands, greater is better; -1 when it is no rung. */
    long rank(int quality) {
        int at = indexOf(quality);
        return at < 0 ? -1 : ranks[at];
    }

    /** What a quality takes, smoothed; a guess where it was never measured; 0 when it is no rung. */
    long rateBps(int quality) {
        int at = indexOf(quality);
        return at < 0 ? 0 : ratesBps[at];
    }

    private int indexOf(int quality) {
        for (int i = 0; i < rungs; i++) {
            if (qualities[i] == quality) {
                return i;
            }
        }
        return -1;
    }

    /** The rung meant by a quality set by hand: that one, or the nearest below in the same layer; or NONE. */
    int nearest(int quality) {
        int nearest = Quality.NONE;
        for (int i = 0; i < rungs; i++) {
            boolean fits = Quality.layer(qualities[i]) == Quality.layer(quality) && qualities[i] <= quality;
            nearest = fits ? Math.max(nearest, qualities[i]) : nearest;
        }
        return nearest;
    }

    /** The best usable rung that takes no more than that and ranks no higher; NONE when there is none. */
    int best(long limitBps, long maxRank) {
        return best(usable, limitBps, maxRank);
    }

    /** The same among layers that are being sent now. */
    int bestActive(long limitBps, long maxRank) {
        return best(active, limitBps, maxRank);
    }

    /** The same among all layers ever heard, those the publisher does not send included. */
    int bestHeard(long limitBps, long maxRank) {
        return best(-1, limitBps, maxRank);
    }

    private int best(int among, long limitBps, long maxRank) {
        for (int i = rungs - 1; i >= 0; i--) {
            if (ranks[i] <= maxRank && ratesBps[i] <= limitBps && (among & (1 << Quality.layer(qualities[i]))) != 0) {
                return qualities[i];
            }
        }
        return Quality.NONE;
    }

    /** The best rung of one layer that takes no more than that; its least when none does. */
    int bestOf(int layer, long limitBps) {
        int best = Quality.of(layer, 0);
        for (int i = 0; i < rungs; i++) {
            best = Quality.layer(qualities[i]) == layer && ratesBps[i] <= limitBps ? qualities[i] : best;
        }
        return best;
    }

    /** The smallest picture at the lowest frame rate among usable layers. */
    int lowest() {
        return lowest(usable);
    }

    /** The same among layers that are being sent now. */
    int lowestActive() {
        return lowest(active);
    }

    private int lowest(int among) {
        for (int i = 0; i < rungs; i++) {
            if ((among & (1 << Quality.layer(qualities[i]))) != 0) {
                return qualities[i];
            }
        }
        return Quality.NONE;
    }
}
