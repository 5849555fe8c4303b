package dev.millrace.media;

import dev.millrace.media.layer.PublisherDemand;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.PacketRing;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.origin.PacketSink;
import dev.millrace.media.origin.PacketSource;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One publication on its way to the stream's origin: packets are offered on the publisher's loop while the origin listens,
 * and taken by the origin's thread. Bounded; nothing is allocated per packet, and nothing done at all while nobody listens.
 */
final class OriginTap implements PacketSource {
    /** Half a second of 16 Mb/s, so that a collection of garbage costs nothing; 2 MB while the origin listens. */
    private static final int SLOTS = 1_024;

    /** Marks audio in a packet's tag, above the layer. */
    private static final int AUDIO = 1 << 16;

    private static final int KINDS = 2;

    /** As the router keeps. */
    private static final int MAX_LAYERS = 8;

    private final Broadcaster publisher;
    private final LoopShard home;
    private final int party;
    private final @Nullable Report[][] reports;
    private volatile @Nullable Line line;

    /** The last sender report of a layer. */
    private record Report(MediaKind kind, int layer, long ntp, int rtpTimestamp, long arrivalNs) {}

    /** @param party its number among those who want layers of the publisher */
    OriginTap(Broadcaster publisher, LoopShard home, int party) {
        this.publisher = publisher;
        this.home = home;
        this.party = party;
        this.reports = new Report[KINDS][MAX_LAYERS];
    }

    @Override
    public @Nullable PublishedMedia audio() {
        return publisher.media(MediaKind.AUDIO);
    }

    @Override
    public @Nullable PublishedMedia video() {
        return publisher.media(MediaKind.VIDEO);
    }

    @Override
    public void listen(PacketSink sink, Executor thread, boolean allLayers) {
        home.loop().execute(() -> {
            Line now = new Line(sink, thread);
            line = now;
            for (Report[] kind : reports) {
                for (Report report : kind) {
                    if (report != null) {
                        now.tell(report);
                    }
                }
            }
            publisher.demand(
                    party, allLayers ? PublisherDemand.ALL : 0, home.loop().nowNs());
        });
    }

    @Override
    public void silence() {
        home.loop().execute(() -> {
            line = null;
            publisher.demand(party, 0, home.loop().nowNs());
        });
    }

    @Override
    public void requestKeyframe() {
        EventLoop loop = home.loop();
        loop.execute(() -> {
            PublishedMedia video = video();
            for (int i = 0; video != null && i < MAX_LAYERS; i++) {
                publisher.requestKeyframe(MediaKind.VIDEO, i, loop.nowNs()); // nothing where there is none
            }
        });
    }

    /** On the publisher's loop. */
    void onPacket(MediaKind kind, int layer, byte[] b, int off, int len, long nowNs) {
        Line now = line;
        if (now != null && !now.offer(kind, layer, b, off, len, nowNs)) {
            home.drops().count(DropReason.ORIGIN_BEHIND);
        }
    }

    /** On the publisher's loop. */
    void onSenderReport(MediaKind kind, int layer, long ntp, int rtpTimestamp, long nowNs) {
        if (layer >= MAX_LAYERS) {
            return;
        }
        Report report = new Report(kind, layer, ntp, rtpTimestamp, nowNs);
        reports[kind == MediaKind.AUDIO ? 0 : 1][layer] = report;
        Line now = line;
        if (now != null) {
            now.tell(report);
        }
    }

    /** On the publisher's loop. */
    void onLayerGone(MediaKind kind, int layer, long nowNs) {
        Line now = line;
        if (now != null) {
            now.thread.execute(() -> now.sink.onLayerGone(kind, layer, nowNs));
        }
    }

    /** The way while the origin listens. */
    private static final class Line {
        private final PacketSink sink;
        private final Executor thread;
        private final PacketRing ring = new PacketRing(SLOTS, MediaNetwork.MAX_DATAGRAM_BYTES);
        private final AtomicBoolean announced = new AtomicBoolean();
        private final PacketRing.Reader reader = this::take;
        private final Runnable drain = this::drain;

        Line(PacketSink sink, Executor thread) {
            this.sink = sink;
            this.thread = thread;
        }

        boolean offer(MediaKind kind, int layer, byte[] b, int off, int len, long nowNs) {
            boolean taken = ring.offer((kind == MediaKind.AUDIO ? AUDIO : 0) | layer, 0, nowNs, b, off, len);
            if (!announced.get() && announced.compareAndSet(false, true)) {
                thread.execute(drain);
            }
            return taken;
        }

        void tell(Report report) {
            thread.execute(() -> sink.onSenderReport(
                    report.kind(), report.layer(), report.ntp(), report.rtpTimestamp(), report.arrivalNs()));
        }

        private void drain() {
            announced.set(false);
            ring.drain(reader, SLOTS);
        }

        private void take(int kindAndLayer, int unused, long arrivalNs, byte[] b, int off, int len) {
            MediaKind kind = (kindAndLayer & AUDIO) != 0 ? MediaKind.AUDIO : MediaKind.VIDEO;
            sink.onPacket(kind, kindAndLayer & 0xffff, b, off, len, arrivalNs);
        }
    }
}
