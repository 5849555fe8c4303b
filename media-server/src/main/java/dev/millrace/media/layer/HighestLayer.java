package dev.millrace.media.layer;

/** Picks the best layer that is alive, or the one set by hand while that is alive; owned by one downtrack's loop. */
public final class HighestLayer implements LayerSelector {
    private int pinned = NONE;
    private String reason = "none";

    /** Sets the layer by hand; {@link #NONE} gives the choice back. */
    public void pin(int layer) {
        pinned = layer;
    }

    /** The layer set by hand, or {@link #NONE}. */
    public int pinned() {
        return pinned;
    }

    @Override
    public int select(Layers layers, int current, long nowNs) {
        if (pinned >= 0 && pinned < layers.layerCount() && layers.active(pinned, nowNs)) {
            reason = "selected";
            return pinned;
        }
        int best = NONE;
        for (int i = 0; i < layers.layerCount(); i++) {
            if (layers.active(i, nowNs) && (best == NONE || better(layers, i, best))) {
                best = i;
            }
        }
        reason = best == NONE ? "none" : pinned >= 0 ? "fallback" : "highest";
        return best;
    }

    @Override
    public String reason() {
        return reason;
    }

    /** More pixels; then, where sizes are unknown or equal, the later rid: browsers send low to high. */
    private static boolean better(Layers layers, int candidate, int best) {
        int a = layers.pixels(candidate);
        int b = layers.pixels(best);
        boolean comparable = a != b && a > 0 && b > 0;
        return comparable ? a > b : candidate > best;
    }
}
