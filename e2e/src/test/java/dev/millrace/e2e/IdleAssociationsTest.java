package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.MeasuredServer.Footprint;
import dev.millrace.perf.LightChannelListener;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an association and its channels need while nobody says anything, over what a session needs anyway. */
class IdleAssociationsTest {
    private static final int SESSIONS = 1_000;
    private static final int WARM_UP = 50;
    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);
    private static final double MAX_KIB_AN_ASSOCIATION = 20;

    /** Shared pools may grow to their size; none of them by the association. */
    private static final int THREADS_TO_SPARE = 12;

    private final Map<String, Number> figures = new TreeMap<>();

    /** Counts what opens. */
    private static final class Counting implements LightChannelListener {
        final AtomicInteger open = new AtomicInteger();

        @Override
        public void onOpen(LightClient client, String label, long nowNs) {
            open.incrementAndGet();
        }

        @Override
        public void onText(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
            // Presence and the like; nobody reads it.
        }
    }

    @Test
    void aThousandAssociationsNeedNoThreadsAndLittleMemory() {
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            Counting counting = new Counting();
            LightOptions chatting = LightOptions.defaults().withChannels(counting, "chat", "reactions");
            LightCrowd.delete(crowd.play(server.whep("warm"), WARM_UP, chatting));
            Footprint empty = server.gone("warm", GONE_WITHIN);
            counting.open.set(0);

            double without = measure(server, crowd, "without", LightOptions.defaults(), empty);
            double idle = measure(
                    server, crowd, "association", LightOptions.defaults().withChannels(counting), empty);
            List<LightClient> viewers = crowd.play(server.whep("chat"), SESSIONS, chatting);
            Await.until("two channels each", Duration.ofSeconds(60), counting.open::get, n -> n == 2 * SESSIONS);
            Await.pause(2_000);
            Footprint open = server.footprint(histogram("chatting"));
            double chat = kib(empty, open);
            LightCrowd.delete(viewers);
            server.gone("chat", GONE_WITHIN);

            figures.put("session-kib", without);
            figures.put("association-kib", idle - without);
            figures.put("association-chat-and-reactions-kib", chat - without);
            figures.put("threads-before", empty.threads().size());
            figures.put("threads", open.threads().size());
            Figures.write("idle-associations", figures);
            assertThat(idle - without).isLessThan(MAX_KIB_AN_ASSOCIATION);
            assertThat(chat - without).isLessThan(MAX_KIB_AN_ASSOCIATION);
            assertThat(open.threads().size())
                    .as("threads, %s", open.threads())
                    .isLessThanOrEqualTo(empty.threads().size() + THREADS_TO_SPARE);
        }
    }

    private static double measure(
            ServerProcess server, LightCrowd crowd, String stream, LightOptions options, Footprint empty) {
        List<LightClient> viewers = crowd.play(server.whep(stream), SESSIONS, options);
        Await.pause(2_000);
        double kib = kib(empty, server.footprint(histogram(stream + "-idle")));
        LightCrowd.delete(viewers);
        server.gone(stream, GONE_WITHIN);
        return kib;
    }

    private static double kib(Footprint before, Footprint after) {
        long bytes = after.heapBytes() - before.heapBytes() + after.directBytes() - before.directBytes();
        return bytes / 1024.0 / SESSIONS;
    }

    private static Path histogram(String name) {
        return PlaywrightDriver.moduleDirectory().resolve("target/histogram-" + name + ".txt");
    }
}
