package dev.millrace.perf;

/**
 * What a player's buffer would do: plays a fixed time behind the live edge, stands still when the next moment of any of its
 * tracks is not there, and goes on that much later. Owned by one thread, told the time.
 */
final class PlayoutModel {
    private final double holdBackS;
    private final double[] endS;
    private final double[] joinedS;
    private boolean playing;
    private double behindS;
    private int stalls;
    private double stalledS;

    /** @param holdBackS how far behind the live edge playing begins */
    PlayoutModel(int tracks, double holdBackS) {
        this.endS = new double[tracks];
        this.joinedS = new double[tracks];
        this.holdBackS = holdBackS;
    }

    /**
     * That was the live edge of a track when its first playlist came: a player fetches from a keyframe before it on, but shows
     * what is the hold back behind it.
     */
    void join(int track, double edgeS) {
        joinedS[track] = edgeS;
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
        if (!playing && least > 0 && hasJoined()) {
            playing = true;
            behindS = nowS - least + holdBackS;
        }
    }

    private boolean hasJoined() {
        for (int i = 0; i < endS.length; i++) {
            if (endS[i] < joinedS[i] - 0.001) {
                return false;
            }
        }
        return true;
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
