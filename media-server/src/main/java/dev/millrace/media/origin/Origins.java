package dev.millrace.media.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.playlist.Directives;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** All streams' origins: each lives on one of some threads. Any thread. */
public final class Origins implements Origin {
    private final OriginConfig config;
    private final List<OriginLoop> loops;
    private final Supplier<String> stamps;
    private final HeldBudget budget;
    private final Map<String, StreamOrigin> streams = new ConcurrentHashMap<>();

    /** @param stamps unguessable names, of letters and digits alone */
    public Origins(OriginConfig config, List<OriginLoop> loops, Supplier<String> stamps) {
        this.config = config;
        this.loops = List.copyOf(loops);
        this.stamps = stamps;
        this.budget = new HeldBudget(config.maxHeld());
    }

    /** A broadcaster begins, or takes over. */
    public void published(String stream, Source source) {
        streams.compute(stream, (name, known) -> {
            StreamOrigin origin = known == null ? make(name) : known;
            OriginThread thread = origin.thread();
            thread.executor()
                    .execute(() -> origin.published(source, thread.nowNs().getAsLong()));
            return origin;
        });
    }

    /** That broadcaster is gone. */
    public void unpublished(String stream, Source source) {
        StreamOrigin origin = streams.get(stream);
        if (origin != null) {
            OriginThread thread = origin.thread();
            thread.executor()
                    .execute(() -> origin.unpublished(source, thread.nowNs().getAsLong()));
        }
    }

    private StreamOrigin make(String name) {
        OriginLoop loop = loops.get(Math.floorMod(name.hashCode(), loops.size()));
        StreamOrigin origin = new StreamOrigin(name, config, loop.thread(), budget, stamps, loop.drops());
        loop.thread().executor().execute(() -> loop.add(origin));
        return origin;
    }

    @Override
    public CompletionStage<OriginReply> fetch(OriginRequest request) {
        ObjectName object = ObjectName.parse(request.object());
        StreamOrigin origin = streams.get(request.stream());
        if (origin == null) {
            return refused(OriginRefusal.NOT_LIVE, "Nobody broadcasts " + request.stream() + " now.");
        }
        if (object == null) {
            return refused(OriginRefusal.NOT_FOUND, "A stream has an index.m3u8, a manifest.mpd and what these name.");
        }
        if (!TextTemplate.isFit(request.carried())) {
            return refused(OriginRefusal.BAD_REQUEST, "The token has characters that cannot stand in an address.");
        }
        if (object.kind() != ObjectName.Kind.PLAYLIST) {
            return origin.fetch(object, Directives.NONE, request.carried());
        }
        return switch (Directives.read(request.query())) {
            case Directives.Outcome.Bad bad -> refused(OriginRefusal.BAD_REQUEST, bad.sentence());
            case Directives.Outcome.Read read -> origin.fetch(object, read.directives(), request.carried());
        };
    }

    private static CompletionStage<OriginReply> refused(OriginRefusal kind, String detail) {
        return CompletableFuture.completedFuture(new OriginReply.Refused(kind, detail));
    }
}
