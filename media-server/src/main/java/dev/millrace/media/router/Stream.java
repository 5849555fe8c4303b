package dev.millrace.media.router;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.send.SendPath;
import org.jspecify.annotations.Nullable;

/**
 * One stream on one loop: an audio and a video feed, the viewers of this loop, and the fan-out between them.
 *
 * <p>Viewers may come before the broadcaster. A broadcaster who comes back takes over by {@link #publish}: viewers keep
 * SSRC, sequence and time. Owned by its loop.
 */
public final class Stream {
    private final String name;
    private final Feed audio = new Feed(MediaKind.AUDIO);
    private final Feed video = new Feed(MediaKind.VIDEO);

    public Stream(String name, KeyframeRequests keyframes, DropCounters drops) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** The feed of a kind; it is there without a broadcaster, too. */
    public Feed feed(MediaKind kind) {
        return kind == MediaKind.AUDIO ? audio : video;
    }

    /**
     * A broadcaster begins or takes over; packets of the one before must not be fed any more.
     *
     * @param publication a number greater than every one before; the same on all loops
     * @param audio null if there is none; where a publisher has several tracks of a kind, one of them
     */
    public void publish(long publication, @Nullable PublishedMedia audio, @Nullable PublishedMedia video, long nowNs) {}

    /** The broadcaster is gone, unless another one took over; viewers wait. */
    public void unpublish(long publication, long nowNs) {}

    /** Number of the current publication, 0 for none. */
    public long publication() {
        return 0;
    }

    /** A viewer begins to watch, or to wait for the broadcaster. */
    public void subscribe(SendPath viewer, long nowNs) {}

    public void unsubscribe(SendPath viewer, long nowNs) {}

    public int viewers() {
        return 0;
    }

    /** Sends what came since the last flush: each viewer once, with all its packets. At the end of a receive batch. */
    public void flush(long nowNs) {}
}
