package dev.millrace.media.rtp.codec;

/**
 * What the first byte of an Opus packet tells (RFC 6716 section 3.1); stateless, allocates nothing.
 *
 * <pre>
 * | config  |s| c |   config: mode, bandwidth, frame length; s: stereo; c: how many frames
 * </pre>
 */
public final class OpusPayload {
    /** RTP's clock for Opus, whatever the sampling rate (RFC 7587 section 4.1). */
    public static final int TICKS_PER_MS = 48;

    /** 120 ms, section 3.2.5. */
    private static final int MAX_TICKS = 120 * TICKS_PER_MS;

    private OpusPayload() {}

    /** How much sound the packet holds, in RTP ticks, or -1 if it is malformed. */
    public static int durationTicks(byte[] b, int off, int len) {
        if (len < 1) {
            return -1;
        }
        int frames =
                switch (b[off] & 3) {
                    case 0 -> 1;
                    case 1, 2 -> 2;
                    default -> len < 2 ? 0 : b[off + 1] & 0x3f;
                };
        int ticks = frames * frameTicks(b[off] >>> 3 & 0x1f);
        return frames == 0 || ticks > MAX_TICKS ? -1 : ticks;
    }

    /** RFC 6716 table 2. */
    private static int frameTicks(int config) {
        if (config < 12) {
            int step = config & 3; // SILK: 10, 20, 40, 60 ms
            return (step == 3 ? 60 : 10 << step) * TICKS_PER_MS;
        }
        if (config < 16) {
            return (10 << (config & 1)) * TICKS_PER_MS; // hybrid: 10, 20 ms
        }
        return (5 * TICKS_PER_MS / 2) << (config & 3); // CELT: 2.5, 5, 10, 20 ms
    }

    /** True if the packet was coded in stereo. */
    public static boolean isStereo(byte[] b, int off, int len) {
        return len >= 1 && (b[off] & 4) != 0;
    }
}
