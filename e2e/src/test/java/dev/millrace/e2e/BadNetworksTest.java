package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.SCENERY_720P;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.millrace.e2e.NetworkLink.Conditions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Chromium viewers behind bad networks, 20 ms each way and a queue of 200 ms, of a broadcast with three H.264 layers of
 * 150, 500 and 1,500 kb/s with 24 kb/s of Opus. A normal build asserts that nobody is stuck; the figures themselves are asserted with
 * {@code -Dmillrace.figures=true}.
 */
@Alone
class BadNetworksTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final boolean STRICT = Figures.strict();
    private static final int TOP = 720;
    private static final int SECOND = 360;
    private static final int LOWEST = 180;
    private static final int TOP_BPS = 1_500_000;
    private static final int AUDIO_BPS = 24_000;
    private static final int QUEUE_MS = 200;
    private static final Conditions NEAR = Conditions.free().delay(20);

    /** A busy machine may take its time: what a normal build allows for any good thing to come about. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Nobody may see a picture stand still for longer, however busy the machine. */
    private static final double STUCK_MS = 5000;

    private static Conditions link(long bps) {
        return NEAR.rate(bps, QUEUE_MS);
    }

    private static UdpRelay network(Conditions down, long seed) {
        return new UdpRelay(SERVER.media(), down, NEAR, seed);
    }

    private record Broadcast(String stream, PeerPage.Session publisher) {
        String whep() {
            return SERVER.whep(stream);
        }

        long layersFlowing() {
            return StreamSupport.stream(publisher.outbound().spliterator(), false)
                    .filter(one -> number(one.getAsJsonObject(), "framesSent") > 15)
                    .count();
        }

        double keyFrames() {
            return StreamSupport.stream(publisher.outbound().spliterator(), false)
                    .mapToDouble(one -> number(one.getAsJsonObject(), "keyFramesEncoded"))
                    .sum();
        }

        /** What the publisher sends of each of these layers over two seconds. */
        double[] sentBps(String... rids) {
            double[] before = Arrays.stream(rids).mapToDouble(this::bytes).toArray();
            double fromMs = now();
            Await.pause(2000);
            return IntStream.range(0, rids.length)
                    .mapToDouble(i -> (bytes(rids[i]) - before[i]) * 8000 / (now() - fromMs))
                    .toArray();
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
                        "audioBitrate",
                        AUDIO_BPS,
                        // How the publisher finds its own way up is not asked here.
                        "answer",
                        Map.of("uplinkKbps", 4000)));
        Broadcast broadcast = new Broadcast(stream, publisher);
        Await.until("three layers are sent", PATIENCE, broadcast::layersFlowing, layers -> layers == 3);
        // Encoders need a moment to reach their rates, and the server one to measure them.
        lasting(4000, 1500);
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
        System.out.println(what + ", the server says (s:estimate/wanted kb/s, probes, state, layer, reason): "
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
                    var viewer = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.whep())) {
                boolean there = viewer.reaches(TOP, PATIENCE);
                Seen seen = viewer.seen();
                top.add(seen.msUntilHeight(TOP, seen.joinedMs()));
                tell("free link", viewer, network);
                assertThat(there).isTrue();
            }
        }
        double[] layers = broadcast.sentBps("l", "m", "h");
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
                        layers[0],
                        "layerMiddleBps",
                        layers[1],
                        "layerTopBps",
                        layers[2]));
        if (STRICT) {
            assertThat(Figures.percentile(ms, 100)).isLessThan(2000);
        }
    }

    @Test
    @DisplayName("3 Mb/s, then 400 kb/s, then 3 Mb/s again: down without a freeze and back on top")
    void dropAndBack() throws IOException {
        Broadcast broadcast = broadcast();
        try (UdpRelay network = network(link(3_000_000), 2);
                var viewer = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.whep())) {
            assertThat(viewer.reaches(TOP, PATIENCE)).isTrue();
            lasting(10_000, 2000);
            double dropMs = now();
            network.toClients().set(link(400_000));
            lasting(20_000, 6000);
            double riseMs = now();
            network.toClients().set(link(3_000_000));
            lasting(20_000, 6000);
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
    @DisplayName("600 kb/s with 1 % loss carry the second layer, steadily")
    void narrowAndLossy() throws IOException {
        Broadcast broadcast = broadcast();
        try (UdpRelay network = network(link(600_000).loss(0.01), 3);
                var viewer = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.whep())) {
            assertThat(viewer.reaches(LOWEST, PATIENCE)).isTrue();
            lasting(5000, 2000);
            double restMs = now();
            lasting(60_000, 7000);

            Seen rest = viewer.seen().since(restMs);
            double switchesPer10S = rest.switches() * 10_000 / rest.spanMs();
            tell("600 kb/s, 1 %", viewer, network);
            Figures.write(
                    "network-600-kbps-1-percent",
                    Map.of(
                            "secondLayerPercent",
                            rest.shareAtLeast(SECOND) * 100,
                            "switchesPer10S",
                            switchesPer10S,
                            "longestGapMs",
                            rest.longestGapMs(),
                            "frozenMs",
                            rest.frozenMs(),
                            "bitrateBps",
                            rest.bitrateBps(),
                            "estimateBps",
                            viewer.told().estimateBps(restMs, now()),
                            "concealedPercent",
                            rest.concealedShare() * 100));
            if (STRICT) {
                assertThat(rest.shareAtLeast(SECOND)).isGreaterThan(0.95);
                assertThat(switchesPer10S).isLessThan(1);
                assertThat(rest.longestGapMs()).isLessThan(Seen.FREEZE_MS);
            }
            assertThat(viewer.plays(PATIENCE)).isTrue();
        }
    }

    @Test
    @DisplayName("10 % loss without congestion do not push a viewer down to the lowest layer")
    void lossWithoutCongestion() throws IOException {
        Broadcast broadcast = broadcast();
        try (UdpRelay network = network(NEAR.loss(0.10), 4);
                var viewer = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.whep())) {
            assertThat(viewer.reaches(LOWEST, PATIENCE)).isTrue();
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

    @Test
    @DisplayName("Two viewers on one bottleneck of 2 Mb/s share it fairly")
    void shared() throws IOException {
        Broadcast broadcast = broadcast();
        var page = browsers.peer();
        try (UdpRelay network = network(link(2_000_000), 5);
                var first = NetworkViewer.behind(network, SERVER, page, broadcast.whep())) {
            lasting(5000, 2000);
            try (var second = NetworkViewer.behind(network, SERVER, page, broadcast.whep())) {
                assertThat(second.reaches(LOWEST, PATIENCE)).isTrue();
                lasting(15_000, 3000);
                double restMs = now();
                lasting(40_000, 5000);

                Seen one = first.seen().since(restMs);
                Seen other = second.seen().since(restMs);
                double share =
                        Math.min(one.bitrateBps(), other.bitrateBps()) / Math.max(one.bitrateBps(), other.bitrateBps());
                tell("first of two", first, network);
                tell("second of two", second, network);
                Figures.write(
                        "network-two-on-2-mbps",
                        Map.of(
                                "smallerToGreater",
                                share,
                                "firstBps",
                                one.bitrateBps(),
                                "secondBps",
                                other.bitrateBps(),
                                "longestGapMs",
                                Math.max(one.longestGapMs(), other.longestGapMs()),
                                "frozenMs",
                                one.frozenMs() + other.frozenMs(),
                                "switches",
                                one.switches() + other.switches()));
                if (STRICT) {
                    assertThat(share).isGreaterThan(0.8);
                }
                assertThat(first.plays(PATIENCE)).isTrue();
                assertThat(second.plays(PATIENCE)).isTrue();
            }
        }
    }

    @Test
    @DisplayName("Beside a TCP download on 1.2 Mb/s a viewer keeps its part of the link")
    void besideDownload() throws IOException {
        long linkBps = 1_200_000;
        Broadcast broadcast = broadcast();
        try (NetworkNamespace elsewhere = NetworkNamespace.behind(linkBps, QUEUE_MS);
                UdpRelay network = new UdpRelay(SERVER.media(), elsewhere.outside(), NEAR, NEAR, 7);
                TcpRelay pages = TcpRelay.to(port(browsers.peerAddress()), elsewhere.outside());
                TcpRelay server = TcpRelay.to(port(SERVER.url("/")), elsewhere.outside());
                TcpRelay download = TcpRelay.endlessDownload(elsewhere.outside())) {
            var chromium = browsers.secondProcess(elsewhere.chromium());
            var page = browsers.peer(chromium, pages.url("/peer.html"));
            try (var viewer = NetworkViewer.behind(network, SERVER, page, server.url("/whep/" + broadcast.stream()))) {
                assertThat(viewer.reaches(LOWEST, PATIENCE)).isTrue();
                lasting(8000, 2000);
                elsewhere.start("bash", "-c", "exec cat </dev/tcp/" + download.host() + "/" + download.port());
                lasting(5000, 1000);
                double besideMs = now();
                long before = download.downloadedBytes();
                lasting(40_000, 5000);

                double downloadBps = (download.downloadedBytes() - before) * 8000 / (now() - besideMs);
                Seen beside = viewer.seen().since(besideMs);
                tell("beside a download", viewer, network);
                Figures.write(
                        "network-beside-download",
                        Map.of(
                                "viewerPercentOfLink",
                                beside.bitrateBps() * 100 / linkBps,
                                "downloadPercentOfLink",
                                downloadBps * 100 / linkBps,
                                "longestGapMs",
                                beside.longestGapMs(),
                                "frozenMs",
                                beside.frozenMs(),
                                "secondLayerPercent",
                                beside.shareAtLeast(SECOND) * 100,
                                "switches",
                                beside.switches()));
                assertThat(downloadBps).as("the download runs").isPositive();
                if (STRICT) {
                    assertThat(beside.bitrateBps()).isGreaterThan(linkBps / 3.0);
                }
                assertThat(viewer.plays(PATIENCE)).isTrue();
            }
        }
    }

    private static int port(String url) {
        return URI.create(url).getPort();
    }

    @Test
    @DisplayName("A viewer on 300 kb/s changes nothing for those on good links")
    void slowBesideGood() throws IOException {
        Broadcast broadcast = broadcast();
        var page = browsers.peer();
        List<NetworkViewer> good = new ArrayList<>();
        try (UdpRelay network = network(link(300_000), 6)) {
            for (int i = 0; i < (STRICT ? 5 : 3); i++) {
                good.add(NetworkViewer.near(SERVER, page, broadcast.whep()));
            }
            good.forEach(viewer -> assertThat(viewer.reaches(TOP, PATIENCE)).isTrue());
            double aloneFrom = broadcast.keyFrames();
            lasting(10_000, 2000);
            double alone = broadcast.keyFrames() - aloneFrom;
            double besideMs = now();
            double besideFrom = broadcast.keyFrames();
            try (var slow = NetworkViewer.behind(network, SERVER, browsers.peer(), broadcast.whep())) {
                assertThat(slow.reaches(LOWEST, PATIENCE)).isTrue();
                lasting(20_000, 6000);
                double beside = broadcast.keyFrames() - besideFrom;
                List<Seen> seen = good.stream()
                        .map(viewer -> viewer.seen().since(besideMs))
                        .toList();
                int switches = seen.stream().mapToInt(Seen::switches).sum();
                double longest =
                        seen.stream().mapToDouble(Seen::longestGapMs).max().orElse(Double.NaN);
                tell("slow one", slow, network);
                Figures.write(
                        "network-slow-beside-good",
                        Map.of(
                                "switchesOfGood",
                                switches,
                                "longestGapOfGoodMs",
                                longest,
                                "keyFramesAlone",
                                alone,
                                "keyFramesBeside",
                                beside,
                                "slowLines",
                                slow.seen().height(),
                                "slowLongestGapMs",
                                slow.seen().sinceFirstFrame().longestGapMs()));
                assertThat(longest).isLessThan(STRICT ? Seen.FREEZE_MS : STUCK_MS);
                if (STRICT) {
                    assertThat(switches).isZero();
                }
            }
        } finally {
            good.forEach(NetworkViewer::close);
        }
    }
}
