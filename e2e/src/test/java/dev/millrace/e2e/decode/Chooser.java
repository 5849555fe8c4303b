package dev.millrace.e2e.decode;

import dev.millrace.e2e.decode.Pictures.Expected;
import dev.millrace.media.layer.Quality;
import dev.millrace.media.sdp.MediaKind;
import java.util.Random;

/**
 * Pins one random quality after the other, some before the one before has come about, others for long enough to see that
 * the temporal layer, too, is the one that was asked for.
 */
final class Chooser {
    /** From one keyframe of a capture to the next and a little, so that whatever was asked for can have come about. */
    private static final int SETTLED_PICTURES = 12;

    /** All temporal layers show within so many pictures. */
    private static final int CYCLE_PICTURES = 4;

    private final Watcher watcher;
    private final Pictures pictures;
    private final int layers;
    private final int[] temporalIds;
    private final Random random;
    private int layer;
    private int spatialId;
    private int temporal;
    private boolean chosen;
    private int before = -1;
    private long chosenAt;
    private long hold;

    /** Each spatial layer can be thinned to these temporal layers, ascending. */
    Chooser(Watcher watcher, Pictures pictures, int layers, int[] temporalIds, Random random) {
        this.watcher = watcher;
        this.pictures = pictures;
        this.layers = layers;
        this.temporalIds = temporalIds.clone();
        this.random = random;
    }

    /** Called after every batch. */
    void maybeChoose(long nowNs) {
        long shown = watcher.sent() - chosenAt;
        if (chosen && shown < hold) {
            return;
        }
        if (chosen && shown >= SETTLED_PICTURES + CYCLE_PICTURES) {
            settled();
        }
        choose();
        watcher.path.selectQuality(MediaKind.VIDEO, Quality.of(layer, target()), nowNs);
    }

    private void choose() {
        chosen = true;
        chosenAt = watcher.sent();
        hold = random.nextInt(12) == 0 ? SETTLED_PICTURES + CYCLE_PICTURES : random.nextInt(3);
        Expected shown = watcher.shown();
        do {
            layer = random.nextInt(layers);
            spatialId = random.nextInt(pictures.spatialLayers(layer));
        } while (shown != null && layer == shown.layer() && spatialId == shown.spatialId() && random.nextInt(4) > 0);
        // Less than half the frame rate is on offer for the smallest picture only (layer.Ladder).
        boolean smallest = layer == 0 && spatialId == 0;
        int lowest = smallest ? 0 : Math.max(0, temporalIds.length - 2);
        temporal = random.nextInt(lowest, temporalIds.length);
    }

    private int target() {
        return spatialId * temporalIds.length + temporal;
    }

    private void settled() {
        int temporalId = temporalIds[temporal];
        Expected shown = watcher.shown();
        if (shown == null
                || shown.layer() != layer
                || shown.spatialId() != spatialId
                || watcher.temporalId() != temporalId) {
            throw new AssertionError("after " + hold + " pictures layer " + layer + ", spatial layer " + spatialId
                    + ", temporal layer " + temporalId + " is not what is shown, but " + shown
                    + " with temporal layers up to " + watcher.temporalId());
        }
        if (before >= 0 && before != temporalId) {
            watcher.changed("temporal " + before + " to " + temporalId);
        }
        before = temporalId;
    }
}
