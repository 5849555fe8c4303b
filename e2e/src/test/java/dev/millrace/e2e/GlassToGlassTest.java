package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.BARCODE_720P;
import static dev.millrace.e2e.Peers.play;
import static dev.millrace.e2e.Peers.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * From a canvas in one Chromium to the picture in a second one, 720p30 H.264 with Opus, beside a loopback inside one
 * page in the same run: the difference is what Millrace and two more trips over loopback cost.
 */
@Alone
class GlassToGlassTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private double jitterBufferMs;
    private double loopbackJitterBufferMs;

    private static final int SETTLE_MS = Figures.strict() ? 3000 : 1500;
    private static final int LOOK_MS = Figures.strict() ? 6000 : 3000;

    /** Loopback and server take turns, so that both meet the same phases of the screen and the same busy neighbours. */
    private static final int ROUNDS = Figures.strict() ? 4 : 1;

    @Test
    @DisplayName("A frame is on the second browser's glass hardly later than on the first one's own")
    void glassToGlass() {
        DoubleStream loopbacks = DoubleStream.of(loopback());
        DoubleStream throughs = DoubleStream.empty();
        for (int round = 0; round < ROUNDS; round++) {
            throughs = DoubleStream.concat(throughs, DoubleStream.of(throughServer()));
            loopbacks = DoubleStream.concat(loopbacks, DoubleStream.of(loopback()));
        }
        double[] through = throughs.toArray();
        double[] loopback = loopbacks.toArray();

        double p50 = Figures.percentile(through, 50);
        double p95 = Figures.percentile(through, 95);
        double loopbackP50 = Figures.percentile(loopback, 50);
        Figures.write(
                "glass-to-glass",
                Map.of(
                        "p50Ms", p50,
                        "p95Ms", p95,
                        "loopbackP50Ms", loopbackP50,
                        "loopbackP95Ms", Figures.percentile(loopback, 95),
                        "jitterBufferMs", jitterBufferMs,
                        "loopbackJitterBufferMs", loopbackJitterBufferMs,
                        "frames", through.length));
        assertThat(p50).isBetween(1.0, 1000.0);
        if (Figures.strict()) {
            assertThat(p50).isLessThanOrEqualTo(loopbackP50 + 10);
            assertThat(p95).isLessThan(150);
        }
    }

    private double[] throughServer() {
        String stream = SERVER.freshStream();
        var publisher = browsers.peer().publish(publish(SERVER.whip(stream), "H264", BARCODE_720P));
        var player = browsers.peer(browsers.secondProcess()).play(play(SERVER.whep(stream)));
        double[] ages = look(player);
        jitterBufferMs = jitterBufferMs(player);
        player.stop();
        publisher.stop();
        return ages;
    }

    private double[] loopback() {
        var player = browsers.peer().loopback(Map.of("source", BARCODE_720P, "codec", "H264"));
        double[] ages = look(player);
        loopbackJitterBufferMs = jitterBufferMs(player);
        player.page().call("closeLoopback", player.id());
        return ages;
    }

    /** What of a frame's age is Chromium's own waiting for late packets, in the latest round. */
    private static double jitterBufferMs(PeerPage.Session player) {
        var inbound = player.inbound();
        return 1000 * inbound.video("jitterBufferDelay") / Math.max(1, inbound.video("jitterBufferEmittedCount"));
    }

    private static double[] look(PeerPage.Session player) {
        Await.until(
                "the full picture",
                Await.PATIENCE,
                player::inbound,
                inbound -> inbound.framesDecoded() > 10 && inbound.video("frameHeight") == 720);
        Await.pause(SETTLE_MS);
        JsonObject seen = player.ask("glassToGlass", LOOK_MS);
        JsonArray ages = seen.getAsJsonArray("ages");
        assertThat(ages.size())
                .as("readable frames; unreadable: %s", seen.get("unreadable"))
                .isGreaterThan(LOOK_MS / 100);
        assertThat(seen.get("height").getAsInt()).isEqualTo(720);
        return StreamSupport.stream(ages.spliterator(), false)
                .mapToDouble(age -> age.getAsDouble())
                .toArray();
    }
}
