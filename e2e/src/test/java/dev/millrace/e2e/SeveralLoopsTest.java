package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightStats;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Three loops share the port: sessions live on any of them, datagrams arrive on any, streams reach all. */
@Alone
class SeveralLoopsTest {
    private static final int VIEWERS = 12;

    /** A loaded machine may lose a burst in a receive buffer; a broken hand-over loses two thirds. */
    private static final double MAX_MISSING = 0.01;

    @Test
    void aStreamReachesViewersOnEveryLoop() {
        Settings settings =
                Settings.of(Map.of("http.port", "0", "media.port", "0", "chat.store", "memory", "media.loops", "3"));
        try (Millrace server = Millrace.start(settings);
                LightCrowd crowd = new LightCrowd()) {
            List<LightClient> early = crowd.play(whep(server), VIEWERS / 2, LightOptions.defaults());
            LightClient publisher = crowd.publish(whip(server), LightOptions.defaults());
            List<LightClient> late = crowd.play(whep(server), VIEWERS / 2, LightOptions.defaults());
            everybodyGets(100, early, late);

            // A second publisher, on another loop than the first, takes over.
            LightClient successor = crowd.publish(whip(server), LightOptions.defaults());
            long before = packets(early, late);
            everybodyGets(before / VIEWERS + 200, early, late);
            assertThat(LightCrowd.stats(early)).allMatch(LightStats::up);
            for (LightStats stats : LightCrowd.stats(late)) {
                double missing =
                        stats.video().missing() / (double) stats.video().packets();
                assertThat(missing).isLessThan(MAX_MISSING);
            }

            // Everybody leaves, so that the copies on loops without the publisher go; who comes back gets new ones.
            LightCrowd.delete(early);
            LightCrowd.delete(late);
            List<LightClient> again = crowd.play(whep(server), VIEWERS, LightOptions.defaults());
            everybodyGets(100, again, again);
            publisher.close();
            assertThat(successor.delete().join()).isEqualTo(200);
        }
    }

    private static void everybodyGets(long packets, List<LightClient> some, List<LightClient> others) {
        Await.until(
                "each viewer has " + packets + " packets of video",
                Await.PATIENCE,
                () -> Math.min(fewest(some), fewest(others)),
                fewest -> fewest >= packets);
    }

    private static long fewest(List<LightClient> viewers) {
        return LightCrowd.stats(viewers).stream()
                .mapToLong(stats -> stats.video().packets())
                .min()
                .orElse(0);
    }

    private static long packets(List<LightClient> some, List<LightClient> others) {
        return LightCrowd.stats(some).stream()
                        .mapToLong(s -> s.video().packets())
                        .sum()
                + LightCrowd.stats(others).stream()
                        .mapToLong(s -> s.video().packets())
                        .sum();
    }

    private static URI whip(Millrace server) {
        return URI.create("http://127.0.0.1:" + server.httpPort() + "/whip/wide");
    }

    private static URI whep(Millrace server) {
        return URI.create("http://127.0.0.1:" + server.httpPort() + "/whep/wide");
    }
}
