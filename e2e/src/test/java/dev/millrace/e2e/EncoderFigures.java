package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How soon and how late an audience sees what an encoder pushes by RTMP: a measurement, which the normal build leaves out.
 *
 * <pre>./millrace test -Dmillrace.figures=true -pl e2e -am -Dtest=EncoderFigures -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
@Alone
class EncoderFigures {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final int JOINS = Figures.strict() ? 30 : 8;
    private static final int LOOK_MS = Figures.strict() ? 60_000 : 5_000;
    private static final int LISTEN_MS = Figures.strict() ? 60_000 : 10_000;

    @Test
    @DisplayName("Who joins has a picture at once, though keyframes are ten seconds apart")
    void joins() {
        String stream = SERVER.freshStream();
        try (FfmpegPush push = FfmpegPush.running(arguments(
                SERVER.rtmp(stream),
                "testsrc2=size=1920x1080:rate=30",
                "sine=frequency=440:sample_rate=48000",
                "-g 300 -b:v 3M"))) {
            PeerPage page = browsers.peer();
            page.play(Peers.play(SERVER.whep(stream))).awaitFrames(30);
            Random pauses = new Random(11);
            List<Double> joins = new ArrayList<>();
            for (int i = 0; i < JOINS; i++) {
                PeerPage.Session player = page.play(Peers.with(Peers.play(SERVER.whep(stream)), "gather", false));
                joins.add(page.call("firstFrameMs", player.id()).getAsDouble());
                assertThat(player.stop()).isEqualTo(200);
                Await.pause(500 + pauses.nextInt(2_000)); // in step with the keyframes it would measure nothing
            }
            double[] ms = joins.stream().mapToDouble(Double::doubleValue).toArray();
            double p50 = Figures.percentile(ms, 50);
            Figures.write(
                    "encoder-join",
                    Map.of("p50Ms", p50, "p90Ms", Figures.percentile(ms, 90), "maxMs", Figures.percentile(ms, 100)));
            assertThat(joins).as("a first picture came every time").allMatch(one -> one > 0);
            assertThat(push.isAlive()).isTrue();
            if (Figures.strict()) {
                assertThat(p50).isLessThan(500);
            }
        }
    }

    @Test
    @DisplayName("A picture is on the glass soon after its encoder has let it go, also of who joined late in a group")
    void glassToGlass() {
        String stream = SERVER.freshStream();
        RtmpCamera camera = new RtmpCamera(SERVER.rtmpPort(), stream, 1920, 1080, 300);
        try (camera) {
            Await.until("it is live", Await.PATIENCE, () -> isLive(stream), Boolean::booleanValue);
            PeerPage page = browsers.peer();
            Await.pause(6_000); // there is something to catch up with
            PeerPage.Session player = page.play(Peers.play(SERVER.whep(stream)));
            assertThat(page.call("firstFrameMs", player.id()).getAsDouble()).isPositive();
            double[] first = ages(player, 2_000);
            double[] caughtUp = ages(player, 1_000);
            double[] settled = ages(player, LOOK_MS);
            double p50 = Figures.percentile(settled, 50);
            double p95 = Figures.percentile(settled, 95);
            var video = player.inbound();
            assertThat(video.video("frameHeight")).isEqualTo(1080);
            assertThat(camera.ended()).isEmpty();
            camera.close();
            Figures.write(
                    "encoder-glass",
                    Map.of(
                            "p50Ms",
                            p50,
                            "p95Ms",
                            p95,
                            "encodingMs",
                            camera.encodingMs(),
                            "firstBehindMs",
                            first[0],
                            "caughtUpP50Ms",
                            Figures.percentile(caughtUp, 50),
                            "frames",
                            settled.length));
            if (Figures.strict()) {
                assertThat(p50 - camera.encodingMs()).isLessThan(150);
                assertThat(Figures.percentile(caughtUp, 50)).isLessThan(p50 + 150);
            }
        }
    }

    private static boolean isLive(String stream) {
        String text = HttpPeer.send(HttpPeer.request(SERVER.url("/api/v1/streams/" + stream))
                        .GET()
                        .build())
                .body();
        return text.contains("\"live\":true");
    }

    private static double[] ages(PeerPage.Session player, int lookMs) {
        JsonObject seen = player.ask("glassToGlass", lookMs);
        double[] ages = SegmentPlayer.numbers(seen.getAsJsonArray("ages"));
        assertThat(ages).as("%s", seen).isNotEmpty();
        return ages;
    }

    @ParameterizedTest
    @EnumSource(names = {"SHAKA_DASH", "SHAKA_HLS"})
    @DisplayName("Who watches through caches is as late as with a stream of a browser")
    void segments(SegmentPlayer.Kind kind) {
        String stream = SERVER.freshStream();
        RtmpCamera camera = new RtmpCamera(SERVER.rtmpPort(), stream, 1280, 720, 60);
        try (camera) {
            Await.until("it is live", Await.PATIENCE, () -> isLive(stream), Boolean::booleanValue);
            SegmentPlayer player = SegmentPlayer.play(browsers.players(), kind, SERVER, stream);
            player.until("it plays", now -> now.get("playing").getAsBoolean());
            player.goesOn(5);
            player.forget();
            double[] ages = SegmentPlayer.numbers(player.glassToGlass(LOOK_MS).getAsJsonArray("ages"));
            int stalls = player.status().getAsJsonArray("stalls").size();
            double p50 = Figures.percentile(ages, 50);
            double p95 = Figures.percentile(ages, 95);
            assertThat(camera.ended()).isEmpty();
            Figures.write(
                    "encoder-" + kind.name().toLowerCase(Locale.ROOT),
                    Map.of("p50Ms", p50, "p95Ms", p95, "stalls", stalls, "frames", ages.length));
            if (Figures.strict()) {
                assertThat(p50).isLessThan(kind == SegmentPlayer.Kind.SHAKA_DASH ? 800 : 1200);
                assertThat(p95).isLessThan(2000);
                assertThat(stalls).isZero();
            }
            player.stop();
        }
    }

