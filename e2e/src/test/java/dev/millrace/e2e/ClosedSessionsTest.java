package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.e2e.MeasuredServer.Footprint;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** However a session ends, nothing of it stays: no object, no thread, no entry in a table. */
class ClosedSessionsTest {
    private static final int CONNECTS = 200;

    /** RFC 7675 and the contract: gone about 10 s after the last sign of life; the rest is a busy machine's. */
    private static final Duration SILENCE = Duration.ofSeconds(16);

    private static final int THREADS_TO_SPARE = 6;

    private static final LightOptions OPTIONS = LightOptions.defaults();

    @Test
    void whateverEndsASessionLeavesNothing() {
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            LightCrowd.delete(crowd.play(server.whep("warm"), 20, OPTIONS));
            Footprint before = server.gone("closed-warm", Await.PATIENCE);

            for (int i = 0; i < CONNECTS / 20; i++) {
                LightCrowd.delete(crowd.play(server.whep("deleted"), 20, OPTIONS));
            }
            Footprint after = server.gone("closed-deleted", Await.PATIENCE);
            assertThat(after.threads().size())
                    .as("threads, %s", after.threads())
                    .isLessThanOrEqualTo(before.threads().size() + THREADS_TO_SPARE);

            crowd.play(server.whep("closed"), 10, OPTIONS).forEach(LightClient::close);
            server.gone("closed-at-once", Await.PATIENCE);

            assertThat(crowd.refused(server.whep("forged"), OPTIONS.withForgedFingerprint()))
                    .contains("DTLS");
            server.gone("closed-forged", Await.PATIENCE);

            List<LightClient> silent = crowd.play(server.whep("silent"), 10, OPTIONS);
            long startNs = System.nanoTime();
            silent.forEach(LightClient::vanish);
            Await.until("silence is noticed", SILENCE, server::sessions, left -> left == 0);
            Figures.write("closed-sessions", Map.of("silence-noticed-s", (System.nanoTime() - startNs) / 1e9));
            server.gone("closed-silent", SILENCE);
        }
    }
}
