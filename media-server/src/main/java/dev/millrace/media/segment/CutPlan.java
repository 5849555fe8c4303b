package dev.millrace.media.segment;

import java.util.ArrayDeque;

/**
 * Says where segments begin, for all tracks of a broadcast alike: on a grid, at the keyframe nearest to it.
 *
 * <p>A track follows when its own samples pass the cut, so the same number means the same stretch of time in every track.
 * Where no keyframe comes in time the cut is made without one; a stream that never sends another one is still cut. An
 * epoch begins where decoders have to begin anew, and with it the grid. Owned by one thread.
 */
final class CutPlan {
    /** A keyframe this much before the grid is on it: the wish for it was sent a little early. */
    static final long EARLY_NS = 100_000_000;

    /** How long after the grid a keyframe is waited for: with {@link #EARLY_NS}, 2 s stay under 2.5 s. */
    static final long PATIENCE_NS = 350_000_000;

    /** Seven pictures a second; slower ones, and holes, are cut on the grid. */
    private static final long SLOW_FRAME_NS = 150_000_000;

    /** A wish for a keyframe takes a round trip and an encoder's frame; of slow pictures it is the last one in time. */
    private static final long WISH_LEAD_NS = 100_000_000;

    /** Browsers ignore wishes closer than 300 ms. */
    private static final long WISH_AGAIN_NS = 350_000_000;

    /** No track is so many segments behind another. */
    private static final int CUTS_KEPT = 64;

    /**
     * The beginning of a segment.
     *
     * @param discontinuity it is the first of its epoch, and not of the broadcast
     */
    record Cut(long number, long startNs, Epoch epoch, boolean discontinuity) {}

    /**
     * A stretch without a discontinuity in it.
     *
     * @param index how many discontinuities came before, and what it began with
     * @param number of its first segment
     * @param startNs where its grid begins
     */
    record Epoch(int index, long number, long startNs) {}

    private final long segmentNs;
    private final Runnable keyframeWanted;
    private final ArrayDeque<Cut> cuts = new ArrayDeque<>();
    private long wishedNs = Long.MIN_VALUE;
    private boolean epochWanted;
    private long forced;

    CutPlan(long segmentNs, Runnable keyframeWanted) {
        this.segmentNs = segmentNs;
        this.keyframeWanted = keyframeWanted;
    }

    boolean started() {
        return !cuts.isEmpty();
    }

    /** The first segment begins here. */
    void start(long ns, Beginning first) {
        add(new Cut(first.number(), ns, new Epoch(first.epoch(), first.number(), ns), false));
    }

    /** The latest cut is the only one there was. */
    boolean isFirst() {
        return cuts.size() == 1;
    }

    /** A new epoch begins here, or right after the last cut if that is later. */
    Cut breakAt(long ns) {
        return breakAfter(cuts.getLast(), ns);
    }

    /** The same, but the last cut's segment is not begun: it is the first of the epoch instead. */
    Cut breakInsteadOfLast() {
        Cut last = cuts.removeLast();
        return breakAfter(cuts.getLast(), last.startNs());
    }

    private Cut breakAfter(Cut last, long ns) {
        long number = last.number() + 1;
        long startNs = Math.max(ns, last.startNs() + 1);
        Cut cut = new Cut(number, startNs, new Epoch(last.epoch().index() + 1, number, startNs), true);
        epochWanted = false;
        add(cut);
        return cut;
    }

    private void add(Cut cut) {
        cuts.add(cut);
        if (cuts.size() > CUTS_KEPT) {
            cuts.remove();
        }
    }

    /** Some track reached that time; with a picture that a decoder can begin with or without. */
    void onProgress(long ns, boolean key) {
        while (ns >= nextGridNs() + PATIENCE_NS + SLOW_FRAME_NS) {
            cut(nextGridNs()); // nothing came when it was time
        }
        if (key && ns >= nextGridNs() - EARLY_NS) {
            cutAtKey(ns);
        } else if (ns >= nextGridNs() + PATIENCE_NS) {
            forced++;
            cut(ns);
        }
    }

    /**
     * Some track reached that time, and there are pictures: is it time to wish for a keyframe?
     *
     * @param usualNs how long nothing will come that could ask again
     */
    void maybeWish(long ns, long usualNs) {
        if (ns >= nextGridNs() - Math.clamp(usualNs, WISH_LEAD_NS, segmentNs / 2)) {
            wish(ns);
        }
    }

    /** Nothing can be shown before a keyframe. */
    void wish(long ns) {
        boolean again = ns - wishedNs >= WISH_AGAIN_NS || wishedNs == Long.MIN_VALUE || ns < wishedNs;
        if (again) {
            wishedNs = ns;
            keyframeWanted.run();
        }
    }

    /** The next segment that begins with a keyframe begins an epoch, though no decoder needs it. */
    void wantEpoch() {
        epochWanted = true;
    }

    private void cutAtKey(long ns) {
        if (epochWanted) {
            breakAt(ns);
        } else {
            cut(ns);
        }
    }

    private void cut(long ns) {
        Cut last = cuts.getLast();
        add(new Cut(last.number() + 1, Math.max(ns, last.startNs() + 1), last.epoch(), false));
    }

    private long nextGridNs() {
        Cut last = cuts.getLast();
        return last.epoch().startNs() + (last.number() + 1 - last.epoch().number()) * segmentNs;
    }

    /** The segment that a sample of that time belongs to: the last whose beginning it has passed. */
    Cut at(long ns) {
        Cut found = cuts.getFirst();
        for (Cut cut : cuts) {
            if (cut.startNs() > ns) {
                break;
            }
            found = cut;
        }
        return found;
    }

    /** The cut of that number, which was made and is not forgotten. */
    Cut number(long number) {
        for (Cut cut : cuts) {
            if (cut.number() == number) {
                return cut;
            }
        }
        throw new IllegalStateException("segment " + number + " was not begun");
    }

    /** False if the cut of that number is forgotten. */
    boolean remembers(long number) {
        return number >= cuts.getFirst().number();
    }

    Cut latest() {
        return cuts.getLast();
    }

    /** Cuts without a keyframe since the start, of streams of pictures. */
    long forced() {
        return forced;
    }
}
