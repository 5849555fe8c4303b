package dev.millrace.perf;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Hundreds of viewers of one broadcast by segments, on one event loop: each loads playlists, fetches what they name and
 * keeps book of when it came; nothing is decoded. Any thread may start, ask and close it.
 */
public final class LightAudience implements AutoCloseable {
    /** As many as browsers open to one host. */
    private static final int CONNECTIONS_OF_VIEWER = 6;

    /** Shorter than any cache keeps an idle one (Varnish: 5 s), so that no request meets one that is just being closed. */
    private static final int KEEP_ALIVE_SECONDS = 3;

    private static final long CLOSE_SECONDS = 10;

    /** How old {@link #totals} may be. */
    private static final long TOTALS_EVERY_MS = 200;

    /** How they watch. */
    public enum Way {
        /** LL-HLS: playlists that are held until there is more, parts. */
        LL_HLS,
        /** HLS: whole segments, three target durations behind. */
        HLS,
        /** LL-DASH: segments while they are being made. */
        LL_DASH
    }

    private final Vertx vertx;
    private final Context loop;
    private final List<LightWatcher> viewers = new ArrayList<>();
    final HttpClient http;
    final HlsStats.Recorder recorder = new HlsStats.Recorder();
    final Set<String> objects = new HashSet<>();
    long playlists;
    long pieces;
    long errors;
    boolean closed;
    private volatile HlsTotals totals = HlsTotals.NONE;

    /** @param most viewers that are going to be started */
    public LightAudience(int most) {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        loop = vertx.getOrCreateContext();
        http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAlive(true)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setTcpNoDelay(true),
                new PoolOptions().setHttp1MaxSize(most * CONNECTIONS_OF_VIEWER));
        loop.runOnContext(v -> vertx.setPeriodic(TOTALS_EVERY_MS, timer -> totals = count()));
    }

    private HlsTotals count() {
        int playing = 0;
        int stalls = 0;
        for (LightWatcher viewer : viewers) {
            PlayoutModel playout = viewer.playout().orElse(null);
            if (playout != null) {
                playing += playout.isPlaying() ? 1 : 0;
                stalls += playout.stalls();
            }
        }
        return new HlsTotals(viewers.size(), playing, playlists, pieces, errors, stalls);
    }

    /** Numbers that are a fifth of a second old at most; any thread, and the loop does not notice. */
    public HlsTotals totals() {
        return totals;
    }

    /** Starts one viewer; {@code address} is that of the multivariant playlist or manifest. */
    public void start(URI address, Way way) {
        onLoop(() -> {
            LightWatcher viewer =
                    switch (way) {
                        case LL_HLS -> new LightHls(this, address, true);
                        case HLS -> new LightHls(this, address, false);
                        case LL_DASH -> new LightDash(this, address);
                    };
            viewers.add(viewer);
            viewer.start();
            return viewer;
        });
    }

    /** What they went through so far. */
    public HlsStats stats() {
        return onLoop(() -> {
            List<PlayoutModel> models =
                    viewers.stream().flatMap(each -> each.playout().stream()).toList();
            double[] behind = models.stream()
                    .filter(PlayoutModel::isPlaying)
                    .mapToDouble(PlayoutModel::behindS)
                    .sorted()
                    .toArray();
            return new HlsStats(
                    viewers.size(),
                    behind.length,
                    playlists,
                    pieces,
                    objects.size(),
                    errors,
                    models.stream().mapToInt(PlayoutModel::stalls).sum(),
                    models.stream().mapToDouble(PlayoutModel::stalledS).sum(),
                    behind.length == 0 ? 0 : behind[behind.length / 2],
                    recorder.sorted(),
                    recorder.late());
        });
    }

    /** A whole piece came, which ends at {@code endS} of Unix time. */
    void onPiece(double endS, double durationS) {
        pieces++;
        recorder.add((nowS() - endS) * 1000, durationS * 1000);
    }

    /** Later; never after it is closed. */
    void after(double seconds, Runnable task) {
        vertx.setTimer(Math.max(1, Math.round(seconds * 1000)), timer -> {
            if (!closed) {
                task.run();
            }
        });
    }

    static double nowS() {
        Instant now = Instant.now();
        return now.getEpochSecond() + now.getNano() / 1e9;
    }

    private <T> T onLoop(Supplier<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(v -> {
            try {
                done.complete(task.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.join();
    }

    @Override
    public void close() {
        onLoop(() -> closed = true);
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
