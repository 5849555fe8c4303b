package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.SCENERY_720P;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.millrace.e2e.NetworkLink.Conditions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Chromium viewers behind bad networks, 20 ms each way and a queue of 200 ms, of a broadcast with three H.264 layers of
 * 150, 500 and 1,500 kb/s. A normal build asserts that nobody is stuck; the figures themselves are asserted with
 * {@code -Dmillrace.figures=true}.
 */
class BadNetworksTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final boolean STRICT = Figures.strict();
    private static final int TOP = 720;
    private static final int SECOND = 360;
    private static final int TOP_BPS = 1_500_000;
    private static final int QUEUE_MS = 200;
    private static final Conditions NEAR = Conditions.free().delay(20);

    /** A busy machine may take its time: what a normal build allows for any good thing to come about. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Conditions link(long bps) {
        return NEAR.rate(bps, QUEUE_MS);
    }

    private static UdpRelay network(Conditions down, long seed) {
        return new UdpRelay(SERVER.media(), down, NEAR, seed);
    }

    private record Broadcast(String stream, PeerPage.Session publisher) {
        long layersFlowing() {
            return StreamSupport.stream(publisher.outbound().spliterator(), false)
                    .filter(one -> number(one.getAsJsonObject(), "framesSent") > 15)
                    .count();
        }

        /** What the publisher sends of a layer in these two seconds. */
        double sentBps(String rid) {
            double before = bytes(rid);
            double fromMs = now();
            Await.pause(2000);
            return (bytes(rid) - before) * 8000 / (now() - fromMs);
        }

        private double bytes(String rid) {
            return StreamSupport.stream(publisher.outbound().spliterator(), false)
                    .map(one -> one.getAsJsonObject())
                    .filter(one -> one.get("rid").getAsString().equals(rid))
                    .mapToDouble(one -> number(one, "bytesSent"))
                    .sum();
        }
    }

    private static double number(JsonObject json, String field) {
        return json.has(field) ? json.get(field).getAsDouble() : 0;
    }

    private Broadcast broadcast() {
        String stream = SERVER.freshStream();
        var publisher = browsers.peer()
                .publish(with(
                        publish(SERVER.whip(stream), "H264", SCENERY_720P),
                        "simulcast",
                        true,
                        "maxBitrate",
                        TOP_BPS,
                        // How the publisher finds its own way up is not asked here.
                        "answer",
                        Map.of("uplinkKbps", 4000)));
        Broadcast broadcast = new Broadcast(stream, publisher);
        Await.until("three layers are sent", PATIENCE, broadcast::layersFlowing, layers -> layers == 3);
        return broadcast;
    }

    private static double now() {
        return System.currentTimeMillis();
    }

    private static void lasting(int strictMs, int shortMs) {
        Await.pause(STRICT ? strictMs : shortMs);
    }

    /** One viewer's run in words, to read a failure by. */
    @SuppressWarnings("SystemOut")
    private static void tell(String what, NetworkViewer viewer, UdpRelay network) {
        Seen seen = viewer.seen();
        System.out.println(what + " saw (s:lines@frames): " + seen.story());
        System.out.println(what + ", the server says (s:kb/s layer reason): "
                + viewer.told().story(seen.joinedMs()));
        System.out.println(what + ", the network: " + network.toClients().statistics());
    }

    private static double offBy(double estimateBps, double linkBps) {
        return Math.abs(estimateBps - linkBps) * 100 / linkBps;
    }

    @Test
    @DisplayName("With 3 Mb/s free a viewer has the top layer soon after joining")
    void freeLink() throws IOException {
        Broadcast broadcast = broadcast();
        List<Double> top = new ArrayList<>();
        for (int join = 0; join < (STRICT ? 5 : 1); join++) {
            try (UdpRelay network = network(link(3_000_000), join);
                    var viewer = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.stream())) {
                assertThat(viewer.reaches(TOP, PATIENCE)).isTrue();
                Seen seen = viewer.seen();
                top.add(seen.msUntilHeight(TOP, seen.joinedMs()));
                tell("free link", viewer, network);
            }
        }
        double[] ms = top.stream().mapToDouble(Double::doubleValue).toArray();
        Figures.write(
                "network-free-link",
                Map.of(
                        "topAfterP50Ms",
                        Figures.percentile(ms, 50),
                        "topAfterMaxMs",
                        Figures.percentile(ms, 100),
                        "joins",
                        ms.length,
                        "layerLowBps",
                        broadcast.sentBps("l"),
                        "layerMiddleBps",
                        broadcast.sentBps("m"),
                        "layerTopBps",
                        broadcast.sentBps("h")));
        if (STRICT) {
            assertThat(Figures.percentile(ms, 100)).isLessThan(2000);
        }
    }

    @Test
    @DisplayName("3 Mb/s, then 400 kb/s, then 3 Mb/s again: down without a freeze and back on top")
    void dropAndBack() throws IOException {
        Broadcast broadcast = broadcast();
        try (UdpRelay network = network(link(3_000_000), 2);
                var viewer = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.stream())) {
            assertThat(viewer.reaches(TOP, PATIENCE)).isTrue();
            lasting(10_000, 3000);
            double dropMs = now();
            network.toClients().set(link(400_000));
            lasting(20_000, 8000);
            double riseMs = now();
            network.toClients().set(link(3_000_000));
            lasting(20_000, 9000);
            double endMs = now();

            Seen seen = viewer.seen();
            double back = seen.msUntilHeight(TOP, riseMs);
            double restLow = viewer.told().estimateBps(riseMs - 5000, riseMs);
            double restHigh = viewer.told().estimateBps(endMs - 5000, endMs);
            tell("drop and back", viewer, network);
            Figures.write(
                    "network-drop-and-back",
                    Map.of(
                            "downAfterMs",
                            seen.msUntilBelow(TOP, dropMs),
                            "longestGapMs",
                            seen.since(dropMs - 500).longestGapMs(),
                            "frozenMs",
                            seen.since(dropMs - 500).frozenMs(),
                            "backOnTopAfterMs",
                            back,
                            "estimateAt400KbpsOffPercent",
                            offBy(restLow, 400_000),
                            "estimateAt3MbpsOffPercent",
                            offBy(restHigh, 3_000_000),
                            "concealedPercent",
                            seen.concealedShare() * 100,
                            "droppedByQueue",
                            network.toClients().statistics().droppedByQueue()));
            if (STRICT) {
                assertThat(seen.since(dropMs - 500).longestGapMs()).isLessThan(Seen.FREEZE_MS);
                assertThat(back).isLessThan(5000);
                assertThat(offBy(restLow, 400_000)).isLessThan(15);
                assertThat(offBy(restHigh, 3_000_000)).isLessThan(15);
            }
            assertThat(viewer.reaches(TOP, PATIENCE)).isTrue();
        }
    }

    @Test
    @DisplayName("10 % loss without congestion do not push a viewer down to the lowest layer")
    void lossWithoutCongestion() throws IOException {
        Broadcast broadcast = broadcast();
        try (UdpRelay network = network(NEAR.loss(0.10), 4);
                var viewer = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.stream())) {
            assertThat(viewer.reaches(SECOND, PATIENCE)).isTrue();
            lasting(5000, 2000);
            double restMs = now();
            lasting(30_000, 7000);

            Seen rest = viewer.seen().since(restMs);
            tell("10 % loss", viewer, network);
            Figures.write(
                    "network-10-percent-loss",
                    Map.of(
                            "secondLayerPercent",
                            rest.shareAtLeast(SECOND) * 100,
                            "topLayerPercent",
                            rest.shareAtLeast(TOP) * 100,
                            "switches",
                            rest.switches(),
                            "longestGapMs",
                            rest.longestGapMs(),
                            "freezes",
                            rest.freezes(),
                            "framesPerSecond",
                            rest.framesPerSecond(),
                            "keyFrameRequests",
                            rest.plis(),
                            "concealedPercent",
                            rest.concealedShare() * 100,
                            "estimateBps",
                            viewer.told().estimateBps(restMs, now())));
            if (STRICT) {
                assertThat(rest.shareAtLeast(SECOND)).isGreaterThan(0.95);
            }
            assertThat(viewer.plays(PATIENCE)).isTrue();
        }
    }
}
