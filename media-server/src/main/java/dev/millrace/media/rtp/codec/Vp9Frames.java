package dev.millrace.media.rtp.codec;

/**
 * Finds decode targets in VP9's payload descriptor, where there is no dependency descriptor (RFC 9628 sections 3 and
 * 4.2); one per layer, owned by its loop.
 */
final class Vp9Frames {
    private final Vp9Descriptor descriptor = new Vp9Descriptor();
    private int spatials = 1;
    private int temporals = 1;
    private boolean nested = true;

    void reset() {
        spatials = 1;
        temporals = 1;
        nested = true;
    }

    boolean read(byte[] b, int off, int len, DecodeTargets targets, FrameMarks marks) {
        if (!descriptor.wrap(b, off, len)) {
            return false;
        }
        int spatial = Math.min(descriptor.spatialId(), DecodeTargets.SPATIALS - 1);
        int temporal = Math.min(descriptor.temporalId(), DecodeTargets.TEMPORALS - 1);
        marks.start = descriptor.isFrameStart();
        marks.end = descriptor.isFrameEnd();
        marks.spatialId = spatial;
        boolean key = descriptor.isKeyframeStart();
        learn(key, spatial, temporal, targets);
        present(spatial, temporal, marks);
        if (key) {
            marks.keyframe();
        } else if (marks.start && descriptor.isSwitchingUpPoint()) {
            marks.up = DecodeTargets.frameBits(spatial, temporal);
            marks.ready = marks.up;
        }
        return true;
    }

    /** A key picture may take layers away; every packet may show one more. */
    private void learn(boolean key, int spatial, int temporal, DecodeTargets targets) {
        int described = Math.min(descriptor.spatialLayers(), DecodeTargets.SPATIALS);
        int known = key && described > 0 ? described : Math.max(spatials, described);
        boolean alone = descriptor.isInterPicturePredicted() && descriptor.isNotReferredByUpperLayers();
        boolean newNested = key || (nested && !(alone && spatial < known - 1));
        int newSpatials = Math.max(known, spatial + 1);
        int newTemporals = Math.max(temporals, temporal + 1);
        // What a key picture says about nesting shows with the next picture only.
        boolean changed = newSpatials != spatials || newTemporals != temporals || (newNested != nested && !key);
        if (changed || !targets.isGrid(newSpatials, newTemporals)) {
            spatials = newSpatials;
            temporals = newTemporals;
            nested = newNested;
            targets.grid(spatials, temporals, nested);
        }
        for (int i = 0; i < described; i++) {
            targets.size(i, descriptor.width(i) * descriptor.height(i));
        }
    }

    private void present(int spatial, int temporal, FrameMarks marks) {
        marks.present = DecodeTargets.frameBits(spatial, temporal);
        boolean forUpper = !descriptor.isNotReferredByUpperLayers() || !descriptor.isInterPicturePredicted();
        for (int upper = spatial + 1; upper < DecodeTargets.SPATIALS && forUpper; upper++) {
            marks.present |= DecodeTargets.frameBits(upper, temporal);
        }
        marks.discardable = temporal > 0 && temporal == temporals - 1;
    }
}
