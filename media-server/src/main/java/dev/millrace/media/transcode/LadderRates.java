package dev.millrace.media.transcode;

/**
 * What a rung of H.264 may have in the long run, by its size and frame rate: where x264 superfast shows no blocks on
 * ordinary camera pictures, a third more than is asked of slower presets.
 */
public final class LadderRates {
    private static final int[] HEIGHTS = {144, 240, 360, 480, 720, 1080, 1440, 2160};
    private static final int[] KBPS = {160, 320, 700, 1_200, 2_500, 4_500, 8_000, 15_000};

    /** The table's frame rate. */
    private static final double USUAL_FPS = 30;

    /** Twice the pictures are less than twice the bits: the differences between them are smaller. */
    private static final double FPS_EXPONENT = 0.6;

    private static final double MIN_FPS = 5;
    private static final double MAX_FPS = 120;

    private LadderRates() {}

    /** Bits a second for pictures with the shorter side this long. */
    public static int bps(int shortSide, double fps) {
        double factor = Math.pow(Math.clamp(fps, MIN_FPS, MAX_FPS) / USUAL_FPS, FPS_EXPONENT);
        return (int) (kbps(shortSide) * factor * 1_000);
    }

    private static double kbps(int shortSide) {
        int last = HEIGHTS.length - 1;
        if (shortSide <= HEIGHTS[0]) {
            return KBPS[0];
        }
        for (int i = 1; i <= last; i++) {
            if (shortSide <= HEIGHTS[i]) {
                double part = (double) (shortSide - HEIGHTS[i - 1]) / (HEIGHTS[i] - HEIGHTS[i - 1]);
                return KBPS[i - 1] + part * (KBPS[i] - KBPS[i - 1]);
            }
        }
        return KBPS[last];
    }
}
