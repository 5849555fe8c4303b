package dev.millrace.media.rtp.codec;

import org.jspecify.annotations.Nullable;

/**
 * Reads the Dependency Descriptor header extension of one source (AV1 RTP specification, appendix A.8).
 *
 * <pre>
 * |S|E| template  |         frame number          |   S: start, E: end of frame
 * |T|A|D|F|C| ...     if longer than three bytes: T: a structure follows, A: active decode targets, D F C: own values
 * </pre>
 *
 * <p>Remembers the last structure, which keyframes carry and the rest refers to; one reader for each source, owned by its
 * loop. Allocates nothing after construction.
 */
public final class DependencyDescriptor {
    public static final String URI =
            "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

    /** Decode target indications, section A.4. */
    public static final int NOT_PRESENT = 0;

    public static final int DISCARDABLE = 1;
    public static final int SWITCH = 2;
    public static final int REQUIRED = 3;

    private static final int MANDATORY_LENGTH = 3;

    private final BitReader bits = new BitReader();
    private final byte[] indications = new byte[DependencyStructure.MAX_TARGETS];
    private final int[] references = new int[DependencyStructure.MAX_REFERENCES];
    private final int[] chainDistances = new int[DependencyStructure.MAX_TARGETS];
    private DependencyStructure structure = new DependencyStructure();
    private DependencyStructure incoming = new DependencyStructure();
    private boolean known;
    private boolean fresh;
    private boolean startOfFrame;
    private boolean endOfFrame;
    private int frameNumber;
    private int template;
    private int activeTargets;
    private int referenceCount;
    private int maskBit;

    /**
     * Reads one extension's data.
     *
     * @return false if it is malformed, or refers to a structure that never came; then the state is the one before
     */
    public boolean read(byte[] b, int off, int len) {
        if (len < MANDATORY_LENGTH) {
            return false;
        }
        bits.wrap(b, off, len);
        boolean start = bits.readFlag();
        boolean end = bits.readFlag();
        int templateId = bits.readInt(6);
        int number = bits.readInt(16);
        int flags = len > MANDATORY_LENGTH ? bits.readInt(5) : 0;
        boolean attached = (flags & 0x10) != 0;
        if (attached ? !incoming.read(bits) : !known) {
            return false;
        }
        DependencyStructure used = attached ? incoming : structure;
        int targets = used.targets();
        maskBit = len > MANDATORY_LENGTH ? bits.position(off) : 8 * MANDATORY_LENGTH + 5;
        int active = attached ? (int) ((1L << targets) - 1) : activeTargets;
        if ((flags & 0x08) != 0) {
            active = bits.readInt(targets);
        }
        int index = used.templateIndex(templateId);
        if (index < 0 || !readFrame(used, index, flags)) {
            return false;
        }
        if (attached) {
            incoming = structure;
            structure = used;
            known = true;
        }
        fresh = attached;
        startOfFrame = start;
        endOfFrame = end;
        frameNumber = number;
        template = index;
        activeTargets = active;
        return true;
    }

    /** frame_dependency_definition(), section A.8.4. */
    private boolean readFrame(DependencyStructure used, int index, int flags) {
        for (int target = 0; target < used.targets(); target++) {
            int own = (flags & 0x04) != 0 ? bits.readInt(2) : used.indication(index, target);
            indications[target] = (byte) own;
        }
        if ((flags & 0x02) != 0) {
            readReferences();
        } else {
            referenceCount = used.referenceCount(index);
            for (int i = 0; i < referenceCount; i++) {
                references[i] = used.reference(index, i);
            }
        }
        for (int chain = 0; chain < used.chains(); chain++) {
            chainDistances[chain] = (flags & 0x01) != 0 ? bits.readInt(8) : used.chainDistance(index, chain);
        }
        return !bits.overrun();
    }

    private void readReferences() {
        referenceCount = 0;
        for (int size = bits.readInt(2); size > 0 && !bits.overrun(); size = bits.readInt(2)) {
            int back = bits.readInt(4 * size) + 1;
            if (referenceCount >= 0 && referenceCount < references.length) {
                references[referenceCount++] = back;
            } else {
                referenceCount = -1;
            }
        }
    }

    /** The structure in force, or null before the first. */
    public @Nullable DependencyStructure structure() {
        return known ? structure : null;
    }

    /** True if the packet just read brought the structure with it: a keyframe. */
    public boolean isStructureAttached() {
        return fresh;
    }

    public boolean isStartOfFrame() {
        return startOfFrame;
    }

    public boolean isEndOfFrame() {
        return endOfFrame;
    }

    /** 16 bits, counting frames. */
    public int frameNumber() {
        return frameNumber;
    }

    public int spatialId() {
        return structure.spatialId(template);
    }

    public int temporalId() {
        return structure.temporalId(template);
    }

    /** What this frame is to a decode target: one of the four constants. */
    public int indication(int target) {
        return indications[target];
    }

    /** How many frames this one refers to, -1 if more than anybody may. */
    public int referenceCount() {
        return referenceCount;
    }

    /** How many frames back, 1 to 4096. */
    public int reference(int i) {
        return references[i];
    }

    /** The bit of the data at which the bitmask of active targets stands or, where there is none, would stand. */
    public int maskBit() {
        return maskBit;
    }

    /** How many frames back the last frame of this chain is; 0 = none before. */
    public int chainDistance(int chain) {
        return chainDistances[chain];
    }

    /** Bit i: decode target i is being produced. */
    public int activeTargets() {
        return activeTargets;
    }

    /** Forgets the structure, as when the source starts over. */
    public void reset() {
        known = false;
        fresh = false;
    }
}
