package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.MeasuredServer.Footprint;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightStats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a session needs while it waits, and that nothing of it is left when it is gone. */
@Alone
class IdleSessionsTest {
    private static final int SESSIONS = 1_000;

    /** Sessions before the first measurement: pools and caches fill, classes load. */
    private static final int WARM_UP = 50;

    private static final double MAX_KIB_A_SESSION = 100;

    /** Of a session that is gone; caches and freshly loaded classes, spread over all of them. */
    private static final double MAX_KIB_LEFT_BEHIND = 4;

    /** Shared pools may grow to their size; none of them by the session. */
    private static final int THREADS_TO_SPARE = 12;

    /** An HTTP connection of the crowd idles for a minute. */
    private static final Duration GIVEN_BACK = Duration.ofSeconds(90);

    private static final LightOptions IDLE = LightOptions.defaults();

    /** A picture every 200 ms, in one packet. */
    private static final LightOptions SLOW =
            LightOptions.defaults().withVideo(40_000, 5, 0).withAudio(false);

    private final Map<String, Number> figures = new TreeMap<>();

    @Test
    void aThousandIdleSessionsNeedNoThreadsAndLittleMemory() {
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            LightCrowd.delete(crowd.play(server.whep("warm"), WARM_UP, IDLE));
            Footprint before = gone(server, "warm");

            List<LightClient> viewers = join(server, crowd, "waiting", IDLE);
            Footprint waiting = server.footprint(histogram("waiting"));
            note("not-live", before, waiting);
            assertThat(LightCrowd.stats(viewers)).allMatch(LightStats::up);
            LightCrowd.delete(viewers);
            Footprint after = gone(server, "waited");
            figures.put("left-behind-kib-a-session", kib(before, after));

            LightClient publisher = crowd.publish(server.whip("slow"), SLOW);
            List<LightClient> watching = join(server, crowd, "slow", SLOW);
            List<LightStats> seen =
                    Await.until("everybody plays", Await.PATIENCE, () -> LightCrowd.stats(watching), all -> all.stream()
                            .allMatch(stats -> stats.video().packets() > 2));
            Footprint live = server.footprint(histogram("live"));
            note("live", after, live);
            publisher.delete().join();
            LightCrowd.delete(watching);
            Footprint end = givenBack(server, before);
            figures.put("left-behind-after-live-kib-a-session", kib(after, end));
            Figures.write("idle-sessions", figures);

            assertThat(seen).allMatch(LightStats::up);
            for (Footprint many : List.of(waiting, live)) {
                assertThat(many.threads().size())
                        .as("threads, %s", many.threads())
                        .isLessThanOrEqualTo(before.threads().size() + THREADS_TO_SPARE);
            }
            assertThat(kib(before, waiting)).isLessThan(MAX_KIB_A_SESSION);
            assertThat(kib(after, live)).isLessThan(MAX_KIB_A_SESSION);
        }
    }

    private List<LightClient> join(ServerProcess server, LightCrowd crowd, String stream, LightOptions options) {
        long startNs = System.nanoTime();
        List<LightClient> viewers = crowd.play(server.whep(stream), SESSIONS, options);
        figures.put(stream + "-joins-a-second", SESSIONS / ((System.nanoTime() - startNs) / 1e9));
        return viewers;
    }

    private void note(String name, Footprint before, Footprint after) {
        figures.put(name + "-kib-a-session", kib(before, after));
        figures.put(name + "-heap-kib-a-session", (after.heapBytes() - before.heapBytes()) / 1024.0 / SESSIONS);
        figures.put(name + "-direct-kib-a-session", (after.directBytes() - before.directBytes()) / 1024.0 / SESSIONS);
        figures.put(
                name + "-resident-kib-a-session", (after.residentBytes() - before.residentBytes()) / 1024.0 / SESSIONS);
        figures.put(name + "-threads-before", before.threads().size());
        figures.put(name + "-threads", after.threads().size());
    }

    /** Heap and direct buffers: what is the sessions' own. Resident memory also has what the collector has yet to give back. */
    private static double kib(Footprint before, Footprint after) {
        long bytes = after.heapBytes() - before.heapBytes() + after.directBytes() - before.directBytes();
        return bytes / 1024.0 / SESSIONS;
    }

    /** What the crowd's own HTTP connections hold goes when they have idled for a minute; a leak never goes. */
    private static Footprint givenBack(ServerProcess server, Footprint before) {
        gone(server, "watched");
        return Await.until(
                "at most " + MAX_KIB_LEFT_BEHIND + " KiB a session left behind",
                GIVEN_BACK,
                server::footprint,
                now -> kib(before, now) < MAX_KIB_LEFT_BEHIND);
    }

    private static Footprint gone(ServerProcess server, String what) {
        return server.gone("idle-" + what, Await.PATIENCE);
    }

    private static Path histogram(String name) {
        return PlaywrightDriver.moduleDirectory().resolve("target/histogram-" + name + ".txt");
    }
}
