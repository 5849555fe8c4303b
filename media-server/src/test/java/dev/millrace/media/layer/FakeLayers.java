package dev.millrace.media.layer;

import java.util.Arrays;

/** Layers as a test says they are; by default a browser's three, H.264 without temporal layers. */
final class FakeLayers implements Layers {
    final boolean[] active;
    final boolean[] dormant;
    final int[] pixels;
    final long[] bitrateBps;

    /** Temporal layers of each layer, and the share of the rate up to each; with one spatial layer. */
    double[] temporalShares = {1};

    private FakeLayers(int[] pixels, long[] bitrateBps) {
        this.pixels = pixels;
        this.bitrateBps = bitrateBps;
        active = new boolean[pixels.length];
        dormant = new boolean[pixels.length];
        Arrays.fill(active, true);
    }

    static FakeLayers simulcast() {
        return new FakeLayers(new int[] {320 * 180, 640 * 360, 1280 * 720}, new long[] {150_000, 500_000, 1_500_000});
    }

    /** One layer with temporal layers of 60, 80 and 100 % of the rate. */
    static FakeLayers single(long bitrateBps) {
        FakeLayers layers = new FakeLayers(new int[] {640 * 360}, new long[] {bitrateBps});
        layers.temporalShares = new double[] {0.5, 0.7, 1};
        return layers;
    }

    @Override
    public int layerCount() {
        return pixels.length;
    }

    @Override
    public boolean active(int layer, long nowNs) {
        return active[layer];
    }

    @Override
    public boolean dormant(int layer, long nowNs) {
        return dormant[layer];
    }

    @Override
    public int targets(int layer) {
        return temporalShares.length;
    }

    @Override
    public int spatialId(int layer, int target) {
        return 0;
    }

    @Override
    public int temporalId(int layer, int target) {
        return target;
    }

    @Override
    public int pixels(int layer, int target) {
        return pixels[layer];
    }

    @Override
    public long bitrateBps(int layer, int target) {
        return (long) (bitrateBps[layer] * temporalShares[target]);
    }
}
