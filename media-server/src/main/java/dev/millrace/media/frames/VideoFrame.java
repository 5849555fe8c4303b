package dev.millrace.media.frames;

/**
 * One whole picture. Of H.264 as a file keeps it: NAL units, each after its length in four bytes, without parameter sets and
 * delimiters; of HEVC all NAL units so; of the others as a decoder takes it.
 *
 * @param data never changed once made
 * @param rtpTime when it is to be shown, unwrapped, in 1/90,000 s
 * @param key a decoder can begin here
 * @param discardable no other picture refers to it
 * @param config the codec, and the parameter sets it needs; the same object as long as they are the same
 * @param arrivalNs when its last packet came in
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; shared by all who send it
public record VideoFrame(
        byte[] data, long rtpTime, boolean key, boolean discardable, VideoConfig config, long arrivalNs) {
    /** RTP's clock for video. */
    public static final int CLOCK_RATE = 90_000;

    /** The same picture on another clock. */
    public VideoFrame at(long otherRtpTime) {
        return new VideoFrame(data, otherRtpTime, key, discardable, config, arrivalNs);
    }
}