    @Test
    @DisplayName("Lips are in sync, as they are for a stream of a browser beside it")
    void soundAndPictureAreTogether() {
        String pushed = SERVER.freshStream();
        String published = SERVER.freshStream();
        try (FfmpegPush push = FfmpegPush.running(arguments(
                SERVER.rtmp(pushed),
                "color=black:size=640x360:rate=30,drawbox=color=white:t=fill:enable=lt(mod(t\\,1)\\,0.1)",
                "aevalsrc=0.5*sin(2*PI*880*t)*lt(mod(t\\,1)\\,0.1):s=48000",
                "-g 60"))) {
            browsers.peer()
                    .publish(Peers.publish(
                            SERVER.whip(published), "H264", Map.of("kind", "flash", "width", 640, "height", 360)));
            PeerPage page = browsers.peer(browsers.secondProcess());
            List<PeerPage.Session> players = Stream.of(pushed, published)
                    .map(stream -> page.play(Peers.play(SERVER.whep(stream))))
                    .toList();
            players.forEach(player -> player.awaitFrames(30));
            List<Integer> ids = players.stream().map(PeerPage.Session::id).toList();
            JsonArray seen = page.call("lipSyncs", ids, LISTEN_MS).getAsJsonArray();
            double[] ofPushed = offsets(seen.get(0));
            double[] ofPublished = offsets(seen.get(1));
            Figures.write(
                    "encoder-lips",
                    Map.of(
                            "beginMs", begin(ofPushed),
                            "settledMs", settled(ofPushed),
                            "browserBeginMs", begin(ofPublished),
                            "browserSettledMs", settled(ofPublished),
                            "flashes", ofPushed.length));
            assertThat(push.isAlive()).isTrue();
            if (Figures.strict()) {
                assertThat(settled(ofPushed)).isBetween(-40.0, 40.0);
            }
        }
    }

    /** How much later than a flash its beep was heard, each. */
    private static double[] offsets(JsonElement seen) {
        double[] offsets = SegmentPlayer.numbers(seen.getAsJsonObject().getAsJsonArray("offsets"));
        assertThat(offsets).as("%s", seen).isNotEmpty();
        return offsets;
    }

    private static double begin(double[] offsets) {
        return Figures.percentile(Arrays.copyOf(offsets, Math.min(offsets.length, 5)), 50);
    }

    /** Chromium takes seconds to bring sound and pictures together, whoever sends them. */
    private static double settled(double[] offsets) {
        return Figures.percentile(Arrays.copyOfRange(offsets, offsets.length * 2 / 3, offsets.length), 50);
    }

    @Test
    @DisplayName("What encoders send otherwise is played without a stall")
    void oddStreams(@TempDir Path directory) throws IOException {
        List<String> usual = List.of("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50");
        Map<String, String> odd = new TreeMap<>(Map.of(
                "reordered",
                "-x264-params bframes=3:b-pyramid=normal:open-gop=1:keyint=50 -c:a aac -ar 44100 -ac 1",
                "uneven",
                "-bf 0 -vf select=lt(mod(n\\,10)\\,7) -fps_mode vfr -c:a aac",
                "upright",
                "-bf 0 -vf transpose=1 -c:a aac"));
        for (Map.Entry<String, String> each : odd.entrySet()) {
            String stream = SERVER.freshStream();
            List<String> options = new ArrayList<>(usual);
            options.addAll(List.of(each.getValue().split(" ", -1)));
            try (FfmpegPush push = FfmpegPush.to(SERVER.rtmp(stream), options.toArray(String[]::new))) {
                freezes(each.getKey(), stream, push);
            }
        }
        String resized = SERVER.freshStream();
        try (FfmpegPush push = RtmpIngestTest.changing(directory, SERVER.rtmp(resized), usual)) {
            freezes("resized", resized, push);
        }
    }

    private void freezes(String what, String stream, FfmpegPush push) {
        Await.until("it is live", Await.PATIENCE, () -> isLive(stream), Boolean::booleanValue);
        PeerPage page = browsers.peer();
        PeerPage.Session player = page.play(Peers.play(SERVER.whep(stream)));
        player.awaitFrames(25);
        JsonObject seen = page.call("watchFreezesFor", List.of(player.id()), Figures.strict() ? 20_000 : 5_000)
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject();
        double longestMs = seen.get("longestMs").getAsDouble();
        Figures.write(
                "encoder-odd-" + what,
                Map.of(
                        "longestMs", longestMs,
                        "freezes", seen.get("freezes").getAsInt(),
                        "frames", seen.get("frames").getAsInt()));
        assertThat(push.isAlive()).isTrue();
        player.stop();
    }

    private static List<String> arguments(String url, String pictures, String sound, String more) {
        List<String> arguments =
                new ArrayList<>(List.of("-re", "-f", "lavfi", "-i", pictures, "-re", "-f", "lavfi", "-i", sound));
        String encoding = "-c:v libx264 -preset ultrafast -tune zerolatency -bf 0 -pix_fmt yuv420p " + more
                + " -c:a aac -ac 2 -f flv " + url;
        arguments.addAll(List.of(encoding.split(" ", -1)));
        return arguments;
    }
}
