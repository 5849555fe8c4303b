package dev.millrace.media.send;

import dev.millrace.media.rtp.codec.DecodeTargets;

/**
 * Which decode target of the layer that flows one viewer gets: goes down at the next picture, up where the stream allows,
 * towards what is wanted. Owned by one downtrack.
 */
final class TargetFilter {
    /** A place to go up to more pictures a second should have come by then; else a keyframe is one. */
    private static final long PATIENCE_NS = 2_000_000_000L;

    private static final int BITS = 5;
    private static final long NEVER = Long.MAX_VALUE;

    private int version;
    private int count = 1;
    private int target;
    private int bit;
    private int spatialId;
    private int goal;
    private boolean settled = true;
    private boolean needsKeyframe;
    private long askNs = NEVER;

    /** Begins with a keyframe, from which every target can be reached. */
    void start(DecodeTargets targets, int newGoal) {
        version = targets.version();
        count = targets.count();
        goal = newGoal;
        settle(targets, Math.min(newGoal, count - 1));
    }

    /** What the viewer ought to get from the next possible moment on; above the last target: the last one. */
    void want(int newGoal) {
        if (goal != newGoal) {
            goal = newGoal;
            settled = false;
            askNs = NEVER;
        }
    }

    private void settle(DecodeTargets targets, int newTarget) {
        set(targets, newTarget);
        settled = true;
        needsKeyframe = false;
        askNs = NEVER;
    }

    private void set(DecodeTargets targets, int newTarget) {
        target = newTarget;
        bit = targets.bit(newTarget);
        spatialId = targets.spatialId(newTarget);
    }

    /** The target that flows. */
    int target() {
        return target;
    }

    /** The target that flows, as {@link #needs} and {@link #isLastOfPicture} want it. */
    int selection() {
        return (spatialId << BITS) | bit;
    }

    /** True if someone with that selection needs the packet of this mask. */
    static boolean needs(int selection, int present) {
        return (present >>> (selection & (1 << BITS) - 1) & 1) != 0;
    }

    /** True if nothing of the picture follows for someone with that selection. */
    static boolean isLastOfPicture(int selection, int flags) {
        return (flags & PacketFlags.FRAME_END) != 0 && PacketFlags.spatialId(flags) == selection >>> BITS;
    }

    /** True if there is something to do at the beginning of a frame. */
    boolean moves(DecodeTargets targets) {
        return !settled || targets.version() != version;
    }

    /**
     * A frame begins, the newest so far: changes the target if that is wanted and possible.
     *
     * @return true if it changed
     */
    boolean move(DecodeTargets targets, int flags, int switchable, int ready, long nowNs) {
        int before = selection();
        if (targets.version() != version) {
            adopt(targets);
        }
        int aim = Math.min(goal, count - 1);
        if (aim != target) {
            boolean picture = (flags & PacketFlags.PICTURE_START) != 0;
            int candidates = candidates(targets, aim, picture, (ready >>> bit & 1) == 0 ? 0 : switchable);
            if (candidates != 0) {
                set(targets, targets.target(31 - Integer.numberOfLeadingZeros(candidates)));
            }
        }
        if (aim == target) {
            settle(targets, target);
        } else {
            settled = false;
            needsKeyframe = targets.spatialId(aim) != spatialId;
            askNs = askNs == NEVER ? nowNs + PATIENCE_NS : askNs;
        }
        return before != selection();
    }

    /**
     * Spatial layers change only between pictures, or a picture would end twice, or never; so does going down. More
     * pictures a second may begin with the frame of any spatial layer.
     */
    private int candidates(DecodeTargets targets, int aim, boolean picture, int switchable) {
        int upwards = -1 << bit;
        int fitting = (targets.below(target) | switchable) & targets.within(aim);
        if (!picture) {
            return fitting & upwards & targets.sameSpatial(target);
        }
        if (aim > target) {
            return fitting & upwards;
        }
        // Until a keyframe lets it down, the least of what it can have.
        return fitting != 0 ? fitting : Integer.lowestOneBit(targets.below(target) & targets.sameSpatial(target));
    }

    /** More or fewer targets came to light: who had everything still has. */
    private void adopt(DecodeTargets targets) {
        version = targets.version();
        boolean top = target == count - 1;
        count = targets.count();
        set(targets, top ? count - 1 : targets.target(bit));
    }

    /** True if what is wanted comes with a keyframe only. */
    boolean needsKeyframe(long nowNs) {
        return !settled && (needsKeyframe || nowNs >= askNs);
    }
}
