package dev.millrace.media.transcode;

import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.TrackFormat;

/** Is told what became of a stream. */
public interface TranscodeListener {
    /** The next packet of AAC: 1,024 samples a channel, the first of which was captured then. */
    void onAudio(TrackFormat.Aac format, byte[] data, long captureNs);

    /** The next packet of Opus, of 20 ms, where AAC comes in; its first sample was captured then. */
    default void onOpus(byte[] data, long captureNs) {}

    /** The next picture of a rung, in the order they are decoded in; it was captured then. */
    void onVideo(int rung, VideoFrame picture, long captureNs);

    /** Something is wrong with what comes in, in a sentence; what can be made of it goes on. */
    default void onTrouble(String what) {}

    /** The worker died or gave up: nothing more comes of this job. A new one may be opened at once. */
    void onLost(String why);
}
