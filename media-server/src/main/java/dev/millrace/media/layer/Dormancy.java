package dev.millrace.media.layer;

/**
 * Tells layers that rest at our wish from those that are missing: what the publisher was told, and when. Owned by one loop's
 * copy of the stream.
 */
public final class Dormancy {
    /** Waking takes a browser some 0.2 to 1 s; what is not back by then does not come. */
    static final long WAKE_NS = 2_000_000_000L;

    /** A layer that did not come back is left alone for so long, or its viewers would wait for it again and again. */
    static final long MISSING_NS = 10_000_000_000L;

    private final long[] wokenNs = new long[Ladder.MAX_LAYERS];
    private final boolean[] woken = new boolean[Ladder.MAX_LAYERS];
    private final long[] missingUntilNs = new long[Ladder.MAX_LAYERS];
    private final boolean[] missing = new boolean[Ladder.MAX_LAYERS];
    private int told = PublisherDemand.ALL;

    /** Another publisher, who has been told nothing. */
    public void reset() {
        told = PublisherDemand.ALL;
        for (int i = 0; i < wokenNs.length; i++) {
            woken[i] = false;
            missing[i] = false;
        }
    }

    /** The publisher is being told to send those layers, bit i for layer i, and to rest the others. */
    public void told(int layers, long nowNs) {
        for (int i = 0; i < wokenNs.length; i++) {
            if ((layers & ~told & (1 << i)) != 0) {
                woken[i] = true;
                wokenNs[i] = nowNs;
            }
        }
        told = layers;
    }

    /** Whether a layer that is silent would be sent if we asked, or soon will be because we did. */
    public boolean dormant(int layer, long nowNs) {
        if (layer < 0 || layer >= wokenNs.length) {
            return false;
        }
        if (missing[layer] && nowNs < missingUntilNs[layer]) {
            return false;
        }
        missing[layer] = false;
        if ((told & (1 << layer)) == 0) {
            return true;
        }
        if (!woken[layer]) {
            return false;
        }
        if (nowNs - wokenNs[layer] < WAKE_NS) {
            return true;
        }
        woken[layer] = false;
        missing[layer] = true;
        missingUntilNs[layer] = wokenNs[layer] + WAKE_NS + MISSING_NS;
        return false;
    }

    /** A packet of the layer came: it is neither dormant nor missing. */
    public void heard(int layer) {
        if (layer >= 0 && layer < wokenNs.length) {
            woken[layer] = false;
            missing[layer] = false;
        }
    }
}
