package dev.millrace.e2e.decode;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.Feed;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.send.SendPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A capture published into a stream in virtual time, over and over, in batches as a loop would receive it. */
final class Replay {
    /** So that no time of an event is 0. */
    private static final long BEGIN_NS = 1_000_000_000L;

    /** The chance that a batch ends after a packet. */
    private static final double FLUSH = 0.6;

    private record Due(int layer, LoopedLayer loop, LoopedLayer.Event event) {}

    private final List<Due> lap = new ArrayList<>();
    private final Stream stream;
    private final Feed feed;
    private final Random random;
    private int next;
    private long laps;
    private long nowNs = BEGIN_NS;

    /** With {@code descriptor} false the dependency descriptor is hidden: no side has negotiated it. */
    Replay(Capture capture, boolean descriptor, Random random) {
        this.random = random;
        PublishedMedia published = capture.published();
        if (!descriptor) {
            Map<String, Integer> extensions = new HashMap<>(published.extensions());
            extensions.remove(HeaderExtension.DEPENDENCY_DESCRIPTOR.uri());
            published = new PublishedMedia(
                    published.mid(), published.kind(), published.formats(), published.layers(), List.of(), extensions);
        }
        long lapMicros = capture.items().getLast().micros() / 1000 * 1000;
        KeyframeFinder keyframes = new KeyframeFinder(capture);
        for (int layer = 0; layer < capture.layers(); layer++) {
            LoopedLayer loop = new LoopedLayer(capture, layer, keyframes, 0, lapMicros);
            for (LoopedLayer.Event event : loop.events()) {
                lap.add(new Due(layer, loop, event));
            }
        }
        lap.sort(Comparator.comparingLong(due -> due.event().micros()));
        stream = new Stream("replay", (kind, layer, now) -> {}, new DropCounters());
        stream.publish(1, null, published, nowNs);
        feed = stream.feed(MediaKind.VIDEO);
    }

    void subscribe(SendPath viewer) {
        stream.subscribe(viewer, nowNs);
        viewer.start(nowNs);
    }

    long nowNs() {
        return nowNs;
    }

    /** The next batch arrives and is sent on; before it whatever the viewer has to do by then. */
    void batch(SendPath viewer) {
        boolean more = true;
        while (more) {
            Due due = lap.get(next);
            long atNs = BEGIN_NS + due.loop().nowNs(due.event(), laps);
            sleepUntil(atNs, viewer);
            feed(due);
            next++;
            if (next == lap.size()) {
                next = 0;
                laps++;
            }
            more = random.nextDouble() > FLUSH;
        }
        stream.flush(nowNs);
    }

    /** Lets time pass; a batch is flushed before the clock moves on, as it is on a loop. */
    private void sleepUntil(long atNs, SendPath viewer) {
        if (atNs <= nowNs) {
            return;
        }
        stream.flush(nowNs);
        for (long dueNs = viewer.nextDeadlineNs(); dueNs <= atNs; dueNs = viewer.nextDeadlineNs()) {
            nowNs = Math.max(nowNs, dueNs);
            viewer.onDeadline(nowNs);
        }
        nowNs = atNs;
    }

    private void feed(Due due) {
        byte[] b = due.loop().bytes(due.event(), laps);
        switch (due.event().what()) {
            case RTP -> feed.onPacket(due.layer(), b, 0, b.length, nowNs);
            case SENDER_REPORT -> {
                ByteBuffer report = ByteBuffer.wrap(b);
                feed.onSenderReport(due.layer(), report.getLong(0), report.getInt(8), nowNs);
            }
        }
    }
}
