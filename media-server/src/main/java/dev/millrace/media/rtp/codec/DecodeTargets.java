package dev.millrace.media.rtp.codec;

/**
 * What a layer can be thinned to: its decode targets, ascending by spatial, then temporal layer, as the Dependency
 * Descriptor numbers them (AV1 RTP specification, appendix A.4); one target when nothing is scalable.
 *
 * <p>In masks each target has a bit; bits ascend as targets do, and keep their meaning while more layers come to light.
 * Filled by a {@link FrameReader} from a structure or from the layer ids it saw; owned by its loop, fixed size.
 */
public final class DecodeTargets {
    public static final int MAX = DependencyStructure.MAX_TARGETS;

    /** As a mask: every target, those still unknown, too. */
    static final int ALL = -1;

    /** Bits of one spatial layer where ids are all we have. */
    static final int TEMPORALS = 8;

    static final int SPATIALS = MAX / TEMPORALS;

    private final byte[] bits = new byte[MAX];
    private final byte[] targets = new byte[MAX];
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

    /** The number of a target's bit in masks. */
    public int bit(int target) {
        return bits[target];
    }

    /** The target of a bit, or the best one below while there is none such. */
    public int target(int bit) {
        return targets[bit];
    }

    /** Bits of the targets of which someone with all of this target has everything: its own, and where one may go down. */
    public int below(int target) {
        return below[target];
    }

    /** {@link #below} as the publisher's structure numbers targets. */
    public int wireMask(int target) {
        int mask = 0;
        for (int i = 0; i < count; i++) {
            mask |= ((below[target] >>> bits[i]) & 1) << wire[i];
        }
        return mask;
    }

    /** Bits of the targets that exceed neither the spatial nor the temporal layer of this one. */
    public int within(int target) {
        int mask = 0;
        for (int i = 0; i < count; i++) {
            boolean fits = spatialIds[i] <= spatialIds[target] && temporalIds[i] <= temporalIds[target];
            mask |= fits ? 1 << bits[i] : 0;
        }
        return mask;
    }

    /** Bits of the targets that show the same spatial layer as this one. */
    public int sameSpatial(int target) {
        int mask = 0;
        for (int i = 0; i < count; i++) {
            mask |= spatialIds[i] == spatialIds[target] ? 1 << bits[i] : 0;
        }
        return mask;
    }

    /** Grows whenever targets come, go or change what they consist of; sizes do not count. */
    public int version() {
        return version;
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
            bits[i] = (byte) (spatialIds[i] * TEMPORALS + temporalIds[i]);
            pixels[i] = 0;
            wire[i] = (byte) i;
        }
        for (int i = 0; i < count; i++) {
            below[i] = nested ? within(i) : within(i) & sameSpatial(i);
        }
        index();
    }

    private void index() {
        int target = 0;
        for (int bit = 0; bit < MAX; bit++) {
            target = target + 1 < count && bits[target + 1] <= bit ? target + 1 : target;
            targets[bit] = (byte) target;
        }
    }

    /** The bits of a spatial layer's frames of one temporal layer: its own and all higher temporal targets. */
    static int frameBits(int spatialId, int temporalId) {
        return ((0xff << temporalId) & 0xff) << (spatialId * TEMPORALS);
    }

    /** The targets of a structure, sorted. */
    void read(DependencyStructure structure) {
        int before = fingerprint();
        count = structure.targets();
        for (int i = 0; i < count; i++) {
            bits[i] = (byte) i;
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
        index();
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
        return (spatialId << 8) | temporalId;
    }

    private int fingerprint() {
        int hash = count;
        for (int i = 0; i < count; i++) {
            hash = (hash * 31 + order(spatialIds[i], temporalIds[i])) * 31 + below[i];
            hash = (hash * 31 + wire[i]) * 31 + bits[i];
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

    /** The size of the whole picture, for the best spatial layer. */
    void wholeSize(int newPixels) {
        size(spatialIds[count - 1], newPixels);
    }

    /** Back to one target. */
    void reset() {
        grid(1, 1, true);
    }
}
