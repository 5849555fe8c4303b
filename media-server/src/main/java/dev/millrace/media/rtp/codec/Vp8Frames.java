package dev.millrace.media.rtp.codec;

/** Finds temporal layers in VP8's payload descriptor (RFC 7741 section 4.2); one per layer, owned by its loop. */
final class Vp8Frames {
    private final Vp8Descriptor descriptor = new Vp8Descriptor();
    private int temporals = 1;

    void reset() {
        temporals = 1;
    }

    boolean read(byte[] b, int off, int len, boolean marker, DecodeTargets targets, FrameMarks marks) {
        if (!descriptor.wrap(b, off, len)) {
            return false;
        }
        int temporal = descriptor.temporalId();
        temporals = Math.max(temporals, temporal + 1);
        if (!targets.isGrid(1, temporals)) {
            targets.grid(1, temporals, true);
        }
        marks.start = descriptor.isFrameStart();
        marks.end = marker;
        marks.discardable = descriptor.isDiscardable();
        marks.present = DecodeTargets.ALL << temporal;
        if (descriptor.isKeyframeStart()) {
            marks.present = DecodeTargets.ALL;
            marks.keyframe();
        } else if (marks.start && temporal > 0 && descriptor.isLayerSync()) {
            // One step at a time: that later frames of this layer keep off older ones of the layers between is not
            // said.
            marks.up = 1 << temporal;
            marks.ready = DecodeTargets.ALL << (temporal - 1);
        }
        return true;
    }
}
