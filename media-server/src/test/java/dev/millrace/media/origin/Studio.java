package dev.millrace.media.origin;

import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.PackagerConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An origin in virtual time: broadcasters, requests and the origin's own thread take turns, a step each. */
final class Studio {
    static final long MS = 1_000_000;
    static final long START_NS = 7_000_000 * MS;
    static final long EPOCH_MS = 1_800_000_000_000L;
    static final String STREAM = "show";
    private static final PackagerConfig PACKAGER = new PackagerConfig(2000 * MS, 200 * MS, 12_000 * MS, 64 << 20);

    final DropCounters drops = new DropCounters();
    final List<Follower> followers = new ArrayList<>();
    final Origins origins;
    final OriginLoop loop;
    final FakeTranscoder transcoder;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Camera> cameras = new ArrayList<>();
    /** Longer ones make hours short, and answers as much later. */
    long stepNs = MS;

    private long nowNs = START_NS;
    private int stamps;

    Studio(FakeTranscoder transcoder) {
        this(transcoder, false, 100);
    }

    Studio(FakeTranscoder transcoder, boolean always, int maxHeld) {
        OriginConfig config =
                new OriginConfig(PACKAGER, always, 20_000 * MS, maxHeld, List.of(720, 480, 360, 144), 128_000);
        this.transcoder = transcoder;
        loop = new OriginLoop(
                new OriginThread(tasks::add, () -> nowNs, () -> EPOCH_MS + (nowNs - START_NS) / MS, drops));
        origins = new Origins(
                new OriginServices(config, transcoder, () -> "stamp" + stamps++, name -> followers), List.of(loop));
    }

    long nowNs() {
        return nowNs;
    }

    long nowMs() {
        return (nowNs - START_NS) / MS;
    }

    void execute(Runnable task) {
        tasks.add(task);
    }

    /** A broadcaster begins. */
    Camera publish(Camera camera) {
        cameras.add(camera);
        camera.begin(this);
        origins.published(STREAM, camera);
        run(1);
        return camera;
    }

    void leave(Camera camera) {
        cameras.remove(camera);
        origins.unpublished(STREAM, camera);
    }

    void run(long ms) {
        for (long end = nowNs + ms * MS; nowNs < end; nowNs += stepNs) {
            for (Camera camera : List.copyOf(cameras)) {
                camera.tick(nowNs);
            }
            transcoder.tick(nowNs);
            work();
        }
    }

    private void work() {
        do {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            if (loop.nextDeadlineNs() <= nowNs) {
                loop.onDeadline(nowNs);
            }
        } while (!tasks.isEmpty());
    }

    CompletableFuture<OriginReply> ask(String object) {
        int query = object.indexOf('?');
        Map<String, List<String>> parameters = new java.util.HashMap<>();
        if (query >= 0) {
            for (String pair : object.substring(query + 1).split("&", -1)) {
                int is = pair.indexOf('=');
                parameters
                        .computeIfAbsent(pair.substring(0, is), name -> new ArrayList<>())
                        .add(pair.substring(is + 1));
            }
        }
        String path = query < 0 ? object : object.substring(0, query);
        return origins.fetch(new OriginRequest(STREAM, path, parameters, "")).toCompletableFuture();
    }

    /** Asks, and waits so long at most. */
    OriginReply get(String object, long ms) {
        CompletableFuture<OriginReply> reply = ask(object);
        for (long i = 0; i < ms && !reply.isDone(); i++) {
            run(1);
        }
        if (!reply.isDone()) {
            throw new AssertionError("no answer to " + object + " within " + ms + " ms");
        }
        return reply.join();
    }

    OriginReply get(String object) {
        return get(object, 10_000);
    }

    String text(String object) {
        return text(get(object));
    }

    static String text(OriginReply reply) {
        if (reply instanceof OriginReply.Text text) {
            return new String(text.text().plain(), StandardCharsets.UTF_8);
        }
        throw new AssertionError("no text: " + reply);
    }
}
