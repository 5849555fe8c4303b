package dev.millrace.media;

import dev.millrace.media.layer.PublisherDemand;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sdp.MediaKind;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Carries one publication to the stream's copies: directly into the one on the publisher's own loop, over a ring into
 * those on other loops. Packets come on the publisher's loop; copies come and go on any.
 */
final class Distributor {
    private final Broadcaster publisher;
    private final Broadcast broadcast;
    private final LoopShard home;
    private final AtomicReferenceArray<@Nullable Relay> relays;
    private final OriginTap tap;
    private @Nullable Stream local;

    /** What the publisher was last told to send; copies that are made later learn it, too. */
    private volatile int demanded = PublisherDemand.ALL;

    Distributor(Broadcaster publisher, Broadcast broadcast, LoopShard home, int loops) {
        this.publisher = publisher;
        this.broadcast = broadcast;
        this.home = home;
        this.relays = new AtomicReferenceArray<>(loops);
        this.tap = new OriginTap(publisher, home, loops);
    }

    /** The publisher's loop. */
    LoopShard home() {
        return home;
    }

    /** Where the stream's origin listens. */
    OriginTap tap() {
        return tap;
    }

    /** Starts feeding; on the publisher's loop. */
    void publish(long nowNs) {
        Stream stream = home.stream(broadcast, nowNs);
        local = stream;
        publishTo(stream, nowNs);
    }

    /** Tells one copy what is published; on the copy's loop. */
    void publishTo(Stream stream, long nowNs) {
        if (stream.publication() < publisher.publication()) {
            stream.publish(
                    publisher.publication(), publisher.media(MediaKind.AUDIO), publisher.media(MediaKind.VIDEO), nowNs);
            stream.onDemandTold(publisher.publication(), demanded, nowNs);
        }
    }

    /** The publisher is being told to send those layers: copies know then why others fall silent; on its loop. */
    void onDemandTold(int layers, long nowNs) {
        demanded = layers;
        Stream stream = local;
        if (stream != null) {
            stream.onDemandTold(publisher.publication(), layers, nowNs);
        }
        for (int i = 0; i < relays.length(); i++) {
            Relay relay = relays.get(i);
            if (relay != null) {
                relay.onDemandTold(layers);
            }
        }
    }

    /** A copy exists on another loop: packets go there, too, once it knows what they are. */
    void extendTo(LoopShard shard) {
        Relay relay = new Relay(home, shard, broadcast, publisher.publication());
        relays.set(shard.loop().index(), relay);
        relay.publish(this);
    }

    /** That loop's copy is gone; on that loop. */
    void withdrawFrom(int loop) {
        Relay relay = relays.getAndSet(loop, null);
        if (relay != null) {
            relay.withdraw();
        }
    }

    void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long nowNs) {
        Stream stream = local;
        if (stream != null) {
            home.feed(stream, kind, layer, b, off, len, nowNs, nowNs);
        }
        for (int i = 0; i < relays.length(); i++) {
            Relay relay = relays.getPlain(i);
            if (relay != null) {
                relay.onPacket(kind, layer, b, off, len, nowNs);
            }
        }
        tap.onPacket(kind, layer, b, off, len, nowNs);
    }

    void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp, long nowNs) {
        Stream stream = local;
        if (stream != null) {
            stream.feed(kind).onSenderReport(layer, ntp, rtpTimestamp, nowNs);
        }
        for (int i = 0; i < relays.length(); i++) {
            Relay relay = relays.get(i);
            if (relay != null) {
                relay.onSenderReport(kind, layer, ntp, rtpTimestamp);
            }
        }
        tap.onSenderReport(kind, layer, ntp, rtpTimestamp, nowNs);
    }

    void onLayerGone(MediaKind kind, int layer, long nowNs) {
        Stream stream = local;
        if (stream != null) {
            stream.feed(kind).onLayerGone(layer, nowNs);
        }
        for (int i = 0; i < relays.length(); i++) {
            Relay relay = relays.get(i);
            if (relay != null) {
                relay.onLayerGone(kind, layer);
            }
        }
        tap.onLayerGone(kind, layer, nowNs);
    }

    /** The publisher is gone; on its loop. */
    void unpublish(long nowNs) {
        Stream stream = local;
        local = null;
        if (stream != null) {
            stream.unpublish(publisher.publication(), nowNs);
            home.release(broadcast, stream);
        }
        for (int i = 0; i < relays.length(); i++) {
            Relay relay = relays.getAndSet(i, null);
            if (relay != null) {
                relay.unpublish();
            }
        }
    }
}
