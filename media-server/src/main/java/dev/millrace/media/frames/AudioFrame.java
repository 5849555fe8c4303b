package dev.millrace.media.frames;

/**
 * One packet of sound.
 *
 * @param data never changed once made
 * @param rtpTime when it is to be heard, unwrapped, in 1/48,000 s
 * @param durationTicks how long it lasts, in 1/48,000 s
 * @param arrivalNs when it came in, or when it was put in for one that did not
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; shared by all who send it
public record AudioFrame(byte[] data, long rtpTime, int durationTicks, long arrivalNs) {
    /** RTP's clock for Opus. */
    public static final int CLOCK_RATE = 48_000;

    long endRtpTime() {
        return rtpTime + durationTicks;
    }
}
