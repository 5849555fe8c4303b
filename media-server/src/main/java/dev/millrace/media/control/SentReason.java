package dev.millrace.media.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Why a viewer is sent what it is sent, as a code that programs may go by; {@link SessionInfo.SentInfo#why} says it in
 * words. In JSON it is the constant's name in lower case.
 */
public enum SentReason {
    /** The best layer that is published flows. */
    BEST,
    /** The connection carries no more. */
    BANDWIDTH,
    /** The viewer, or an operator for it, chose this layer. */
    SELECTED,
    /** The layer wanted is not sent by the publisher now; another one flows meanwhile. */
    LAYER_MISSING,
    /** Another layer is wanted and flows from its next keyframe on. */
    WAITING_FOR_KEYFRAME,
    /** The connection does not carry even the smallest picture: sound only. */
    AUDIO_ONLY,
    /** The track is paused. */
    PAUSED,
    /** The viewer did not negotiate the codec that is published. */
    CODEC_UNSUPPORTED,
    /** Nothing of this kind is published. */
    NOTHING_PUBLISHED;

    /** The code, such as {@code waiting_for_keyframe}. */
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
