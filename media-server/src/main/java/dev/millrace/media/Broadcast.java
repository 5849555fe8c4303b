package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply.Traffic;
import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.StreamInfo;
import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.control.Watchers;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.observe.DelayHistogram;
import dev.millrace.media.observe.ForwardDelay;
import dev.millrace.media.origin.Origins;
import dev.millrace.media.origin.Source;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedFormats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream as the control plane knows it: who publishes, who watches, on which loops copies of it exist. Safe for any
 * thread; loops come here only when somebody connects, leaves or needs a keyframe.
 */
final class Broadcast {
    private final String name;
    private final Consumer<MediaEvent> events;
    private final WallTime time;
    private final Origins origins;
    private final TrafficCounter[] traffic;
    private final AtomicReferenceArray<@Nullable ForwardDelay> forwardDelays;
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger watching = new AtomicInteger();

    /** Guards what follows: who publishes and where copies are. */
    private final Object lock = new Object();

    private final @Nullable LoopShard[] replicas;
    private volatile @Nullable Broadcaster publisher;
    private volatile @Nullable Distributor distributor;
    private @Nullable Source source;
    private volatile long liveSinceMs;

    /** What the last tick told; the ticking loop only. */
    private int toldViewers;

    private final LayerNews layerNews = new LayerNews();

    Broadcast(String name, int loops, Consumer<MediaEvent> events, WallTime time, Origins origins) {
        this.name = name;
        this.events = events;
        this.time = time;
        this.origins = origins;
        this.replicas = new LoopShard[loops];
        this.traffic = new TrafficCounter[loops];
        this.forwardDelays = new AtomicReferenceArray<>(loops);
        for (int i = 0; i < loops; i++) {
            traffic[i] = new TrafficCounter();
        }
    }

    String name() {
        return name;
    }

    /** Media loops of the server. */
    int loops() {
        return replicas.length;
    }

    TrafficCounter traffic(EventLoop loop) {
        return traffic[loop.index()];
    }

    Traffic traffic() {
        Traffic sum = TrafficCounter.none();
        for (TrafficCounter counter : traffic) {
            sum = TrafficCounter.sum(sum, counter.read());
        }
        return sum;
    }

    /** How long packets stay here, on each loop with viewers. */
    List<DelayHistogram> forwardDelays() {
        List<DelayHistogram> delays = new ArrayList<>();
        for (int i = 0; i < forwardDelays.length(); i++) {
            ForwardDelay delay = forwardDelays.get(i);
            if (delay != null) {
                delays.add(delay.delays());
            }
        }
        return delays;
    }

    @Nullable
    Broadcaster publisher() {
        return publisher;
    }

    /** What is published, by its video's codec if it has any; empty while nothing is. */
    String codec() {
        Broadcaster current = publisher;
        return current == null ? "" : current.codec();
    }

    void add(Session session) {
        sessions.put(session.id(), session);
        watching.addAndGet(session.role() == Role.PLAY ? 1 : 0);
    }

    /** A session is gone for good. */
    void remove(Session session) {
        if (sessions.remove(session.id()) != null) {
            watching.addAndGet(session.role() == Role.PLAY ? -1 : 0);
        }
    }

    /** Sessions that watch, those included that are not connected yet. */
    int watching() {
        return watching.get();
    }

    boolean unused() {
        return sessions.isEmpty() && publisher == null;
    }

    List<Session> sessions() {
        return List.copyOf(sessions.values());
    }

    /** The codecs really sent, when somebody publishes; what a viewer has to be able to take. */
    Optional<PublishedFormats> formats() {
        Broadcaster current = publisher;
        if (current == null) {
            return Optional.empty();
        }
        CodecFormat audio = current.format(MediaKind.AUDIO);
        CodecFormat video = current.format(MediaKind.VIDEO);
        return audio == null && video == null ? Optional.empty() : Optional.of(new PublishedFormats(audio, video));
    }

    /**
     * A publisher is connected: it feeds the stream from now on, on its loop. The one before is closed.
     *
     * @return what to feed, or null when a later publisher was faster
     */
    @Nullable
    Distributor takeOver(Broadcaster next, LoopShard shard, long nowNs) {
        Broadcaster before;
        Distributor feeding;
        synchronized (lock) {
            before = publisher;
            if (before != null && before.publication() > next.publication()) {
                next.close(CloseReason.TAKEN_OVER);
                return null;
            }
            publisher = next;
            feeding = new Distributor(next, this, shard, replicas.length);
            distributor = feeding;
            for (LoopShard replica : replicas) {
                if (replica != null && replica != shard) {
                    feeding.extendTo(replica);
                }
            }
            Source from = next.source(feeding);
            source = from;
            origins.published(name, from);
        }
        feeding.publish(nowNs);
        if (before != null) {
            before.close(CloseReason.TAKEN_OVER);
        }
        return feeding;
    }

    /** The broadcaster sends another kind of media as well from now on. */
    void sourceChanged(Broadcaster of) {
        synchronized (lock) {
            Distributor feeding = distributor;
            if (publisher == of && feeding != null) {
                Source from = of.source(feeding);
                source = from;
                origins.published(name, from);
            }
        }
    }

    /** A loop made its copy of the stream; on that loop. */
    void replicate(LoopShard shard, Stream stream, long nowNs) {
        Distributor feeding;
        forwardDelays.set(shard.loop().index(), stream.forwardDelay());
        synchronized (lock) {
            replicas[shard.loop().index()] = shard;
            feeding = distributor;
            if (feeding != null && feeding.home() != shard) {
                feeding.extendTo(shard);
            }
        }
        if (feeding != null) {
            feeding.publishTo(stream, nowNs);
        }
    }

