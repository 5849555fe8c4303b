package dev.millrace.media.layer;

/**
 * What of a track a viewer gets, packed into one int for the packet path: a layer (one simulcast encoding, by the order
 * of its rid) and in it a decode target (AV1 RTP specification, appendix A: ascending by spatial, then temporal layer;
 * 0 where nothing is scalable).
 */
public final class Quality {
    /** No video at all. Its {@link #layer} is -1. */
    public static final int NONE = -1;

    /** As a target: the highest one of the layer, however many it has. Dependency descriptors name 32 at most. */
    public static final int TOP = 0xff;

    private static final int TARGET_BITS = 8;

    private Quality() {}

    /** That target of that layer. */
    public static int of(int layer, int target) {
        return layer << TARGET_BITS | target;
    }

    /** The layer, -1 of {@link #NONE}. */
    public static int layer(int quality) {
        return quality >> TARGET_BITS;
    }

    /** The decode target within the layer; meaningless of {@link #NONE}. */
    public static int target(int quality) {
        return quality & TOP;
    }
}
