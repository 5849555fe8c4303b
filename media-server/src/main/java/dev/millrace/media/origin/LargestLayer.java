package dev.millrace.media.origin;

import dev.millrace.media.frames.VideoFrame;

/**
 * Chooses among the layers of pictures that have to be decoded the one that is: the one with the most bits, as long as it
 * comes. Owned by the origin's thread.
 */
final class LargestLayer {
    /** A layer is silent when its publisher's way narrows; a second is no picture a second. */
    private static final long SILENT_NS = 1_500_000_000L;

    private static final long MEASURED_NS = 1_000_000_000L;

    private final long[] bytes;
    private final long[] measured;
    private final long[] heardNs;
    private long sinceNs;
    private int chosen = -1;

    LargestLayer(int layers) {
        bytes = new long[layers];
        measured = new long[layers];
        heardNs = new long[layers];
    }

    /** True if this picture is one of the chosen layer. */
    boolean takes(int layer, VideoFrame frame) {
        long nowNs = frame.arrivalNs();
        bytes[layer] += frame.data().length;
        heardNs[layer] = nowNs;
        if (nowNs - sinceNs >= MEASURED_NS) {
            sinceNs = nowNs;
            for (int i = 0; i < bytes.length; i++) {
                measured[i] = bytes[i];
                bytes[i] = 0;
            }
        }
        if (frame.key() && layer != chosen && (isSilent(nowNs) || measured[layer] > measured[chosen])) {
            chosen = layer;
        }
        return layer == chosen;
    }

    private boolean isSilent(long nowNs) {
        return chosen < 0 || nowNs - heardNs[chosen] > SILENT_NS;
    }
}
