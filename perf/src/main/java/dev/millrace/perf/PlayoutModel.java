package dev.millrace.perf;

/**
 * What a player's buffer would do: plays a fixed time behind the live edge, stands still when the next moment of any of its
 * tracks is not there, and goes on that much later. Owned by one thread, told the time.
 */
final class PlayoutModel {
    private final double holdBackS;
    private final double[] endS;
    private boolean playing;
    private double behindS;
    private int stalls;
    private double stalledS;

    /** @param holdBackS how far behind the live edge playing begins */
    PlayoutModel(int tracks, double holdBackS) {
        this.endS = new double[tracks];
        this.holdBackS = holdBackS;
    }

    /** All of a track up to {@code untilS} is there now; both in seconds of Unix time. */
    void onMedia(int track, double untilS, double nowS) {
        double before = leastEndS();
        if (playing && nowS - behindS > before) {
            double lateS = nowS - behindS - before;
            stalls++;
            stalledS += lateS;
            behindS += lateS;
        }
        endS[track] = Math.max(endS[track], untilS);
        double least = leastEndS();
        if (!playing && least > 0) {
            playing = true;
            behindS = nowS - least + holdBackS;
        }
    }

    private double leastEndS() {
        double least = Double.MAX_VALUE;
        for (double each : endS) {
            least = Math.min(least, each);
        }
        return least;
    }

    boolean isPlaying() {
        return playing;
    }

    int stalls() {
        return stalls;
    }

    double stalledS() {
        return stalledS;
    }

    /** How far what is shown is behind what is captured, in seconds; 0 before it plays. */
    double behindS() {
        return behindS;
    }
}
