package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightJoin;
import dev.millrace.perf.LightObserver;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightStats;
import dev.millrace.perf.LightTotals;
import dev.millrace.perf.Recording;
import dev.millrace.perf.SendTimes;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the load harness sends and measures, through the whole server: recorded media, delays, layers, joins. */
class LightMediaTest {
    /** The clip's top layer has 1.7 Mb/s, the one below 0.5. */
    private static final double TOP_LAYER_BPS = 1_200_000;

    private static final int VIEWERS = 4;
    private static final long SECOND_NS = 1_000_000_000;

    private final SendTimes times = new SendTimes();
    private final AtomicLong delays = new AtomicLong();
    private final AtomicLong longestNs = new AtomicLong();
    private final AtomicInteger keyframes = new AtomicInteger();

    private final LightObserver observer = new LightObserver() {
        @Override
        public void onFirstKeyframe(long sincePostNs) {
            keyframes.incrementAndGet();
        }

        @Override
        public void onForwardDelay(long delayNs) {
            delays.incrementAndGet();
            longestNs.accumulateAndGet(delayNs, Math::max);
        }
    };

    private static Recording recording() throws IOException {
        return Recording.in(Path.of("target", "clips"), System.getProperty("java.class.path"));
    }

    private static Millrace server() {
        return Millrace.start(Settings.of(Map.of("http.port", "0", "media.port", "0", "chat.store", "memory")));
    }

    private static URI at(Millrace server, String what) {
        return URI.create("http://127.0.0.1:" + server.httpPort() + what);
    }

    @Test
    void aViewerWhoReportsArrivalsClimbsToTheTopLayer() throws IOException {
        Recording recording = recording();
        assertThat(recording.layers()).allSatisfy(clip -> assertThat(clip.pictures())
                .hasSize(recording.single().pictures().size()));
        try (Millrace server = server();
                LightCrowd crowd = new LightCrowd()) {
            LightOptions both = LightOptions.defaults().withSendTimes(times).withObserver(observer);
            crowd.publish(at(server, "/whip/recorded"), both.withLayers(recording.layers()));
            LightClient viewer = crowd.play(at(server, "/whep/recorded"), 1, both.withReports(true))
                    .getFirst();
            Rate rate = new Rate(viewer);
            Await.until("the top layer flows", Await.PATIENCE, rate::bitsPerSecond, bps -> bps > TOP_LAYER_BPS);

            LightStats stats = viewer.stats().join();
            LightJoin join = stats.join();
            assertThat(join.answeredNs()).isPositive().isLessThan(join.iceNs());
            assertThat(join.iceNs()).isLessThan(join.connectedNs());
            assertThat(join.firstPacketNs()).isPositive().isLessThanOrEqualTo(join.keyframeNs());
            LightTotals totals = crowd.totals();
            assertThat(totals.decrypted()).isPositive();
            // All packets of pictures are known again but what is only padding.
            assertThat(totals.recognised()).isGreaterThan(totals.decrypted() * 95 / 100);
            assertThat(delays.get()).isGreaterThanOrEqualTo(totals.recognised());
            assertThat(longestNs.get()).isPositive().isLessThan(10 * SECOND_NS);
        }
    }

    @Test
    void aShareOfThePacketsIsDecryptedAndAllAreCounted() throws IOException {
        try (Millrace server = server();
                LightCrowd crowd = new LightCrowd()) {
            LightOptions both = LightOptions.defaults().withSendTimes(times).withObserver(observer);
            crowd.publish(at(server, "/whip/single"), both.withClip(recording().single()));
            crowd.play(at(server, "/whep/single"), VIEWERS, both.withDecryptEvery(10));
            // Until then all is decrypted.
            Await.until("each has a keyframe", Await.PATIENCE, keyframes::get, whole -> whole == VIEWERS);
            LightTotals before = crowd.totals();
            long enough = before.videoPackets() + 4_000;
            Await.until("packets came", Await.PATIENCE, crowd::totals, totals -> totals.videoPackets() > enough);
            LightTotals after = crowd.totals();
            long packets = after.videoPackets() - before.videoPackets();
            long decrypted = after.decrypted() - before.decrypted();
            assertThat(decrypted).isBetween(packets / 20, packets / 3);
            assertThat(after.recognised()).isGreaterThan(after.decrypted() * 95 / 100);
            assertThat(after.undecryptable()).isZero();
        }
    }

    /** Bits a second of a viewer's pictures, of a second at least. */
    private static final class Rate {
        private final LightClient viewer;
        private long sinceNs = System.nanoTime();
        private long bytes;
        private double bitsPerSecond;

        Rate(LightClient viewer) {
            this.viewer = viewer;
        }

        double bitsPerSecond() {
            long nowNs = System.nanoTime();
            if (nowNs - sinceNs >= SECOND_NS) {
                long now = viewer.stats().join().video().bytes();
                bitsPerSecond = (now - bytes) * 8e9 / (nowNs - sinceNs);
                bytes = now;
                sinceNs = nowNs;
            }
            return bitsPerSecond;
        }
    }
}
