package dev.millrace.e2e;

import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightLoop;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightStats;
import dev.millrace.perf.LightTotals;
import dev.millrace.perf.WishHttp;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Many light clients on one loop, joined a few at a time. */
final class LightCrowd implements AutoCloseable {
    /** Handshakes under way at once: more take no less time in all, and each so long on a busy machine that it times out. */
    private static final int AT_ONCE = 8;

    private static final long JOIN_SECONDS = 60;

    private final LightLoop loop = LightLoop.start("light");
    private final WishHttp http = new WishHttp();

    LightClient publish(URI endpoint, LightOptions options) {
        return LightClient.publish(loop, http, endpoint, options)
                .orTimeout(JOIN_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Joins so many viewers and waits until all are connected. */
    List<LightClient> play(URI endpoint, int viewers, LightOptions options) {
        Semaphore room = new Semaphore(AT_ONCE);
        List<CompletableFuture<LightClient>> joining = new ArrayList<>();
        for (int i = 0; i < viewers; i++) {
            room.acquireUninterruptibly();
            joining.add(LightClient.play(loop, http, endpoint, options)
                    .orTimeout(JOIN_SECONDS, TimeUnit.SECONDS)
                    .whenComplete((client, failed) -> room.release()));
        }
        return joining.stream().map(CompletableFuture::join).toList();
    }

    /** How a join that must not succeed ended. */
    String refused(URI endpoint, LightOptions options) {
        return LightClient.play(loop, http, endpoint, options)
                .handle((client, why) -> why == null ? "connected" : String.valueOf(why.getMessage()))
                .orTimeout(JOIN_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** What all of them saw so far. */
    LightTotals totals() {
        return loop.totals();
    }

    static List<LightStats> stats(List<LightClient> clients) {
        return clients.stream().map(client -> client.stats().join()).toList();
    }

    /** Ends all sessions by DELETE, a few at a time: each at once would be an HTTP connection that stays open. */
    static void delete(List<LightClient> clients) {
        for (int i = 0; i < clients.size(); i += AT_ONCE) {
            clients.subList(i, Math.min(clients.size(), i + AT_ONCE)).stream()
                    .map(LightClient::delete)
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
