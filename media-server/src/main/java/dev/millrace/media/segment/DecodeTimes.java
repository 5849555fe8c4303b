package dev.millrace.media.segment;

import java.util.Objects;
import java.util.PriorityQueue;

/**
 * Makes decode times of the times pictures are shown at, in the order they are decoded in (ITU-T H.264 section C.4): with
 * B-frames, a picture is decoded when the one so many before it is shown.
 *
 * <p>Costs no delay. How many pictures may be reordered is told by the parameter sets, and learned where they are wrong.
 */
final class DecodeTimes {
    /** max_dec_frame_buffering of any level. */
    private static final int MAX_DEPTH = 16;

    /** One tick of 48 kHz: less would not be seen in the file. */
    static final long LEAST_STEP_NS = 20_834;

    /** Nobody knows the distance of pictures before there are two: that of 30 a second. */
    private static final long FIRST_STEP_NS = 33_333_333;

    private final PriorityQueue<Long> shown = new PriorityQueue<>();
    private int depth;
    private boolean started;
    private long latestShownNs;
    private long lastDecodeNs;

    /** The parameter sets say that so many pictures may come before one that is shown earlier. */
    void reorder(int frames) {
        depth = Math.max(depth, Math.min(frames, MAX_DEPTH));
    }

    /** How long before it is shown the first picture is decoded. */
    long leadNs() {
        return depth * FIRST_STEP_NS;
    }

    /** What comes next follows nothing that came, though the encoder is the same. */
    void reset() {
        started = false;
        shown.clear();
    }

    /** Another encoder comes next: it may reorder less. */
    void forget() {
        reset();
        depth = 0;
    }

    /** When the next picture is decoded; later than the one before, and no later than shown, unless that lies. */
    long next(long presentNs) {
        if (!started) {
            started = true;
            latestShownNs = presentNs;
            lastDecodeNs = presentNs - (depth + 1) * FIRST_STEP_NS;
            for (int i = depth; i > 0; i--) {
                shown.add(presentNs - i * FIRST_STEP_NS);
            }
        } else if (presentNs > latestShownNs) {
            latestShownNs = presentNs;
        } else {
            learn(presentNs);
        }
        shown.add(presentNs);
        long decode = shown.size() > depth ? Objects.requireNonNull(shown.poll()) : lastDecodeNs;
        decode = Math.max(decode, lastDecodeNs + LEAST_STEP_NS);
        lastDecodeNs = decode;
        return decode;
    }

    /** A picture goes back behind what was given out: more is reordered than was said. */
    private void learn(long presentNs) {
        if (presentNs <= lastDecodeNs && depth < MAX_DEPTH) {
            depth++;
        }
    }
}
