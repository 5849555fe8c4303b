package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.ChatReaders.Reader;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * What the chat costs and how fast it is: everything is measured each time, the sizes and figures only with
 * {@code -Dmillrace.figures=true}.
 */
@Alone
class ChatFiguresTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Chat alone: the readers' stream has no publisher. */
    private static final LightOptions QUIET = LightOptions.defaults();

    /** What a viewer may say in the long run. */
    private static final int MESSAGES_PER_SECOND_EACH = 5;

    private static final int CLAPS_PER_SECOND_EACH = 10;
    private static final int SENDERS = 4;
    private static final int MESSAGES_PER_SECOND = SENDERS * MESSAGES_PER_SECOND_EACH;
    private static final double NS_PER_MS = 1e6;

    private final Map<String, Number> figures = new TreeMap<>();

    @Test
    void aMessageIsWithAHundredViewersAtOnce() {
        int seconds = Figures.strict() ? 30 : 5;
        ChatReaders readers = new ChatReaders();
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            say(join(server, crowd, readers, 100), seconds, readers);
        }
        noteDelays(readers);
        Figures.write("chat-hundred-viewers", figures);
        eachHasAll(readers, 100, MESSAGES_PER_SECOND * seconds);
        if (Figures.strict()) {
            assertThat(readers.delayMs(50)).isLessThan(10);
            assertThat(readers.delayMs(99)).isLessThan(50);
        }
    }

    @Test
    void aFullRoomGetsEveryMessageOnceAndInOrderAndMediaBesideItFlows() {
        int viewers = Figures.strict() ? 2_000 : 150;
        int seconds = Figures.strict() ? 60 : 5;
        int said = MESSAGES_PER_SECOND * seconds;
        ChatReaders readers = new ChatReaders();
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd();
                LightCrowd beside = new LightCrowd()) {
            LightClient publisher = beside.publish(server.whip("beside"), LightOptions.defaults());
            LightClient watching = beside.play(server.whep("beside"), 1, LightOptions.defaults())
                    .getFirst();
            List<LightClient> clients = join(server, crowd, readers, viewers);
            double idle = cpuShare(server, Figures.strict() ? 15 : 3);
            LightStats before = watching.stats().join();
            long sentBefore = publisher.stats().join().packetsSent();
            long startNs = System.nanoTime();
            long cpuNs = server.cpuNs();
            say(clients, seconds, readers);
            cpuNs = server.cpuNs() - cpuNs;
            long tookNs = System.nanoTime() - startNs;
            LightStats after = watching.stats().join();
            figures.put("media-packets-sent", publisher.stats().join().packetsSent() - sentBefore);
            figures.put("media-packets-got", packets(after) - packets(before));
            figures.put("media-longest-gap-ms", after.video().longestGapNs() / NS_PER_MS);
            figures.put("server-cpu-us-a-delivery", (cpuNs - idle * tookNs) / 1e3 / readers.delivered());
            figures.put("server-cpu-share-idle", idle);
            figures.put("server-cpu-share-busy", cpuNs / (double) tookNs);
            long lostByKernel = KernelLoss.ofThisProcess() + server.kernelDrops();
            figures.put("media-packets-missing", missing(after) - missing(before));
            figures.put("packets-lost-by-kernel", lostByKernel);
            // What the kernel drops at a socket nobody got to read from is the busy machine's.
            assertThat(missing(after) - missing(before))
                    .as("media packets lost")
                    .isLessThanOrEqualTo(Figures.strict() ? 0 : lostByKernel);
        }
        figures.put("viewers", viewers);
        figures.put("messages", said);
        figures.put("delivered", readers.delivered());
        noteDelays(readers);
        Figures.write("chat-full-room", figures);
        eachHasAll(readers, viewers, said);
    }

    private void noteDelays(ChatReaders readers) {
        figures.put("p50-ms", readers.delayMs(50));
        figures.put("p99-ms", readers.delayMs(99));
        figures.put("max-ms", readers.delayMs(100));
    }

    @Test
    void clapsCostEachViewerAFewSmallMessages() {
        int viewers = Figures.strict() ? 1_000 : 100;
        int seconds = Figures.strict() ? 10 : 4;
        ChatReaders readers = new ChatReaders();
        long clapped;
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            List<LightClient> clients = join(server, crowd, readers, viewers);
            long cpuNs = server.cpuNs();
            clapped = clap(clients, seconds);
            Await.pause(1_000); // the last sum comes 250 ms after its first clap
            figures.put("server-cpu-us-a-clap", (server.cpuNs() - cpuNs) / 1e3 / clapped);
        }
        long counted = readers.readers().stream()
                .mapToLong(reader -> reader.reactions)
                .max()
                .orElseThrow();
        figures.put("claps-a-second", clapped / (double) seconds);
        figures.put("claps-sent", clapped);
        figures.put("claps-counted", counted);
        figures.put("messages-a-second-a-viewer", readers.reactionMessages() / (double) viewers / seconds);
        Figures.write("chat-claps", figures);
        assertThat(readers.reactionMessages()).isPositive();
        assertThat(counted).isGreaterThan(clapped / 2).isLessThanOrEqualTo(clapped);
        if (Figures.strict()) {
            assertThat(readers.reactionMessages()).isLessThanOrEqualTo(4L * viewers * (seconds + 1));
        }
    }

    /** Each viewer as often as it may, ten times a second; answers how often it was. */
    private static long clap(List<LightClient> clients, int seconds) {
        int viewers = clients.size();
        long startNs = System.nanoTime();
        long clapped = 0;
        for (long nowNs = startNs; nowNs - startNs < seconds * 1_000_000_000L; nowNs = System.nanoTime()) {
            long due = (nowNs - startNs) / 1_000 * viewers * CLAPS_PER_SECOND_EACH / 1_000_000L;
            for (; clapped < due; clapped++) {
                var unused = clients.get((int) (clapped % viewers))
                        .send("reactions", "{\"type\":\"react\",\"emoji\":\"👏\"}");
            }
            LockSupport.parkNanos(5_000_000L);
        }
        return clapped;
    }

    private static List<LightClient> join(ServerProcess server, LightCrowd crowd, ChatReaders readers, int viewers) {
        List<LightClient> clients =
                crowd.play(server.whep("room"), viewers, QUIET.withChannels(readers, "chat", "reactions"));
        Await.until("all are welcome", PATIENCE, readers::welcomed, count -> count == viewers);
        Await.pause(1_500); // presence of the last ones
        return clients;
    }

    /** Processors that the server keeps busy while nobody says anything. */
    private static double cpuShare(ServerProcess server, int seconds) {
        long startNs = System.nanoTime();
        long before = server.cpuNs();
        Await.pause(seconds * 1_000L);
        return (server.cpuNs() - before) / (double) (System.nanoTime() - startNs);
    }

    /** Four viewers take turns, as fast as they may; returns when everybody has everything. */
    private static void say(List<LightClient> clients, int seconds, ChatReaders readers) {
        int messages = MESSAGES_PER_SECOND * seconds;
        long dueNs = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            // Who was held up catches up by a second's worth and no more: the rest would be refused as too fast.
            dueNs = Math.max(dueNs + 1_000_000_000L / MESSAGES_PER_SECOND, System.nanoTime() - 1_000_000_000L);
            for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            var unused = clients.get(i % SENDERS)
                    .send("chat", "{\"type\":\"say\",\"id\":\"" + i + "\",\"text\":\"" + System.nanoTime() + "\"}");
        }
        long wanted = (long) messages * clients.size();
        Await.until("everybody has everything", PATIENCE, readers::delivered, count -> count >= wanted);
    }

    private static void eachHasAll(ChatReaders readers, int viewers, int said) {
        assertThat(readers.readers()).hasSize(viewers);
        for (Reader reader : readers.readers()) {
            assertThat(reader.disorders).isZero();
            assertThat(reader.first).isEqualTo(1);
            assertThat(reader.said).isEqualTo(said);
        }
        assertThat(readers.failed()).isZero();
    }

    private static long packets(LightStats stats) {
        return stats.audio().packets() + stats.video().packets();
    }

    private static long missing(LightStats stats) {
        return stats.audio().missing() + stats.video().missing();
    }
}
