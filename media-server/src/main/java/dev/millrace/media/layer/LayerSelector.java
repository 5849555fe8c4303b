package dev.millrace.media.layer;

/**
 * Decides which layer one viewer ought to get; where the allocator that shares a viewer's bandwidth plugs in.
 *
 * <p>Asked on the viewer's loop when layers come and go and about ten times a second.
 */
public interface LayerSelector {
    /** A layer that sent nothing for so long counts as gone: encoders drop a simulcast layer without a word. */
    long SILENCE_NS = 1_000_000_000L;

    /** Answer of {@link #select} when no layer flows. */
    int NONE = -1;

    /**
     * The layer to forward as soon as it shows a keyframe.
     *
     * @param current the layer that flows, or {@link #NONE}
     * @return a layer, or {@link #NONE} to keep what is
     */
    int select(Layers layers, int current, long nowNs);

    /** Why the last answer was given, in a word for statistics. */
    String reason();
}
