package dev.millrace.media.layer;

/** What is known of one published track's layers when one has to be chosen; read on the loop only. */
public interface Layers {
    /** How many layers the track may have; indexes are those of its rids in send order. */
    int layerCount();

    /** True if a packet of the layer came within {@link LayerSelector#SILENCE_NS}. */
    boolean active(int layer, long nowNs);

    /** True while the layer is silent because we said that nobody needs it; it comes back within a second of demand. */
    boolean dormant(int layer, long nowNs);

    /** How many decode targets the layer has, at least 1. */
    int targets(int layer);

    /** Spatial layer that a decode target shows, 0 where there is but one. */
    int spatialId(int layer, int target);

    /** Temporal layer up to which a decode target goes, 0 where there is but one. */
    int temporalId(int layer, int target);

    /** Pixels of a picture of that decode target, 0 when unknown. */
    int pixels(int layer, int target);

    /**
     * Everything that target needs, the lower ones included, measured over about a second; the last known value of a
     * layer that fell silent; 0 when unknown.
     */
    long bitrateBps(int layer, int target);
}
