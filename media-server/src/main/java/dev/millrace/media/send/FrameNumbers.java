package dev.millrace.media.send;

import dev.millrace.media.rtp.codec.DecodeTargets;

/**
 * Keeps the frame numbers of dependency descriptors running on across layers and publishers, and knows when a viewer has
 * to be told which decode targets it gets; owned by one downtrack.
 *
 * <p>Frames are counted by what the publisher sent: those that are left out leave holes, for others refer to frames by
 * distance.
 */
final class FrameNumbers {
    private static final int NONE = -1;

    private boolean described;
    private int offset;
    private int last = NONE;
    private int all;
    private int mask;
    private int told;

    /** A layer begins with the frame of this number, {@link #NONE} if it has none. */
    void start(int number) {
        described = number >= 0;
        offset = described && last >= 0 ? (last + 1 - number) & 0xffff : 0;
        told = 0;
    }

    boolean described() {
        return described;
    }

    /** The viewer gets that target from here on. */
    void target(DecodeTargets targets, int target) {
        boolean fits = targets.count() <= Rewriting.MAX_TARGETS;
        all = fits ? (1 << targets.count()) - 1 : 0;
        mask = fits ? targets.wireMask(target) : 0;
    }

    /** A frame with this number is sent. */
    void advance(int number) {
        int out = (number + offset) & 0xffff;
        boolean newer = last < 0 || ((out - last) & 0xffff) < 0x8000;
        last = newer && number >= 0 ? out : last;
    }

    /** For {@link Rewriting}, of a packet in order that begins a frame, or a keyframe: there all targets are active. */
    long begin(boolean keyframe) {
        told = keyframe ? all : told;
        boolean tell = mask != told;
        told = mask;
        return Rewriting.frames(offset, mask, tell);
    }

    /** For {@link Rewriting}, of any other packet. */
    long within() {
        return Rewriting.frames(offset, mask, false);
    }
}
