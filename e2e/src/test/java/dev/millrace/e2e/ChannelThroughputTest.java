package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.perf.LightChannelListener;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How much one reliable channel carries over loopback through real DTLS, and what it costs: reported, not promised. */
@Alone
class ChannelThroughputTest {
    private static final long WARM_UP_BYTES = 16L << 20;
    private static final long BYTES = 64L << 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final double MB = 1e6;

    /** Counts bytes and remembers what opened. */
    private static final class Counting implements LightChannelListener {
        final AtomicLong bytes = new AtomicLong();
        final Set<String> open = ConcurrentHashMap.newKeySet();

        @Override
        public void onOpen(LightClient client, String label, long nowNs) {
            open.add(label);
        }

        @Override
        public void onText(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
            // Only bytes are sent here.
        }

        @Override
        public void onBinary(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
            bytes.addAndGet(len);
        }
    }

    @Test
    void oneChannelFromTheServer() {
        try (EchoServer server = new EchoServer();
                LightCrowd crowd = new LightCrowd()) {
            Counting counting = new Counting();
            LightClient client = crowd.play(
                            URI.create(server.url()),
                            1,
                            LightOptions.defaults().withChannels(counting, "control", "bulk"))
                    .getFirst();
            Await.until("open", LIMIT, () -> counting.open, open -> open.containsAll(Set.of("control", "bulk")));
            transfer(client, counting, WARM_UP_BYTES);
            Map<String, Number> figures = new TreeMap<>();
            long serverNs = cpuNs("media-0");
            long clientNs = cpuNs("light");
            long startNs = System.nanoTime();
            transfer(client, counting, BYTES);
            double seconds = (System.nanoTime() - startNs) / 1e9;
            figures.put("mb-a-second", BYTES / MB / seconds);
            figures.put("server-cpu-ms-a-mb", (cpuNs("media-0") - serverNs) / 1e6 / (BYTES / MB));
            figures.put("client-cpu-ms-a-mb", (cpuNs("light") - clientNs) / 1e6 / (BYTES / MB));
            Figures.write("channel-throughput", figures);
            assertThat(counting.bytes.get()).isEqualTo(WARM_UP_BYTES + BYTES);
        }
    }

    private static void transfer(LightClient client, Counting counting, long bytes) {
        long before = counting.bytes.get();
        client.send("control", "send bulk " + bytes).join();
        Await.until("all of it", LIMIT, counting.bytes::get, now -> now - before >= bytes);
    }

    /** CPU time of the threads of that name. */
    private static long cpuNs(String name) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals(name))
                .mapToLong(info -> threads.getThreadCpuTime(info.getThreadId()))
                .sum();
    }
}
