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
@Alone
class IdleAssociationsTest {
    private static final int SESSIONS = 1_000;
    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

    /** The last handshakes' and welcomes' doing is over by then, and acknowledgements are sent. */
    private static final int SETTLE_MS = 3_000;

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
            // Tables that grow for a thousand grow here, once, and are nobody's.
            LightCrowd.delete(crowd.play(server.whep("warm"), SESSIONS, chatting));
            Footprint empty = server.gone("associations-warm", GONE_WITHIN);

            double session = kib(empty, idle(server, crowd, "without", LightOptions.defaults()));
            Footprint afterwards = server.gone("associations-without", GONE_WITHIN);
            double association = kib(
                    afterwards,
                    idle(server, crowd, "association", LightOptions.defaults().withChannels(counting)));
            afterwards = server.gone("associations-association", GONE_WITHIN);
            counting.open.set(0);
            Footprint open = idle(server, crowd, "chat", chatting);
            double channels = kib(afterwards, open);
            assertThat(counting.open).as("channels open").hasValue(2 * SESSIONS);

            figures.put("session-kib", session);
            figures.put("association-kib", association - session);
            figures.put("association-chat-and-reactions-kib", channels - session);
            figures.put("threads-before", empty.threads().size());
            figures.put("threads", open.threads().size());
            Figures.write("idle-associations", figures);
            assertThat(association - session).isLessThan(MAX_KIB_AN_ASSOCIATION);
            assertThat(channels - session).isLessThan(MAX_KIB_AN_ASSOCIATION);
            assertThat(open.threads().size())
                    .as("threads, %s", open.threads())
                    .isLessThanOrEqualTo(empty.threads().size() + THREADS_TO_SPARE);
        }
    }

    /** What the server needs with so many sessions that say nothing; they are over when it returns. */
    private static Footprint idle(ServerProcess server, LightCrowd crowd, String stream, LightOptions options) {
        List<LightClient> viewers = crowd.play(server.whep(stream), SESSIONS, options);
        Await.pause(SETTLE_MS);
        Footprint footprint = server.footprint(histogram(stream + "-idle"));
        LightCrowd.delete(viewers);
        return footprint;
    }

    private static double kib(Footprint before, Footprint after) {
        long bytes = after.heapBytes() - before.heapBytes() + after.directBytes() - before.directBytes();
        return bytes / 1024.0 / SESSIONS;
    }

    private static Path histogram(String name) {
        return PlaywrightDriver.moduleDirectory().resolve("target/histogram-" + name + ".txt");
    }
}
