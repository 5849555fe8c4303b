package dev.millrace.media.layer;

/** Picks the best quality that is alive, or the one set by hand while that is alive; owned by one downtrack's loop. */
public final class LayerAllocator implements LayerSelector {
    private int pinned = Quality.NONE;
    private LayerReason reason = LayerReason.NOTHING_PUBLISHED;
    private int demand;

    @Override
    public void pin(int quality) {
        pinned = quality;
    }

    @Override
    public int pinned() {
        return pinned;
    }

    @Override
    public void reset() {
        reason = LayerReason.NOTHING_PUBLISHED;
    }

    @Override
    public int select(Layers layers, int current, long budgetBps, long nowNs) {
        int layer = Quality.layer(pinned);
        if (layer < 0 || layer >= layers.layerCount() || !layers.active(layer, nowNs)) {
            layer = best(layers, nowNs);
            reason = layer < 0
                    ? LayerReason.NOTHING_PUBLISHED
                    : pinned == Quality.NONE ? LayerReason.BEST : LayerReason.LAYER_MISSING;
        } else {
            reason = LayerReason.SELECTED;
        }
        int last = layer < 0 ? Quality.layer(current) : layer;
        demand = last < 0 ? 0 : 1 << last;
        return layer < 0 ? current : Quality.of(layer, layers.targets(layer) - 1);
    }

    private static int best(Layers layers, long nowNs) {
        int best = -1;
        for (int i = 0; i < layers.layerCount(); i++) {
            if (layers.active(i, nowNs) && (best < 0 || better(layers, i, best))) {
                best = i;
            }
        }
        return best;
    }

    /** More pixels; then, where sizes are unknown or equal, the later rid: browsers send low to high. */
    private static boolean better(Layers layers, int candidate, int best) {
        int a = layers.pixels(candidate, layers.targets(candidate) - 1);
        int b = layers.pixels(best, layers.targets(best) - 1);
        boolean comparable = a != b && a > 0 && b > 0;
        return comparable ? a > b : candidate > best;
    }

    @Override
    public LayerReason reason() {
        return reason;
    }

    @Override
    public long wantedBps() {
        return 0;
    }

    @Override
    public int demand() {
        return demand;
    }
}
