package dev.millrace.media.origin;

import dev.millrace.media.sdp.PublishedMedia;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One broadcaster as an origin sees one: what there is, and what may be asked for. Any thread. */
public interface Source {
    /** Null if there is no sound. */
    @Nullable
    PublishedMedia audio();

    /** Null if there are no pictures. */
    @Nullable
    PublishedMedia video();

    /**
     * Packets are wanted from now on, and are handed over on {@code thread}; until {@link #silence}, or until another
     * sink takes its place. Sender reports that came before are told first.
     *
     * @param allLayers those that rest are to be woken
     */
    void listen(PacketSink sink, Executor thread, boolean allLayers);

    /** No packets are wanted any more. */
    void silence();

    /** A keyframe of every layer is wanted. */
    void requestKeyframe();
}
