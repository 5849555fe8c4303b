package dev.millrace.media.rtp.codec;

/**
 * Which frames a stream is made of and which of them each decode target needs (Dependency Descriptor, AV1 RTP
 * specification, appendix A.8.3). Filled and kept by {@link DependencyDescriptor}; fixed size, allocates nothing.
 */
public final class DependencyStructure {
    public static final int MAX_TEMPLATES = 64;
    public static final int MAX_TARGETS = 32;

    /** A frame of AV1 refers to seven others, one of H.264 to 16. */
    static final int MAX_REFERENCES = 16;

    private static final int MAX_SPATIAL_LAYERS = 4;
    private static final int MAX_TEMPORAL_LAYERS = 8;
    private static final int NEXT_TEMPORAL = 1;
    private static final int NEXT_SPATIAL = 2;
    private static final int NO_MORE = 3;

    private final byte[] spatialIds = new byte[MAX_TEMPLATES];
    private final byte[] temporalIds = new byte[MAX_TEMPLATES];
    private final byte[] indications = new byte[MAX_TEMPLATES * MAX_TARGETS];
    private final byte[] chainDistances = new byte[MAX_TEMPLATES * MAX_TARGETS];
    private final byte[] references = new byte[MAX_TEMPLATES * MAX_REFERENCES];
    private final byte[] referenceCounts = new byte[MAX_TEMPLATES];
    private final byte[] protectedBy = new byte[MAX_TARGETS];
    private final int[] widths = new int[MAX_SPATIAL_LAYERS];
    private final int[] heights = new int[MAX_SPATIAL_LAYERS];
    private int idOffset;
    private int targets;
    private int templates;
    private int chains;
    private int spatialLayers;

    /** Reads template_dependency_structure(); false if it breaks a limit. */
    boolean read(BitReader bits) {
        idOffset = bits.readInt(6);
        targets = bits.readInt(5) + 1;
        if (!readLayers(bits)) {
            return false;
        }
        for (int template = 0; template < templates; template++) {
            for (int target = 0; target < targets; target++) {
                indications[template * MAX_TARGETS + target] = (byte) bits.readInt(2);
            }
        }
        if (!readReferences(bits)) {
            return false;
        }
        readChains(bits);
        boolean sizes = bits.readFlag();
        for (int i = 0; i < spatialLayers; i++) {
            widths[i] = sizes ? bits.readInt(16) + 1 : 0;
            heights[i] = sizes ? bits.readInt(16) + 1 : 0;
        }
        return !bits.overrun();
    }

    private boolean readLayers(BitReader bits) {
        int spatial = 0;
        int temporal = 0;
        templates = 0;
        while (true) {
            if (templates == MAX_TEMPLATES || spatial >= MAX_SPATIAL_LAYERS || temporal >= MAX_TEMPORAL_LAYERS) {
                return false;
            }
            spatialIds[templates] = (byte) spatial;
            temporalIds[templates] = (byte) temporal;
            templates++;
            int next = bits.readInt(2);
            if (next == NO_MORE) {
                spatialLayers = spatial + 1;
                return true;
            }
            if (next == NEXT_TEMPORAL) {
                temporal++;
            } else if (next == NEXT_SPATIAL) {
                temporal = 0;
                spatial++;
            }
        }
    }

    private boolean readReferences(BitReader bits) {
        for (int template = 0; template < templates; template++) {
            int count = 0;
            while (bits.readFlag() && !bits.overrun()) {
                if (count == MAX_REFERENCES) {
                    return false;
                }
                references[template * MAX_REFERENCES + count++] = (byte) (bits.readInt(4) + 1);
            }
            referenceCounts[template] = (byte) count;
        }
        return true;
    }

    private void readChains(BitReader bits) {
        chains = bits.readNonSymmetric(targets + 1);
        if (chains == 0) {
            return;
        }
        for (int target = 0; target < targets; target++) {
            protectedBy[target] = (byte) bits.readNonSymmetric(chains);
        }
        for (int template = 0; template < templates; template++) {
            for (int chain = 0; chain < chains; chain++) {
                chainDistances[template * MAX_TARGETS + chain] = (byte) bits.readInt(4);
            }
        }
    }

    /** The index of a template by the id in a descriptor, or -1 if it is none of this structure. */
    int templateIndex(int templateId) {
        int index = (templateId - idOffset) & 63;
        return index < templates ? index : -1;
    }

    int indication(int template, int target) {
        return indications[template * MAX_TARGETS + target];
    }

    int chainDistance(int template, int chain) {
        return chainDistances[template * MAX_TARGETS + chain];
    }

    int referenceCount(int template) {
        return referenceCounts[template];
    }

    /** How many frames back it refers. */
    int reference(int template, int i) {
        return references[template * MAX_REFERENCES + i];
    }

    /** True if every frame of target {@code lower} belongs to target {@code upper}, too. */
    boolean contains(int upper, int lower) {
        for (int i = 0; i < templates; i++) {
            if (indication(i, lower) != DependencyDescriptor.NOT_PRESENT
                    && indication(i, upper) == DependencyDescriptor.NOT_PRESENT) {
                return false;
            }
        }
        return true;
    }

    int spatialId(int template) {
        return spatialIds[template];
    }

    int temporalId(int template) {
        return temporalIds[template];
    }

    /** Decode targets, 1 to 32. */
    public int targets() {
        return targets;
    }

    public int templates() {
        return templates;
    }

    /** Chains of frames that must not break; 0 to the number of targets. */
    public int chains() {
        return chains;
    }

    /** Which chain protects a target; only if there are {@link #chains()}. */
    public int protectingChain(int target) {
        return protectedBy[target];
    }

    /** The highest spatial layer among the frames of a target. */
    public int targetSpatialId(int target) {
        int highest = 0;
        for (int i = 0; i < templates; i++) {
            if (indication(i, target) != DependencyDescriptor.NOT_PRESENT) {
                highest = Math.max(highest, spatialIds[i]);
            }
        }
        return highest;
    }

    /** The highest temporal layer among the frames of a target. */
    public int targetTemporalId(int target) {
        int highest = 0;
        for (int i = 0; i < templates; i++) {
            if (indication(i, target) != DependencyDescriptor.NOT_PRESENT) {
                highest = Math.max(highest, temporalIds[i]);
            }
        }
        return highest;
    }

    public int spatialLayers() {
        return spatialLayers;
    }

    /** In pixels; 0 if the structure does not say. */
    public int width(int spatialId) {
        return spatialId < spatialLayers ? widths[spatialId] : 0;
    }

    public int height(int spatialId) {
        return spatialId < spatialLayers ? heights[spatialId] : 0;
    }
}
