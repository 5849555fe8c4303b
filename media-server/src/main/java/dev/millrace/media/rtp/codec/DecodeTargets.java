package dev.millrace.media.rtp.codec;

/**
 * What a layer can be thinned to: its decode targets, ascending by spatial, then temporal layer, as the Dependency
 * Descriptor numbers them (AV1 RTP specification, appendix A.4); one target when nothing is scalable.
 *
 * <p>Filled by a {@link FrameReader} from a structure or from the layer ids it saw; owned by its loop, fixed size.
 */
public final class DecodeTargets {
    public static final int MAX = DependencyStructure.MAX_TARGETS;

    /** Every target, those still unknown, too. */
    static final int ALL = -1;

    private final byte[] spatialIds = new byte[MAX];
    private final byte[] temporalIds = new byte[MAX];
    private final int[] pixels = new int[MAX];
    private final int[] below = new int[MAX];
    private final byte[] wire = new byte[MAX];
    private int count;
    private int version;

    DecodeTargets() {
        grid(1, 1, true);
        version = 0;
    }

    /** 1 to {@link #MAX}. */
    public int count() {
        return count;
    }

    public int spatialId(int target) {
        return spatialIds[target];
    }

    public int temporalId(int target) {
        return temporalIds[target];
    }

    /** Of its pictures; 0 if nobody said. */
    public int pixels(int target) {
        return pixels[target];
    }

    /** Bit i: who has all of this target has all of target i and may go down to it at any picture; its own bit is set. */
    public int below(int target) {
        return below[target];
    }

    /** {@link #below} with the bits in the order in which the publisher's structure numbers targets. */
    public int wireMask(int target) {
        int mask = 0;
        for (int i = 0; i < count; i++) {
            mask |= (below[target] >>> i & 1) << wire[i];
        }
        return mask;
    }

    /** Grows whenever targets come, go or change what they consist of; sizes do not count. */
    public int version() {
        return version;
    }

    /** The best target that exceeds neither. */
    public int find(int spatialId, int temporalId) {
        int best = 0;
        for (int i = 0; i < count; i++) {
            best = spatialIds[i] <= spatialId && temporalIds[i] <= temporalId ? i : best;
        }
        return best;
    }

    /** Bits of the targets that exceed neither id of {@code target}. */
    public int within(int target) {
        int mask = 0;
        for (int i = 0; i < count; i++) {
            boolean fits = spatialIds[i] <= spatialIds[target] && temporalIds[i] <= temporalIds[target];
            mask |= fits ? 1 << i : 0;
        }
        return mask;
    }

    /** Bit of target (spatial, temporal) of a {@link #grid}. */
    int bit(int spatialId, int temporalId) {
        int temporals = temporalIds[count - 1] + 1;
        return 1 << (spatialId * temporals + temporalId);
    }

    /** True if the table is what {@link #grid} would make. */
    boolean isGrid(int spatials, int temporals) {
        return count == spatials * temporals
                && spatialIds[count - 1] == spatials - 1
                && temporalIds[count - 1] == temporals - 1;
    }

    /**
     * All combinations of so many spatial and temporal layers.
     *
     * @param nested whether a spatial layer needs all frames of the lower ones, or those of key pictures only
     */
    void grid(int spatials, int temporals, boolean nested) {
        version++;
        count = spatials * temporals;
        for (int i = 0; i < count; i++) {
            spatialIds[i] = (byte) (i / temporals);
            temporalIds[i] = (byte) (i % temporals);
            pixels[i] = 0;
            wire[i] = (byte) i;
        }
        nest(nested);
    }

    private void nest(boolean nested) {
        for (int i = 0; i < count; i++) {
            below[i] = 0;
            for (int j = 0; j <= i; j++) {
                boolean spatially = nested ? spatialIds[j] <= spatialIds[i] : spatialIds[j] == spatialIds[i];
                below[i] |= spatially && temporalIds[j] <= temporalIds[i] ? 1 << j : 0;
            }
        }
    }

    /** The targets of a structure, sorted. */
    void read(DependencyStructure structure) {
        int before = fingerprint();
        count = structure.targets();
        for (int i = 0; i < count; i++) {
            insert(structure, i);
        }
        for (int i = 0; i < count; i++) {
            int spatial = spatialIds[i];
            pixels[i] = structure.width(spatial) * structure.height(spatial);
            below[i] = 0;
            for (int j = 0; j < count; j++) {
                below[i] |= structure.contains(wire[i], wire[j]) ? 1 << j : 0;
            }
        }
        version += before == fingerprint() ? 0 : 1;
    }

    private void insert(DependencyStructure structure, int target) {
        int spatial = structure.targetSpatialId(target);
        int temporal = structure.targetTemporalId(target);
        int at = target;
        while (at > 0 && order(spatialIds[at - 1], temporalIds[at - 1]) > order(spatial, temporal)) {
            spatialIds[at] = spatialIds[at - 1];
            temporalIds[at] = temporalIds[at - 1];
            wire[at] = wire[at - 1];
            at--;
        }
        spatialIds[at] = (byte) spatial;
        temporalIds[at] = (byte) temporal;
        wire[at] = (byte) target;
    }

    private static int order(int spatialId, int temporalId) {
        return spatialId << 8 | temporalId;
    }

    private int fingerprint() {
        int hash = count;
        for (int i = 0; i < count; i++) {
            hash = (hash * 31 + order(spatialIds[i], temporalIds[i])) * 31 + below[i];
            hash = hash * 31 + wire[i];
        }
        return hash;
    }

    /** The number the publisher's structure gives to a target. */
    int wire(int target) {
        return wire[target];
    }

    /** What a keyframe said about its size, for the targets of the spatial layer. */
    void size(int spatialId, int newPixels) {
        for (int i = 0; i < count; i++) {
            pixels[i] = spatialIds[i] == spatialId && newPixels > 0 ? newPixels : pixels[i];
        }
    }

    /** The size of the whole picture, for the best spatial layer if nothing better is known. */
    void wholeSize(int newPixels) {
        size(spatialIds[count - 1], newPixels);
    }

    /** Back to one target. */
    void reset() {
        grid(1, 1, true);
    }
}
