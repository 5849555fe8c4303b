package dev.millrace.media.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.playlist.Directives;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** All streams' origins: each lives on one of some threads. Any thread. */
public final class Origins implements Origin {
    private final OriginServices services;
    private final List<OriginLoop> loops;
    private final HeldBudget budget;
    private final Map<String, Entry> streams = new ConcurrentHashMap<>();

    public Origins(OriginServices services, List<OriginLoop> loops) {
        this.services = services;
        this.loops = List.copyOf(loops);
        this.budget = new HeldBudget(services.config().maxHeld());
    }

    /**
     * A stream that is known.
     *
     * @param coming broadcasters it has not been told of yet
     */
    private record Entry(StreamOrigin origin, OriginLoop loop, AtomicInteger coming) {
        void tell(ObjLongConsumer<StreamOrigin> what) {
            OriginThread thread = loop.thread();
            thread.executor().execute(() -> what.accept(origin, thread.nowNs()));
        }
    }

    /** A broadcaster begins, or takes over. */
    public void published(String stream, Source source) {
        streams.compute(stream, (name, known) -> {
            Entry entry = known == null ? make(name) : known;
            entry.coming().incrementAndGet();
            entry.tell((origin, nowNs) -> {
                entry.coming().decrementAndGet();
                origin.published(source, nowNs);
            });
            return entry;
        });
    }

    /** That broadcaster is gone. */
    public void unpublished(String stream, Source source) {
        Entry entry = streams.get(stream);
        if (entry != null) {
            entry.tell((origin, nowNs) -> origin.unpublished(source, nowNs));
        }
    }

    /** Who follows that stream may want it packaged now. */
    public void reconsider(String stream) {
        Entry entry = streams.get(stream);
        if (entry != null) {
            entry.tell(StreamOrigin::reconsider);
        }
    }

    private Entry make(String name) {
        OriginLoop loop = loops.get(Math.floorMod(name.hashCode(), loops.size()));
        StreamOrigin origin = new StreamOrigin(name, services, loop.thread(), budget, () -> forget(name));
        loop.thread().executor().execute(() -> loop.add(origin));
        return new Entry(origin, loop, new AtomicInteger());
    }

    /** On the stream's thread. */
    private void forget(String name) {
        streams.computeIfPresent(name, (key, entry) -> {
            if (entry.coming().get() > 0 || !entry.origin().isUnused()) {
                return entry;
            }
            entry.loop().thread().executor().execute(() -> entry.loop().remove(entry.origin()));
            return null;
        });
    }

    /** How a stream fares; null if nobody broadcasts it or did of late. */
    public @Nullable OriginInfo describe(String stream) {
        Entry entry = streams.get(stream);
        return entry == null ? null : entry.origin().info();
    }

    /** What the way through playlists takes; null while nothing of the stream is packaged. */
    public @Nullable SegmentDelay delay(String stream) {
        Entry entry = streams.get(stream);
        return entry == null ? null : entry.origin().delay();
    }

    @Override
    public CompletionStage<OriginReply> fetch(OriginRequest request) {
        ObjectName object = ObjectName.parse(request.object());
        Entry entry = streams.get(request.stream());
        if (entry == null) {
            return refused(OriginRefusal.NOT_LIVE, "Nobody broadcasts " + request.stream() + " now.");
        }
        if (object == null) {
            return refused(OriginRefusal.NOT_FOUND, "A stream has an index.m3u8, a manifest.mpd and what these name.");
        }
        if (!TextTemplate.isFit(request.carried())) {
            return refused(OriginRefusal.BAD_REQUEST, "The token has characters that cannot stand in an address.");
        }
        if (object.kind() != ObjectName.Kind.PLAYLIST) {
            return entry.origin().fetch(object, Directives.NONE, request.carried());
        }
        return switch (Directives.read(request.query())) {
            case Directives.Outcome.Bad bad -> refused(OriginRefusal.BAD_REQUEST, bad.sentence());
            case Directives.Outcome.Read read -> entry.origin().fetch(object, read.directives(), request.carried());
        };
    }

    private static CompletionStage<OriginReply> refused(OriginRefusal kind, String detail) {
        return CompletableFuture.completedFuture(new OriginReply.Refused(kind, detail));
    }
}
