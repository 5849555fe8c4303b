package dev.millrace.media.rtp.codec;

/**
 * Finds frames of H.264 that no other one refers to, by nal_ref_idc (RFC 6184 section 1.3): without them is a second
 * temporal target. One per layer, owned by its loop.
 */
final class H264Frames {
    private static final int REFERENCE_BITS = 0x60;

    private boolean any;
    private boolean seen;
    private boolean disposable;
    private int timestamp;

    void reset() {
        any = false;
        seen = false;
    }

    /** Reads a packet; {@code follows} if the one before it is known. */
    void read(
            byte[] b,
            int off,
            int len,
            int packetTimestamp,
            boolean marker,
            boolean follows,
            DecodeTargets targets,
            FrameMarks marks) {
        boolean unreferenced = isDisposableSlice(b, off, len);
        int ahead = packetTimestamp - timestamp;
        if (!any || ahead > 0) {
            any = true;
            timestamp = packetTimestamp;
            disposable = unreferenced;
            // Nothing in a packet says that it is a frame's first, but that the one before is another's.
            marks.start = follows;
        }
        marks.end = marker;
        // A frame that begins with something else, such as SEI, is kept whole: its beginning was passed on already.
        boolean dispose = unreferenced && (ahead < 0 || disposable);
        if (dispose && !seen) {
            seen = true;
            targets.grid(1, 2, true);
        }
        marks.discardable = dispose;
        if (H264Payload.isKeyframeStart(b, off, len)) {
            marks.keyframe();
        } else if (dispose) {
            marks.present = DecodeTargets.ALL << 1;
            // It refers to frames that everybody has.
            marks.up = marks.start ? DecodeTargets.ALL : 0;
            marks.ready = marks.up;
        }
    }

    private static boolean isDisposableSlice(byte[] b, int off, int len) {
        int slice = H264Payload.find(b, off, len, H264Payload.SLICE);
        if (slice >= 0) {
            return (b[slice] & REFERENCE_BITS) == 0;
        }
        return H264Payload.isFragmentOf(b, off, len, H264Payload.SLICE) && (b[off] & REFERENCE_BITS) == 0;
    }
}
