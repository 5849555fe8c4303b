package dev.millrace.media.router;

import dev.millrace.media.sdp.MediaKind;

/**
 * One track of a stream as it exists on one loop: its layers' packet caches and clocks; stays while broadcasters come and
 * go.
 *
 * <p>Fed by a receive path on the publisher's loop, by a ring on others. Owned by its loop.
 */
public final class Feed {
    private final MediaKind kind;

    Feed(MediaKind kind) {
        this.kind = kind;
    }

    public MediaKind kind() {
        return kind;
    }

    /** One plain RTP packet of a layer, copied at once; sent to viewers at the next {@link Stream#flush}. */
    public void onPacket(int layer, byte[] b, int off, int len, long nowNs) {}

    /** The publisher's sender report for a layer. */
    public void onSenderReport(int layer, long ntp, int rtpTimestamp, long nowNs) {}

    /** The publisher ended a layer. */
    public void onLayerGone(int layer, long nowNs) {}
}
