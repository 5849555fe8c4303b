package dev.millrace.media.origin;

import dev.millrace.media.frames.AudioFrame;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.TrackFormat;

/** Takes what one broadcaster sends as whole pictures and sounds, on the origin's thread. */
public interface FrameSink {
    /** The next picture of a layer, in the order they are decoded in. */
    void onPicture(int layer, VideoFrame frame, long captureNs);

    /** The next packet of AAC that players take as it is. */
    void onAac(TrackFormat.Aac format, byte[] data, long captureNs);

    /** The next packet of Opus. */
    void onOpus(AudioFrame frame, long captureNs);
}
