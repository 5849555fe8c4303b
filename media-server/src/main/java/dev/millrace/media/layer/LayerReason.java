package dev.millrace.media.layer;

/** Why a viewer sees what it sees. */
public enum LayerReason {
    /** The best there is. */
    BEST,
    /** The viewer's connection carries no more. */
    BANDWIDTH,
    /** Chosen by hand. */
    SELECTED,
    /** A better layer, or the one chosen by hand, is not being sent by the publisher. */
    LAYER_MISSING,
    /** Chosen, but nothing can be shown before the publisher's next keyframe. */
    WAITING_FOR_KEYFRAME,
    /** The viewer's connection carries no video at all. */
    AUDIO_ONLY,
    /** The viewer stopped the track. */
    PAUSED,
    /** The viewer did not negotiate what the publisher sends. */
    CODEC_UNSUPPORTED,
    /** There is no publisher, or none of its layers flows. */
    NOTHING_PUBLISHED
}
