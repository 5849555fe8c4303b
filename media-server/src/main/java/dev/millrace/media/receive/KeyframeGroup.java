package dev.millrace.media.receive;

import org.jspecify.annotations.Nullable;

/**
 * What one track's layers have in common when keyframes are asked for; owned by its track.
 *
 * <p>libwebrtc's simulcast encoder answers a request for one layer with a keyframe of the same captured frame on all of
 * them. Where that was seen, a request for another layer waits for the answer to the one before. A publisher that
 * turns out not to do so costs one viewer {@link KeyframeRequester#SPACING_NS}, once.
 */
final class KeyframeGroup {
    private boolean together;
    private @Nullable KeyframeRequester asked;
    private long askedNs;

    /** When a layer may ask, for all that the others did. */
    long earliestNs(KeyframeRequester layer, long nowNs) {
        KeyframeRequester last = asked;
        boolean underWay =
                last != null && last != layer && last.isWanted() && nowNs - askedNs < KeyframeRequester.SPACING_NS;
        return together && underWay ? askedNs + KeyframeRequester.SPACING_NS : nowNs;
    }

    /** A layer's request leaves; {@code inVain} if it had waited for what another one's would bring. */
    void onSent(KeyframeRequester layer, boolean inVain, long nowNs) {
        together &= !inVain;
        asked = layer;
        askedNs = nowNs;
    }

    /** A layer's keyframe begins. */
    void onKeyframe(KeyframeRequester layer, long nowNs) {
        boolean unasked = asked != null && asked != layer && !layer.isWanted();
        if (unasked && nowNs - askedNs < KeyframeRequester.SPACING_NS) {
            together = true;
        }
    }
}
