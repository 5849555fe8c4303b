package dev.millrace.perf;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * What the harness itself costs: CPU of a loop per received packet, with each kind of sockets and with all or a share of
 * the packets decrypted, against any server.
 *
 * <pre>
 * ClientCost http://127.0.0.1:8080/whip/cost http://127.0.0.1:8080/whep/cost 200 10
 * </pre>
 */
public final class ClientCost {
    private static final int JOINS_AT_ONCE = 8;
    private static final long SETTLE_MS = 3_000;

    private ClientCost() {}

    /** Endpoint to publish to, endpoint to play from, viewers, seconds. */
    public static void main(String[] args) throws Exception {
        URI whep = URI.create(args[1]);
        int viewers = Integer.parseInt(args[2]);
        long seconds = Long.parseLong(args[3]);
        WishHttp http = new WishHttp();
        SendTimes times = new SendTimes();
        LightOptions options = LightOptions.defaults().withSendTimes(times);
        try (LightLoop publishing = LightLoop.start("publisher")) {
            LightClient publisher = LightClient.publish(publishing, http, URI.create(args[0]), options)
                    .join();
            LightOptions quiet = options.withReports(false);
            measure("NIO, all decrypted", new NioSockets(), http, whep, quiet, viewers, seconds);
            measure("NIO, one of 32", new NioSockets(), http, whep, quiet.withDecryptEvery(32), viewers, seconds);
            measure("epoll, all decrypted", new EpollSockets(false), http, whep, quiet, viewers, seconds);
            measure(
                    "epoll, one of 32",
                    new EpollSockets(false),
                    http,
                    whep,
                    quiet.withDecryptEvery(32),
                    viewers,
                    seconds);
            measure("each ms, all decrypted", new EpollSockets(true), http, whep, quiet, viewers, seconds);
            measure(
                    "each ms, one of 32",
                    new EpollSockets(true),
                    http,
                    whep,
                    quiet.withDecryptEvery(32),
                    viewers,
                    seconds);
            measure(
                    "each ms, one of 32, feedback",
                    new EpollSockets(true),
                    http,
                    whep,
                    quiet.withDecryptEvery(32).withReports(true),
                    viewers,
                    seconds);
            publisher.delete().join();
        }
        System.exit(0);
    }

    private static void measure(
            String what, LightSockets sockets, WishHttp http, URI whep, LightOptions options, int viewers, long seconds)
            throws InterruptedException {
        try (LightLoop loop = LightLoop.start("viewers", sockets)) {
            List<LightClient> clients = join(loop, http, whep, options, viewers);
            Thread.sleep(SETTLE_MS);
            LightTotals before = loop.totals();
            long cpuNs = loop.cpuNs();
            Thread.sleep(seconds * 1_000);
            cpuNs = loop.cpuNs() - cpuNs;
            LightTotals after = loop.totals();
            long packets = after.videoPackets() + after.audioPackets() - before.videoPackets() - before.audioPackets();
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %5d viewers %8d packets/s %6d ns of CPU each, %4.1f %% of a core, missing %d, dropped here %d, "
                            + "recognised %d of %d%n",
                    what,
                    after.up(),
                    packets / seconds,
                    cpuNs / Math.max(1, packets),
                    cpuNs / (seconds * 1e7),
                    after.missing() - before.missing(),
                    after.receiveDrops(),
                    after.recognised() - before.recognised(),
                    after.decrypted() - before.decrypted());
            clients.stream().map(LightClient::delete).toList().forEach(CompletableFuture::join);
        }
    }

    private static List<LightClient> join(LightLoop loop, WishHttp http, URI whep, LightOptions options, int viewers) {
        Semaphore room = new Semaphore(JOINS_AT_ONCE);
        List<CompletableFuture<LightClient>> joining = new ArrayList<>();
        for (int i = 0; i < viewers; i++) {
            room.acquireUninterruptibly();
            joining.add(LightClient.play(loop, http, whep, options).whenComplete((client, failed) -> room.release()));
        }
        return joining.stream().map(CompletableFuture::join).toList();
    }
}
