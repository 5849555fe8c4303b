package dev.millrace.transcoder;

/** Estimates how many pictures a second come, by when they were captured. Owned by one thread. */
final class FrameRate {
    private static final double USUAL_FPS = 30;
    private static final double MIN_FPS = 1;
    private static final double MAX_FPS = 120;

    /** Told over pictures of a second or so; fewer mean nothing, since they come unevenly. */
    private static final int PICTURES = 24;

    private static final double NS = 1e9;

    private double fps = USUAL_FPS;
    private boolean measured;
    private long firstNs;
    private int pictures;

    /** What the stream says of itself, 0 if nothing; believed until it is known better. */
    void said(double said) {
        if (!measured && said >= MIN_FPS && said <= MAX_FPS) {
            fps = said;
        }
    }

    void onPicture(long captureNs) {
        if (pictures == 0) {
            firstNs = captureNs;
        }
        pictures++;
        if (pictures > PICTURES && captureNs > firstNs) {
            fps = Math.clamp(PICTURES * NS / (captureNs - firstNs), MIN_FPS, MAX_FPS);
            measured = true;
            firstNs = captureNs;
            pictures = 1;
        }
    }

    double fps() {
        return fps;
    }
}
