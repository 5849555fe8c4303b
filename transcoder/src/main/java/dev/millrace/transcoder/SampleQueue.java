package dev.millrace.transcoder;

import java.util.Arrays;

/** Interleaved samples on their way to an encoder, which takes them by whole frames. Owned by one lane. */
final class SampleQueue {
    /** Takes the frame that begins there. */
    interface Sink {
        void onFrame(float[] interleaved, int off);
    }

    private final int channels;
    private final int frame;
    private final Sink sink;
    private float[] waiting;
    private int waitingSamples;
    private long taken;

    /** @param frame samples of each channel that the encoder takes at once */
    SampleQueue(int channels, int frame, Sink sink) {
        this.channels = channels;
        this.frame = frame;
        this.sink = sink;
        waiting = new float[4 * frame * channels];
    }

    /** Samples of each channel that ever came: the number of the next one. */
    long count() {
        return taken + waitingSamples;
    }

    /** Samples until the frame that waits is full; 0 if none does. */
    int untilFull() {
        return Math.floorMod(-waitingSamples, frame);
    }

    void silence(int samples) {
        room(samples);
        Arrays.fill(waiting, waitingSamples * channels, (waitingSamples + samples) * channels, 0);
        added(samples);
    }

    void append(float[] interleaved, int from, int samples) {
        room(samples);
        System.arraycopy(interleaved, from * channels, waiting, waitingSamples * channels, samples * channels);
        added(samples);
    }

    private void room(int samples) {
        int needed = (waitingSamples + samples) * channels;
        if (needed > waiting.length) {
            waiting = Arrays.copyOf(waiting, needed);
        }
    }

    private void added(int samples) {
        waitingSamples += samples;
        int off = 0;
        while (waitingSamples - off >= frame) {
            sink.onFrame(waiting, off * channels);
            off += frame;
        }
        taken += off;
        waitingSamples -= off;
        System.arraycopy(waiting, off * channels, waiting, 0, waitingSamples * channels);
    }
}
