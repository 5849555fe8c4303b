package dev.millrace.media.layer;

/** What is known of one published track's layers when one has to be chosen; read on the loop only. */
public interface Layers {
    /** How many layers the track may have; indexes are those of its rids in send order. */
    int layerCount();

    /** True if a packet of the layer came within {@link LayerSelector#SILENCE_NS}. */
    boolean active(int layer, long nowNs);

    /** Pixels of a picture, 0 when unknown. */
    int pixels(int layer);

    /** Measured over about a second; 0 when unknown. */
    long bitrateBps(int layer);
}
