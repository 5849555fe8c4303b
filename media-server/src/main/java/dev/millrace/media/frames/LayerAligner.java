package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Puts the layers of a simulcast on one RTP clock: they tick alike, each from a random beginning of its own, and a
 * keyframe that all of them send at once shows how far they are apart.
 *
 * <p>A layer that is not paired yet is held back from its keyframe on until the others' keyframe comes, or dropped after
 * a while. Owned by one thread.
 */
public final class LayerAligner {
    /** Browsers ignore wishes for keyframes closer than 300 ms, so keyframes within half of it are of one picture. */
    static final long PAIR_NS = 150_000_000;

    /** Layers of one picture have the same time to the tick; a few are granted to encoders that round. */
    private static final long SAME_TICKS = 9;

    /** A keyframe that another layer had late looks like another distance; two alike are one. */
    private static final int DISAGREEMENTS_TO_BELIEVE = 2;

    /** What {@link #PAIR_NS} can hold at 120 pictures a second, and some. */
    private static final int MAX_HELD = 32;

    /** Takes the pictures on their common clock. */
    public interface Sink {
        /** The next picture of that layer. */
        void onFrame(int layer, VideoFrame frame);
    }

    private final Sink sink;
    private final DropCounters drops;
    private final Layer[] layers;

    public LayerAligner(int layers, Sink sink, DropCounters drops) {
        this.layers = new Layer[layers];
        this.sink = sink;
        this.drops = drops;
        Arrays.setAll(this.layers, each -> new Layer());
    }

    /** The next picture of that layer, with its own timestamp. */
    public void onFrame(int index, VideoFrame frame) {
        Layer layer = layers[index];
        if (frame.key()) {
            layer.keyRtpTime = frame.rtpTime();
            layer.keyArrivalNs = frame.arrivalNs();
            layer.anyKey = true;
            pair(index, frame.arrivalNs());
        }
        if (layer.paired) {
            release(index);
            sink.onFrame(index, frame.at(frame.rtpTime() + layer.offset));
        } else {
            hold(layer, frame);
        }
        for (int i = 0; i < layers.length; i++) {
            release(i);
        }
    }

    /** That layer's source began anew, with another clock. */
    public void restart(int index) {
        drops.count(DropReason.WAITING_FOR_KEYFRAME, layers[index].held.size());
        layers[index] = new Layer();
    }

    private void pair(int index, long nowNs) {
        Layer layer = layers[index];
        boolean anyPaired = false;
        for (int i = 0; i < layers.length; i++) {
            Layer other = layers[i];
            anyPaired |= other.paired;
            boolean together = i != index && other.anyKey && nowNs - other.keyArrivalNs <= PAIR_NS;
            if (together && other.paired) {
                layer.believe(other.keyRtpTime + other.offset - layer.keyRtpTime);
            }
        }
        if (!anyPaired) {
            layer.believe(0);
        }
        if (layer.paired) {
            pairThoseWaiting(layer, nowNs);
        }
    }

    private void pairThoseWaiting(Layer layer, long nowNs) {
        for (Layer other : layers) {
            if (!other.paired && other.anyKey && nowNs - other.keyArrivalNs <= PAIR_NS) {
                other.believe(layer.keyRtpTime + layer.offset - other.keyRtpTime);
            }
        }
    }

    private void hold(Layer layer, VideoFrame frame) {
        if (frame.key()) {
            drops.count(DropReason.WAITING_FOR_KEYFRAME, layer.held.size());
            layer.held.clear();
        } else if (layer.held.isEmpty() || layer.held.size() == MAX_HELD) {
            drops.count(DropReason.WAITING_FOR_KEYFRAME, layer.held.size() + 1);
            layer.held.clear();
            return;
        }
        layer.held.add(frame);
    }

    private void release(int index) {
        Layer layer = layers[index];
        while (layer.paired && !layer.held.isEmpty()) {
            VideoFrame frame = layer.held.remove();
            sink.onFrame(index, frame.at(frame.rtpTime() + layer.offset));
        }
    }

    /** The time on the common clock of a time of that layer's; only of one that {@link #isPaired}. */
    public long common(int index, long rtpTime) {
        return rtpTime + layers[index].offset;
    }

    public boolean isPaired(int index) {
        return layers[index].paired;
    }

    /** How far one layer's clock is from the common one. */
    private static final class Layer {
        final ArrayDeque<VideoFrame> held = new ArrayDeque<>();
        boolean anyKey;
        long keyRtpTime;
        long keyArrivalNs;
        boolean paired;
        long offset;
        long otherOffset;
        int disagreements;

        void believe(long observed) {
            if (paired && Math.abs(observed - offset) <= SAME_TICKS) {
                disagreements = 0;
                return;
            }
            boolean again = disagreements > 0 && Math.abs(observed - otherOffset) <= SAME_TICKS;
            disagreements = paired ? again ? disagreements + 1 : 1 : DISAGREEMENTS_TO_BELIEVE;
            otherOffset = observed;
            if (disagreements >= DISAGREEMENTS_TO_BELIEVE) {
                paired = true;
                offset = observed;
                disagreements = 0;
            }
        }
    }
}
