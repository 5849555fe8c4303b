package dev.millrace.media.transcode;

/** The work on one stream; owned by the thread that opened it. What cannot be taken at once is dropped and counted. */
public interface TranscodeJob extends AutoCloseable {
    /** The next packet of sound; only if the spec asks for sound. */
    void audio(byte[] packet, long captureNs);

    /** The next picture; only if the spec asks for rungs. A keyframe is a keyframe of every rung. */
    void video(SourcePicture picture, long captureNs);

    /** Nothing more is told to the listener. */
    @Override
    void close();
}