    /** Whether the publisher lives on that loop, so that its copy feeds all others. */
    boolean isFedFrom(LoopShard shard) {
        Distributor feeding = distributor;
        return feeding != null && feeding.home() == shard;
    }

    /** A loop dropped its copy; on that loop. */
    void forget(int loop) {
        forwardDelays.set(loop, null);
        synchronized (lock) {
            replicas[loop] = null;
            Distributor feeding = distributor;
            if (feeding != null) {
                feeding.withdrawFrom(loop);
            }
        }
        Broadcaster current = publisher;
        if (current != null) {
            EventLoop home = current.loop();
            home.execute(() -> current.demand(loop, 0, home.nowNs()));
        }
    }

    /** A viewer on {@code from} needs a keyframe: goes to the publisher's loop. */
    void requestKeyframe(EventLoop from, MediaKind kind, int layer, long nowNs) {
        Broadcaster current = publisher;
        if (current == null) {
            return;
        }
        EventLoop home = current.loop();
        if (home == from) {
            current.requestKeyframe(kind, layer, nowNs);
        } else {
            home.execute(() -> current.requestKeyframe(kind, layer, home.nowNs()));
        }
    }

    /** Viewers on {@code from} need those layers of its video: goes to the publisher's loop. */
    void demand(EventLoop from, long publication, int layers, long nowNs) {
        Broadcaster current = publisher;
        if (current == null || current.publication() != publication) {
            return;
        }
        EventLoop home = current.loop();
        if (home == from) {
            current.demand(from.index(), layers, nowNs);
        } else {
            home.execute(() -> current.demand(from.index(), layers, home.nowNs()));
        }
    }

    /** A publisher ought to send those layers, by rid; those that nobody watches may rest. */
    void tellDemand(Broadcaster told, String mid, Map<String, Boolean> layers) {
        if (told == publisher) {
            events.accept(new MediaEvent.LayerDemand(name, told.session().id(), mid, layers));
        }
    }

    /** The first media packet of a publisher. */
    void mediaFlows(Broadcaster flowing) {
        if (flowing == publisher) {
            liveSinceMs = time.epochMs();
            events.accept(new MediaEvent.StreamLive(name, flowing.session().id()));
        }
    }

    /** A publisher's session ended; the stream is idle unless another one took over. */
    void publisherEnded(Broadcaster ended, CloseReason reason) {
        synchronized (lock) {
            if (publisher != ended) {
                return;
            }
            Source from = source;
            if (from != null) {
                origins.unpublished(name, from);
            }
            source = null;
            publisher = null;
            distributor = null;
            liveSinceMs = 0;
        }
        events.accept(new MediaEvent.StreamIdle(name, ended.session().id(), reason));
    }

    void codecUnsupported(Session viewer, CodecFormat published) {
        String detail = "The broadcaster now sends " + published.name()
                + ", which this session did not negotiate: connect again to get it.";
        events.accept(new MediaEvent.ReconnectNeeded(name, viewer.id(), detail));
    }

    /** Whether a publisher's media flows. */
    boolean isLive() {
        return liveSinceMs != 0;
    }

    /**
     * Once a second: tells what changed since, so that neither a storm of joins nor of layers becomes one of events.
     *
     * @return the viewers there are
     */
    int tick() {
        int viewers = viewers();
        if (viewers != toldViewers) {
            toldViewers = viewers;
            events.accept(new MediaEvent.ViewerCount(name, viewers));
        }
        Broadcaster current = publisher;
        if (current == null) {
            layerNews.forget();
            return viewers;
        }
        List<TrackInfo> tracks = current.tracks();
        if (layerNews.worthTelling(tracks)) {
            events.accept(new MediaEvent.LayersChanged(name, tracks));
        }
        return viewers;
    }

    int viewers() {
        int viewers = 0;
        for (Session session : sessions.values()) {
            if (session.role() == Role.PLAY && session.connected()) {
                viewers++;
            }
        }
        return viewers;
    }

    /** Index of a layer by its rid, or -1. */
    int layerOf(MediaKind kind, String rid) {
        Broadcaster current = publisher;
        if (current == null) {
            return -1;
        }
        return current.layerOf(kind, rid);
    }

    /** The rid of a layer, null when there is none such or it has no rid. */
    @Nullable
    String layerName(MediaKind kind, int layer) {
        Broadcaster current = publisher;
        return current == null || layer < 0 ? null : current.layerName(kind, layer);
    }

    List<LayerStats> layers() {
        Broadcaster current = publisher;
        return current == null ? List.of() : current.stats();
    }

    /** What is published, as of the last second. */
    List<TrackInfo> tracks() {
        Broadcaster current = publisher;
        return current == null ? List.of() : current.tracks();
    }

    /**
     * @param watchers who watch without a session
     * @param dvr why the DVR window is not kept now; empty if it is
     */
    StreamInfo describe(Watchers watchers, String dvr) {
        Broadcaster current = publisher;
        List<SessionInfo> viewers = new ArrayList<>();
        for (Session session : sessions.values()) {
            if (session.role() == Role.PLAY) {
                viewers.add(session.describe());
            }
        }
        long since = liveSinceMs;
        SessionInfo publishing = current == null ? null : current.session().describe();
        OriginInfo origin = origins.describe(name);
        OriginInfo watched = origin == null
                ? null
                : origin.watchedBy(watchers.hls(), watchers.dash()).withDvr(dvr);
        List<StreamWarning> warnings = current == null ? List.of() : current.warnings();
        return new StreamInfo(name, since != 0, since, publishing, tracks(), warnings, viewers, watched);
    }
}
