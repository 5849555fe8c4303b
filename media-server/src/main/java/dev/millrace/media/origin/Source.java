package dev.millrace.media.origin;

import dev.millrace.media.sdp.PublishedMedia;
import org.jspecify.annotations.Nullable;

/** One broadcaster as an origin sees one: what there is, and what may be asked for. Any thread. */
public sealed interface Source permits PacketSource, FrameSource {
    /** Null if there is no sound. */
    @Nullable
    PublishedMedia audio();

    /** Null if there are no pictures. */
    @Nullable
    PublishedMedia video();

    /** Nothing is wanted any more. */
    void silence();

    /** A keyframe of every layer is wanted. */
    void requestKeyframe();
}
