package dev.millrace.perf;

import dev.millrace.media.rtp.codec.H264Payload;

/** Tells when the first whole keyframe of H.264 came: from its first packet to the marker without a gap. Its loop's. */
final class KeyframeWatch {
    private static final int NONE = -1;

    private int timestamp;
    private int next = NONE;
    private boolean slice;
    private boolean done;

    boolean isDone() {
        return done;
    }

    /** One packet of the video; answers true once, with the one that completes the keyframe. */
    boolean onPacket(int sequence, int time, boolean marker, byte[] b, int off, int len) {
        if (done || len == 0) {
            return false;
        }
        boolean within = next == sequence && time == timestamp;
        if (!within && !H264Payload.isKeyframeStart(b, off, len)) {
            next = NONE;
            return false;
        }
        slice = (within && slice) || H264Payload.begins(b, off, len, H264Payload.IDR_SLICE);
        timestamp = time;
        next = sequence + 1 & 0xffff;
        done = marker && slice;
        return done;
    }
}
