package dev.millrace.media.restream;

import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.RestreamInfo;
import dev.millrace.media.control.RestreamTarget;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Sample;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All streams that are pushed on to other servers. Asked and told on any thread; the loop owns what it holds. */
public final class Restreams {
    /** A programme goes to a handful of platforms. */
    static final int MOST_OF_STREAM = 8;

    /** Each holds at most {@link Outbox#MAX_BYTES} and {@link Group#MAX_BYTES}. */
    static final int MOST = 100;

    private final Surroundings around;
    private final Supplier<String> ids;
    private final Consumer<String> reconsider;
    private final Map<String, List<Restream>> streams = new TreeMap<>();

    /** Streams that go anywhere: read by the origin's threads. */
    private final Map<String, Boolean> wanted = new ConcurrentHashMap<>();

    /**
     * @param ids unguessable names
     * @param reconsider told of a stream whose packaging is wanted now
     */
    public Restreams(Surroundings around, Supplier<String> ids, Consumer<String> reconsider) {
        this.around = around;
        this.ids = ids;
        this.reconsider = reconsider;
    }

    /** Begins with what is configured. */
    public void start(RestreamConfig config) {
        config.targets().forEach(each -> around.loop()
                .execute(() -> add(each.stream(), RestreamTarget.of(each.url(), ""), each.height())));
    }

    public CompletionStage<MediaReply> start(MediaCommand.StartRestream command) {
        String objection = RestreamTarget.refusal(command.url(), command.key());
        if (objection != null) {
            return CompletableFuture.completedFuture(new MediaReply.Refused(RefusalKind.NOT_ALLOWED, objection));
        }
        RestreamTarget target = RestreamTarget.of(command.url(), command.key());
        return onLoop(() -> add(command.stream(), target, command.height()));
    }

    private MediaReply add(String stream, RestreamTarget target, int height) {
        List<Restream> there = streams.getOrDefault(stream, List.of());
        if (there.stream().anyMatch(each -> each.isTo(target))) {
            return new MediaReply.Refused(RefusalKind.CONFLICT, "This stream is pushed there already, with that key.");
        }
        int all = streams.values().stream().mapToInt(List::size).sum();
        if (there.size() >= MOST_OF_STREAM || all >= MOST) {
            String limit = there.size() >= MOST_OF_STREAM ? MOST_OF_STREAM + " of a stream" : MOST + " in all";
            return new MediaReply.Refused(
                    RefusalKind.FULL, "So many targets are pushed to already (" + limit + "): stop one first.");
        }
        Restream added = new Restream(ids.get(), stream, target, height, around);
        streams.computeIfAbsent(stream, name -> new ArrayList<>()).add(added);
        wanted.put(stream, true);
        reconsider.accept(stream);
        return new MediaReply.Restreams(List.of(added.describe()));
    }

    public CompletionStage<MediaReply> stop(MediaCommand.StopRestream command) {
        return onLoop(() -> {
            List<Restream> of = streams.getOrDefault(command.stream(), List.of());
            List<Restream> found =
                    of.stream().filter(each -> each.id().equals(command.id())).toList();
            List<RestreamInfo> were = found.stream().map(Restream::describe).toList();
            found.forEach(each -> {
                each.stop();
                of.remove(each);
            });
            if (!found.isEmpty() && of.isEmpty()) {
                streams.remove(command.stream());
                wanted.remove(command.stream());
            }
            return new MediaReply.Restreams(were);
        });
    }

    /** Of that stream only, or all. */
    public CompletionStage<MediaReply> list(@Nullable String stream) {
        return onLoop(() -> new MediaReply.Restreams(streams.values().stream()
                .flatMap(List::stream)
                .filter(each -> stream == null || each.stream().equals(stream))
                .map(Restream::describe)
                .toList()));
    }

    private CompletionStage<MediaReply> onLoop(Supplier<MediaReply> what) {
        CompletableFuture<MediaReply> reply = new CompletableFuture<>();
        around.loop().execute(() -> {
            try {
                reply.complete(what.get());
            } catch (RuntimeException e) {
                reply.completeExceptionally(e);
                throw e;
            }
        });
        return reply;
    }

    /** When {@link #onDeadline} is wanted; on the loop. */
    public long nextDeadlineNs() {
        long next = Long.MAX_VALUE;
        for (List<Restream> of : streams.values()) {
            for (Restream each : of) {
                next = Math.min(next, each.nextDeadlineNs());
            }
        }
        return next;
    }

    public void onDeadline(long nowNs) {
        for (List<Restream> of : streams.values()) {
            for (Restream each : of) {
                if (each.nextDeadlineNs() <= nowNs) {
                    each.onDeadline(nowNs);
                }
            }
        }
    }

    /** What waits to be sent to all targets, in bytes; on the loop. */
    long waitingBytes() {
        return streams.values().stream()
                .flatMap(List::stream)
                .mapToLong(Restream::waitingBytes)
                .sum();
    }

    /** All end, politely; on the loop. */
    public void stopAll() {
        wanted.clear();
        streams.values().forEach(of -> of.forEach(Restream::stop));
        streams.clear();
    }

    private void each(String stream, Consumer<Restream> what) {
        around.loop().execute(() -> streams.getOrDefault(stream, List.of()).forEach(what));
    }

    /** What the stream's packager is to tell; called on its thread. */
    public Follower follow(String stream) {
        return new Tap(stream);
    }

    /** Takes samples over to the loop while they go anywhere. */
    private final class Tap implements Follower {
        private final String stream;
        private @Nullable Packager packager;

        Tap(String stream) {
            this.stream = stream;
        }

        @Override
        public boolean wantsPackaging() {
            return wanted.containsKey(stream);
        }

        @Override
        public void onBegin(Packager begun, String stamp) {
            packager = begun;
        }

        @Override
        public void onSample(Track track, TrackFormat format, Sample sample) {
            Packager from = packager;
            if (from != null && wantsPackaging()) {
                Media media = new Media(track.name(), format, sample, from.originUnixNs());
                each(stream, restream -> restream.onMedia(media, around.nowNs().getAsLong()));
            }
        }

        @Override
        public void onPart(Track track, Segment segment, Part part) {}

        @Override
        public void onSegment(Track track, Segment segment) {}

        @Override
        public void onEnd() {
            packager = null;
            each(stream, Restream::idle);
        }
    }
}
