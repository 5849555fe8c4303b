package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FFmpeg pushes AV1, VP9, HEVC and several sizes at once by Enhanced RTMP, and Chromium shows them. */
@Alone
class EncoderCodecsTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static FfmpegPush push(String stream, String options) {
        return FfmpegPush.to(SERVER.rtmp(stream), (options + " -c:a aac").split(" ", -1));
    }

    private static JsonObject stream(String stream) {
        String url = SERVER.url("/api/v1/streams/" + stream);
        return new Gson()
                .fromJson(HttpPeer.send(HttpPeer.request(url).GET().build()).body(), JsonObject.class);
    }

    private static JsonObject await(String stream, String what, Predicate<JsonObject> good) {
        return Await.until(
                what,
                Await.PATIENCE,
                () -> stream(stream),
                now -> now.has("live") && now.get("live").getAsBoolean() && good.test(now));
    }

    private static JsonObject awaitLive(String stream, FfmpegPush push) {
        Await.until(
                stream + " is live",
                Await.PATIENCE,
                () -> stream(stream),
                now -> !push.isAlive() || (now.has("live") && now.get("live").getAsBoolean()));
        assertThat(push.isAlive()).as(push::said).isTrue();
        return stream(stream);
    }

    private static List<String> codes(JsonObject stream) {
        return stream.getAsJsonArray("warnings").asList().stream()
                .map(each -> each.getAsJsonObject().get("code").getAsString())
                .toList();
    }

    /** In the picture there is something, and it moves. */
    private static void assertShown(PeerPage.Session viewer, String codec) {
        viewer.awaitFrames(40);
        assertThat(viewer.ask("picture").get("brightness").getAsDouble()).isGreaterThan(5);
        assertThat(viewer.inbound().videoMime()).isEqualToIgnoringCase("video/" + codec);
        assertThat(viewer.inbound().video("frameWidth")).isEqualTo(320);
    }

    @Test
    void av1AndVp9GoToViewersWhoTakeThemAndOthersAreTold() {
        String av1 = SERVER.freshStream();
        String vp9 = SERVER.freshStream();
        try (FfmpegPush first = push(av1, "-c:v libaom-av1 -usage realtime -cpu-used 8 -pix_fmt yuv420p -g 50");
                FfmpegPush second =
                        push(vp9, "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p -g 50")) {
            PeerPage page = browsers.peer();
            awaitLive(av1, first);
            awaitLive(vp9, second);
            PeerPage.Session clear = page.play(Peers.play(SERVER.whep(av1)));
            PeerPage.Session other = page.play(Peers.play(SERVER.whep(vp9)));
            assertShown(clear, "AV1");
            assertShown(other, "VP9");
            var onlyH264 = Peers.with(Peers.play(SERVER.whep(av1)), "codecs", List.of("H264"));
            assertThat(page.attempt("play", onlyH264).status()).isEqualTo(422);
            WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + av1 + "?via=hls"));
            assertThat(watch.awaitPlaying("hls").get("height").getAsInt()).isEqualTo(180);
            assertThat(codes(stream(av1))).isEmpty();
            assertThat(clear.inbound().video("packetsLost")).isZero();
        }
    }

    @Test
    void ofHevcAndOfTenBitsOfAv1H264IsMadeForEverybody() {
        String stream = SERVER.freshStream();
        String deep = SERVER.freshStream();
        // Its defaults: B-frames, open groups.
        try (FfmpegPush push = push(stream, "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -g 50");
                FfmpegPush av1 = push(deep, "-c:v libsvtav1 -preset 12 -pix_fmt yuv420p10le -g 50")) {
            awaitLive(stream, push);
            awaitLive(deep, av1);
            PeerPage page = browsers.peer();
            PeerPage.Session viewer = page.play(Peers.play(SERVER.whep(stream)));
            PeerPage.Session other = page.play(Peers.play(SERVER.whep(deep)));
            assertShown(viewer, "H264");
            assertShown(other, "H264");
            assertThat(codes(stream(deep))).containsExactly("pictures_transcoded");
            assertThat(codes(stream(stream))).containsExactly("pictures_transcoded");
            WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?via=hls"));
            assertThat(watch.awaitPlaying("hls").get("height").getAsInt()).isEqualTo(180);
            assertThat(push.isAlive()).isTrue();
        }
    }

    @Test
    void severalTracksOfPicturesAreLayers() {
        String stream = SERVER.freshStream();
        try (FfmpegPush push = push(
                stream,
                "-map 0:v -map 0:v -map 0:v -map 1:a -s:v:1 160x90 -s:v:2 90x160 -c:v libx264 -preset ultrafast"
                        + " -tune zerolatency -pix_fmt yuv420p -bf 0 -g 25")) {
            awaitLive(stream, push);
            JsonObject live = await(stream, "two layers", now -> layers(now).size() == 2);
            assertThat(codes(live)).as("one is upright").containsExactly("track_refused");
            PeerPage.Session viewer = browsers.peer().play(Peers.play(SERVER.whep(stream)));
            assertShown(viewer, "H264");
            viewer.select("1");
            Await.until("the small one", Await.PATIENCE, viewer::inbound, now -> now.video("frameWidth") == 160);
            viewer.select("0");
            Await.until("the large one", Await.PATIENCE, viewer::inbound, now -> now.video("frameWidth") == 320);
            WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?via=hls"));
            assertThat(watch.awaitPlaying("hls").get("height").getAsInt()).isIn(90, 180);
            String playlist = HttpPeer.send(HttpPeer.request(SERVER.url("/live/" + stream + "/index.m3u8"))
                            .GET()
                            .build())
                    .body();
            assertThat(playlist).contains("RESOLUTION=320x180", "RESOLUTION=160x90");
        }
    }

    private static List<JsonElement> layers(JsonObject stream) {
        return stream.getAsJsonArray("tracks").asList().stream()
                .filter(each -> each.getAsJsonObject().get("kind").getAsString().equals("video"))
                .flatMap(each -> each.getAsJsonObject().getAsJsonArray("layers").asList().stream())
                .filter(each -> each.getAsJsonObject().get("active").getAsBoolean())
                .toList();
    }
}
