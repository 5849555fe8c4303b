package dev.millrace.media;

import dev.millrace.media.net.DatagramHandler;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.PathKey;
import dev.millrace.media.net.Timer;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.peer.Demux;
import dev.millrace.media.peer.PeerTable;
import dev.millrace.media.router.Departures;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sctp.Association;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.send.SendPath;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop owns: its peers by address, its copies of the streams, and the order of a cycle: receive the
 * batch, then walk every stream that something came for, viewer by viewer. Loop thread only.
 */
final class LoopShard implements DatagramHandler {
    private final EventLoop loop;
    private final Demux demux;
    private final Map<String, Stream> streams = new HashMap<>();
    private final Departures departures = new Departures();
    private final Timer gathered = new Timer(this::flush);
    private final Inbox inbox = new Inbox(this);
    private final byte[] sendScratch = new byte[SendPath.SCRATCH_BYTES];

    private final byte[] dataScratch = new byte[Association.MTU];

    LoopShard(EventLoop loop, PeerTable peers) {
        this.loop = loop;
        this.demux = new Demux(loop, peers);
    }

    EventLoop loop() {
        return loop;
    }

    DropCounters drops() {
        return loop.drops();
    }

    Demux demux() {
        return demux;
    }

    /** Where other loops put packets of publishers that live there. */
    Inbox inbox() {
        return inbox;
    }

    /** Shared by all send paths of the loop: each packet is rewritten, encrypted and handed over before the next. */
    byte[] sendScratch() {
        return sendScratch;
    }

    /** Shared by all associations of the loop in the same way. */
    byte[] dataScratch() {
        return dataScratch;
    }

    @Override
    public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
        demux.onDatagram(buffer, offset, length, from, nowNs);
    }

    @Override
    public void onBatchEnd(long nowNs) {
        flush(nowNs);
    }

    /** This loop's copy of the stream, made when it is first wanted. */
    Stream stream(Broadcast broadcast, long nowNs) {
        Stream stream = streams.get(broadcast.name());
        if (stream == null) {
            stream = new Stream(
                    broadcast.name(),
                    (kind, layer, wantedNs) -> broadcast.requestKeyframe(loop, kind, layer, wantedNs),
                    (publication, layers, wantedNs) -> broadcast.demand(loop, publication, layers, wantedNs),
                    loop.drops(),
                    loop::exactNs);
            streams.put(broadcast.name(), stream);
            broadcast.replicate(this, stream, nowNs);
        }
        return stream;
    }

    @Nullable
    Stream existing(String name) {
        return streams.get(name);
    }

    /** Forgets the stream once nobody on this loop publishes or watches it; from then on no packets are sent here. */
    void release(Broadcast broadcast, Stream stream) {
        boolean publishedHere = stream.publication() != 0 && broadcast.isFedFrom(this);
        if (stream.viewers() == 0 && !publishedHere && streams.remove(stream.name(), stream)) {
            broadcast.forget(loop.index());
        }
    }

    /**
     * One packet into this loop's copy; it leaves with the batch.
     *
     * @param arrivalNs when the publisher's loop took it from its socket
     */
    void feed(Stream stream, MediaKind kind, int layer, byte[] b, int off, int len, long arrivalNs, long nowNs) {
        stream.feed(kind).onPacket(layer, b, off, len, nowNs);
        if (stream.viewers() > 0) {
            stream.forwardDelay().arrived(arrivalNs);
        }
        departures.came(stream);
    }

    /** Sends what came, or soon, if it gathers more of the same picture. */
    void flush(long nowNs) {
        loop.timers().set(gathered, departures.flush(nowNs));
    }

    @Override
    public void onFlushed(long nowNs) {
        departures.left(nowNs);
    }
}
