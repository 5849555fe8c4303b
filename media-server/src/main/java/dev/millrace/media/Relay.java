package dev.millrace.media;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sdp.MediaKind;
import org.jspecify.annotations.Nullable;

/**
 * One publication on its way to the stream's copy on another loop. Packets are offered on the publisher's loop and
 * taken by {@link Inbox} on the other; everything rare crosses as a task.
 */
final class Relay {
    /** The other loop does not know the publication yet; it asks for a keyframe once it does. */
    private static final int NOT_YET = -1;

    private final LoopShard from;
    private final LoopShard to;
    private final Broadcast broadcast;
    private final long publication;
    private volatile int slot = NOT_YET;

    /** The other loop's own. */
    private boolean withdrawn;

    Relay(LoopShard from, LoopShard to, Broadcast broadcast, long publication) {
        this.from = from;
        this.to = to;
        this.broadcast = broadcast;
        this.publication = publication;
    }

    /** Tells the copy what is published; packets follow. */
    void publish(Distributor distributor) {
        to.loop().execute(() -> {
            Stream stream = withdrawn ? null : to.existing(broadcast.name());
            if (stream != null) {
                distributor.publishTo(stream, to.loop().nowNs());
                slot = to.inbox().open(stream, publication);
            }
        });
    }

    void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long arrivalNs) {
        int open = slot;
        if (open != NOT_YET && !to.inbox().offer(open, kind, layer, arrivalNs, b, off, len)) {
            from.drops().count(DropReason.LOOP_OVERFLOW);
        }
    }

    void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp) {
        to.loop().execute(() -> {
            Stream stream = current();
            if (stream != null) {
                stream.feed(kind)
                        .onSenderReport(layer, ntp, rtpTimestamp, to.loop().nowNs());
            }
        });
    }

    void onLayerGone(MediaKind kind, int layer) {
        to.loop().execute(() -> {
            Stream stream = current();
            if (stream != null) {
                stream.feed(kind).onLayerGone(layer, to.loop().nowNs());
            }
        });
    }

    void onDemandTold(int layers) {
        to.loop().execute(() -> {
            Stream stream = current();
            if (stream != null) {
                stream.onDemandTold(publication, layers, to.loop().nowNs());
            }
        });
    }

    /** Nobody on the other loop watches any more: gives its place back; on that loop. */
    void withdraw() {
        withdrawn = true;
        int open = slot;
        if (open != NOT_YET) {
            slot = NOT_YET;
            to.inbox().close(open);
        }
    }

    /** The publisher is gone. */
    void unpublish() {
        to.loop().execute(() -> {
            withdraw();
            Stream stream = to.existing(broadcast.name());
            if (stream != null) {
                stream.unpublish(publication, to.loop().nowNs());
                to.release(broadcast, stream);
            }
        });
    }

    /** The copy, while this publication is the one it shows; on its loop. */
    private @Nullable Stream current() {
        Stream stream = to.existing(broadcast.name());
        return stream != null && stream.publication() == publication ? stream : null;
    }
}
