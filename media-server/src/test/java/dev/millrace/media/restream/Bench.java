package dev.millrace.media.restream;

import dev.millrace.media.control.Dialer;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RestreamInfo;
import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A broadcast in virtual time, its packager, what it is pushed on by, and the servers it is pushed to. */
final class Bench implements Dialer {
    static final long MS = 1_000_000;
    /** What a target reads that reads at once. */
    static final long EVERYTHING = 1L << 50;

    static final String STREAM = "show";
    private static final TrackFormat.Aac AAC = new TrackFormat.Aac(48_000, 2, 128_000);
    private static final long START_MS = 1_000_000;
    private static final long STEP_MS = 10;
    private static final long PICTURE_MS = 40;
    private static final double SOUND_MS = 1024 / 48.0;

    final List<Target> targets = new ArrayList<>();
    final List<Long> dialledNs = new ArrayList<>();
    final Restreams restreams;
    final Follower tap;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final ArrayDeque<Double> lateSounds = new ArrayDeque<>();
    private final Random random;
    private int ids;
    private @Nullable Packager packager;
    private final List<Track> layers = new ArrayList<>();
    private @Nullable Track audio;
    private double soundMs = START_MS;
    private long pictureMs = START_MS;

    long nowNs = START_MS * MS;

    // What the test may turn.
    boolean broadcasting = true;
    boolean pictures = true;
    boolean listening = true;

    /** How many bytes targets read yet. */
    long readBytes = EVERYTHING;

    /** And how many more each second. */
    long readBps = EVERYTHING;

    @Nullable
    String refusal;

    AvcConfig config = Packaged.SMALL;
    int keyEveryMs = 1_000;
    int pictureBytes = 5_000;
    int soundDelayMs;
    boolean second;
    boolean first = true;

    Bench(long seed) {
        random = new Random(seed);
        Surroundings around = new Surroundings(this, tasks::add, () -> nowNs, () -> nowNs / MS, random);
        restreams = new Restreams(around, () -> "id" + ++ids, stream -> {});
        tap = restreams.follow(STREAM);
    }

    /** Packaging begins, as the origin would have it. */
    Bench packaged() {
        Packager made = new Packager(PackagerConfig.DEFAULT, 0, tap);
        packager = made;
        layers.clear();
        layers.add(made.addVideo("h"));
        if (second) {
            layers.add(made.addVideo("l"));
        }
        audio = made.addAudio("audio");
        tap.onBegin(made, "stamp");
        return this;
    }

    void unpackaged() {
        packager = null;
        tap.onEnd();
    }

    MediaReply ask(MediaCommand command) {
        var reply =
                switch (command) {
                    case MediaCommand.StartRestream start -> restreams.start(start);
                    case MediaCommand.StopRestream stop -> restreams.stop(stop);
                    case MediaCommand.ListRestreams list -> restreams.list(list.stream());
                    default -> throw new AssertionError(command);
                };
        work();
        return reply.toCompletableFuture().join();
    }

    Bench pushed(int height) {
        ask(new MediaCommand.StartRestream(STREAM, "rtmp://there/live", "the-key", height));
        return this;
    }

    RestreamInfo info() {
        return ((MediaReply.Restreams) ask(new MediaCommand.ListRestreams(STREAM)))
                .restreams()
                .getFirst();
    }

    Target last() {
        return targets.getLast();
    }

    void run(long ms) {
        long endNs = nowNs + ms * MS;
        while (nowNs < endNs) {
            nowNs += STEP_MS * MS;
            broadcast(nowNs / MS);
            readBytes = Math.min(readBps, readBytes + readBps * STEP_MS / 1000);
            if (!targets.isEmpty()) {
                last().read(Long.MAX_VALUE);
            }
            work();
            while (restreams.nextDeadlineNs() <= nowNs) {
                restreams.onDeadline(nowNs);
                work();
            }
        }
    }

    private void broadcast(long ms) {
        Packager to = packager;
        Track sound = audio;
        if (to == null || sound == null || !broadcasting) {
            pictureMs = ms - ms % PICTURE_MS;
            soundMs = ms;
            lateSounds.clear();
            return;
        }
        if (pictures && ms >= pictureMs + PICTURE_MS) {
            pictureMs += PICTURE_MS;
            boolean key = pictureMs % keyEveryMs == 0;
            for (int i = first ? 0 : 1; i < layers.size(); i++) {
                AvcConfig of = i == 0 ? config : Packaged.SMALL;
                byte[] data = captured(pictureBytes, pictureMs);
                to.onVideo(layers.get(i), new VideoFrame(data, 0, key, false, of, nowNs), pictureMs * MS);
            }
        }
        while (soundMs + SOUND_MS <= ms) {
            soundMs += SOUND_MS;
            lateSounds.add(soundMs);
        }
        while (!lateSounds.isEmpty() && lateSounds.getFirst() + soundDelayMs <= ms) {
            double soundAt = lateSounds.remove();
            to.onAudio(sound, AAC, captured(300, (long) soundAt), (long) (soundAt * MS));
        }
    }

    /** A sample that has in it when it was captured. */
    private static byte[] captured(int bytes, long ms) {
        return ByteBuffer.allocate(bytes).putLong(ms).array();
    }

    private void work() {
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
            next.run();
        }
    }

    @Override
    public Line dial(String host, int port, boolean tls, Events events) {
        dialledNs.add(nowNs);
        Target target = new Target(this, events, random);
        if (listening) {
            targets.add(target);
            events.onOpen();
        } else {
            target.closed = true;
            events.onClosed("The target cannot be reached: nobody listens there.");
        }
        return target;
    }
}
