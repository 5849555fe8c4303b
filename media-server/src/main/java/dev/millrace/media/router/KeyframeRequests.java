package dev.millrace.media.router;

import dev.millrace.media.sdp.MediaKind;

/** Takes a loop's wish for a keyframe to the publisher's loop, {@code ReceivePath.requestKeyframe} at its end. */
public interface KeyframeRequests {
    /** Called once per layer until a keyframe has come, then again. */
    void request(MediaKind kind, int layer, long nowNs);
}
