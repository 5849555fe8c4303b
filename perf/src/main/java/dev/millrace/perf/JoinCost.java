package dev.millrace.perf;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * What joining costs: viewers join as fast as both sides can, stay until their first packet and leave; how long each step
 * took, and CPU a join of this process and of the server's.
 *
 * <pre>
 * JoinCost http://127.0.0.1:8080/whip/join http://127.0.0.1:8080/whep/join 500 16 [pid of the server]
 * </pre>
 */
public final class JoinCost {
    private static final long GIVE_UP_SECONDS = 30;
    private static final int WARM_UPS = 100;

    private final LightLoop loop = LightLoop.start("viewers", LightLoop.Looking.AT_ONCE);
    private final WishHttp http = new WishHttp();
    private final URI whep;
    private final Semaphore room;

    private JoinCost(URI whep, int atOnce) {
        this.whep = whep;
        this.room = new Semaphore(atOnce);
    }

    /** Endpoint to publish to, endpoint to play from, joins, how many at once, the server's process. */
    public static void main(String[] args) throws Exception {
        JoinCost cost = new JoinCost(URI.create(args[1]), Integer.parseInt(args[3]));
        int joins = Integer.parseInt(args[2]);
        Optional<ProcessHandle> server = args.length < 5 ? Optional.empty() : ProcessHandle.of(Long.parseLong(args[4]));
        LightOptions media = LightOptions.defaults().withVideo(300_000, 30, 15);
        try (LightLoop publishing = LightLoop.start("publisher")) {
            LightClient.publish(publishing, cost.http, URI.create(args[0]), media)
                    .join();
            cost.run(WARM_UPS);
            long ourNs = cpuNs(Optional.of(ProcessHandle.current()));
            long theirNs = cpuNs(server);
            long startNs = System.nanoTime();
            List<LightJoin> done = cost.run(joins);
            double seconds = (System.nanoTime() - startNs) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%d joins, %.0f/s, CPU a join: here %.2f ms, server %.2f ms (leaving included)%n",
                    done.size(),
                    done.size() / seconds,
                    (cpuNs(Optional.of(ProcessHandle.current())) - ourNs) / 1e6 / joins,
                    (cpuNs(server) - theirNs) / 1e6 / joins);
            print("POST to answer", done, LightJoin::answeredNs);
            print("to ICE", done, LightJoin::iceNs);
            print("to DTLS", done, LightJoin::connectedNs);
            print("to first packet", done, LightJoin::firstPacketNs);
        }
        System.exit(0);
    }

    private static long cpuNs(Optional<ProcessHandle> process) {
        return process.flatMap(each -> each.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toNanos();
    }

    private static void print(String step, List<LightJoin> joins, ToLongFunction<LightJoin> time) {
        long[] sorted = joins.stream().mapToLong(time).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "  %-18s p50 %6.1f  p95 %6.1f  max %6.1f ms%n",
                step,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 95 / 100] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }

    private List<LightJoin> run(int joins) {
        List<CompletableFuture<LightJoin>> all = new ArrayList<>();
        for (int i = 0; i < joins; i++) {
            room.acquireUninterruptibly();
            all.add(one().whenComplete((join, failed) -> room.release()));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    private CompletableFuture<LightJoin> one() {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        LightOptions options = LightOptions.defaults().withDecryptEvery(1_000).withObserver(new LightObserver() {
            @Override
            public void onFirstPacket(long sincePostNs) {
                seen.complete(null);
            }
        });
        return LightClient.play(loop, http, whep, options)
                .thenCompose(client -> seen.thenCompose(packet -> client.stats())
                        .thenCompose(stats -> client.delete().thenApply(status -> stats.join())))
                .orTimeout(GIVE_UP_SECONDS, TimeUnit.SECONDS);
    }
}
