package dev.millrace.media.rtp.codec;

import java.util.Arrays;

/**
 * Finds decode targets by the dependency descriptor, whatever the codec (AV1 RTP specification, appendix A); one per
 * layer, owned by its loop.
 */
final class DescribedFrames {
    /** Frames back whose targets are known; encoders refer a few frames back, eight seconds are plenty. */
    private static final int HISTORY = 256;

    private static final int NEVER = -1;

    private final DependencyDescriptor descriptor = new DependencyDescriptor();
    private final int[] numbers = new int[HISTORY];
    private final int[] presents = new int[HISTORY];

    DescribedFrames() {
        reset();
    }

    void reset() {
        descriptor.reset();
        forget();
    }

    private void forget() {
        Arrays.fill(numbers, NEVER);
    }

    /** False if the descriptor says nothing that can be used. */
    boolean read(byte[] b, int off, int len, DecodeTargets targets, FrameMarks marks) {
        if (!descriptor.read(b, off, len)) {
            return false;
        }
        DependencyStructure structure = descriptor.structure();
        if (structure == null) {
            return false;
        }
        if (descriptor.isStructureAttached()) {
            int before = targets.version();
            targets.read(structure);
            if (targets.version() != before) {
                forget();
            }
        }
        marks.start = descriptor.isStartOfFrame();
        marks.end = descriptor.isEndOfFrame();
        marks.spatialId = descriptor.spatialId();
        int at = descriptor.frameNumber() & (HISTORY - 1);
        if (!marks.start && numbers[at] == descriptor.frameNumber()) {
            // What is special about a frame may be said in its first packet only.
            marks.present = presents[at];
            return true;
        }
        indications(targets, marks);
        numbers[at] = descriptor.frameNumber();
        presents[at] = marks.present;
        if (marks.start) {
            references(marks);
        }
        return true;
    }

    private void indications(DecodeTargets targets, FrameMarks marks) {
        int present = 0;
        int up = 0;
        boolean discardable = true;
        for (int i = 0; i < targets.count(); i++) {
            int indication = descriptor.indication(targets.wire(i));
            present |= indication == DependencyDescriptor.NOT_PRESENT ? 0 : 1 << i;
            up |= indication == DependencyDescriptor.SWITCH ? 1 << i : 0;
            discardable &= indication <= DependencyDescriptor.DISCARDABLE;
        }
        marks.present = present;
        marks.up = marks.start ? up : 0;
        marks.discardable = discardable;
    }

    /** Whoever has the frames this one refers to can decode it; a frame unknown here was lost, or is too far back. */
    private void references(FrameMarks marks) {
        int ready = descriptor.referenceCount() < 0 ? 0 : DecodeTargets.ALL;
        for (int i = 0; i < descriptor.referenceCount(); i++) {
            int number = (descriptor.frameNumber() - descriptor.reference(i)) & 0xffff;
            int at = number & (HISTORY - 1);
            boolean known = numbers[at] == number && descriptor.reference(i) < HISTORY;
            ready &= known ? presents[at] : 0;
        }
        marks.ready = ready;
    }

    /** Bit in the descriptor just read where its bitmask of active targets is or would be (section A.8.2). */
    int maskBit() {
        return descriptor.maskBit();
    }
}
