package dev.millrace.media.layer;

/**
 * Decides which quality one viewer ought to get.
 *
 * <p>Asked on the viewer's loop when layers come and go and about ten times a second.
 */
public interface LayerSelector {
    /** A layer that sent nothing for so long counts as gone: encoders drop a simulcast layer without a word. */
    long SILENCE_NS = 1_000_000_000L;

    /** As a budget: nobody knows what the connection carries, so it gets the best. */
    long UNLIMITED = Long.MAX_VALUE;

    /**
     * The quality to forward: a lower decode target of the layer that flows at once, another layer as soon as it shows a
     * keyframe.
     *
     * @param current the {@link Quality} that flows, or {@link Quality#NONE}
     * @param budgetBps what the connection carries of this track, or {@link #UNLIMITED}
     * @return a quality, or {@link Quality#NONE}: send no video now
     */
    int select(Layers layers, int current, long budgetBps, long nowNs);

    /** Why the last answer was given. */
    LayerReason reason();

    /**
     * What of the layer that flows to forward until the chosen layer shows a keyframe: less of it when the connection does
     * not carry it any more, {@link Quality#NONE} when even the least of it would drown the connection. The chosen quality
     * itself when that is of the same layer.
     */
    int meanwhile();

    /**
     * What the track would take if the connection carried it: the bit rate of the best quality with the headroom that going
     * up asks for, 0 while nothing is published. For the estimator, which probes no further than that.
     */
    long wantedBps();

    /**
     * The layers this viewer needs the publisher to send, bit i for layer i: what flows, what was chosen, and what the
     * viewer may go up to soon.
     */
    int demand();

    /** Sets the quality by hand; {@link Quality#NONE} gives the choice back. */
    void pin(int quality);

    /** The quality set by hand, or {@link Quality#NONE}. */
    int pinned();

    /** Another publisher: nothing learned of the layers before holds. What was set by hand stays. */
    void reset();
}
