package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Page;
import dev.millrace.e2e.film.Films;
import dev.millrace.perf.LightOptions;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The player that always plays: it steps down from WebRTC by itself, and back when that works again. */
@Alone
class OnePlayerTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    /** What issue 5 allows for stepping down; said by a figure, as a busy machine takes longer. */
    private static final double STEP_MS = 5_000;

    /** Some seconds of silence in AAC. */
    private static final double SOUND_BYTES = 500;

    private static final NetworkLink.Conditions FREE = NetworkLink.Conditions.free();
    private static final NetworkLink.Conditions BLOCKED = FREE.loss(1);

    @Test
    @DisplayName(
            "UDP and TCP blocked from the start: it plays by DASH, says so quietly, and by WebRTC once they are free")
    void blockedFromTheStart() throws IOException {
        String stream = live(SERVER.url(""));
        try (UdpRelay relay = new UdpRelay(SERVER.media(), BLOCKED, BLOCKED, 1)) {
            WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream), WatchPage.through(relay));
            JsonObject down = watch.awaitPlaying("dash");
            assertThat(down.get("chip").getAsString()).contains("delay");
            double tookMs = firstVia(down);
            assertThat(reason(down)).isEqualTo("path");

            watch.page().evaluate("() => { document.querySelector('millrace-player').video.volume = 0.4; }");
            relay.toClients().set(FREE);
            relay.toServer().set(FREE);
            JsonObject up = watch.awaitPlaying("webrtc");
            assertThat(up.get("volume").getAsDouble()).as("the volume is kept").isEqualTo(0.4);
            assertThat(up.get("chip").getAsString()).isEmpty();
            assertNeverBlack(watch);
            Figures.write("step-down-at-start", Map.of("openedToDashMs", tookMs, "allowedMs", STEP_MS));
            if (Figures.strict()) {
                assertThat(tookMs).isLessThan(STEP_MS);
            }
        }
    }

    @Test
    @DisplayName(
            "UDP is blocked in the middle: DASH takes over while the last picture stays, and WebRTC again afterwards")
    void blockedInTheMiddle() throws IOException {
        String stream = live(SERVER.url(""));
        try (UdpRelay relay = new UdpRelay(SERVER.media(), FREE, FREE, 2)) {
            WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream), WatchPage.through(relay));
            watch.awaitPlaying("webrtc");
            long blockedNs = System.nanoTime();
            relay.toClients().set(BLOCKED);
            relay.toServer().set(BLOCKED);
            watch.awaitPlaying("dash");
            double tookMs = (System.nanoTime() - blockedNs) / 1e6;

            relay.toClients().set(FREE);
            relay.toServer().set(FREE);
            watch.awaitPlaying("webrtc");
            assertNeverBlack(watch);
            Figures.write("step-down-in-the-middle", Map.of("blockedToDashMs", tookMs, "allowedMs", STEP_MS));
            if (Figures.strict()) {
                assertThat(tookMs).isLessThan(STEP_MS);
            }
        }
    }

    @Test
    @DisplayName("A browser without the broadcaster's codec for WebRTC plays by DASH")
    void codecMissing() {
        String stream = live(SERVER.url(""));
        WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream), """
                const { addTransceiver } = RTCPeerConnection.prototype;
                RTCPeerConnection.prototype.addTransceiver = function (kind, init) {
                  const transceiver = addTransceiver.call(this, kind, init);
                  const codecs = RTCRtpReceiver.getCapabilities(kind).codecs.filter((one) => !/h264/i.test(one.mimeType));
                  transceiver.setCodecPreferences(codecs);
                  return transceiver;
                };
                """);
        assertThat(reason(watch.awaitPlaying("dash"))).isEqualTo("codec");
    }

    @Test
    @DisplayName("A node with room for one viewer by WebRTC: the second plays by DASH until the first leaves")
    void fullNode() {
        Settings settings =
                Settings.of(Map.of("http.port", "0", "media.port", "0", "chat.store", "memory", "limits.webrtc", "1"));
        try (Millrace server = Millrace.start(settings)) {
            String base = "http://127.0.0.1:" + server.httpPort();
            String stream = live(base);
            WatchPage first = WatchPage.open(browsers, base + "/watch/" + stream);
            first.awaitPlaying("webrtc");
            WatchPage second = WatchPage.open(browsers, base + "/watch/" + stream);
            assertThat(reason(second.awaitPlaying("dash"))).isEqualTo("full");

            first.page().close();
            second.awaitPlaying("webrtc");
            assertNeverBlack(second);
        }
    }

    @Test
    @DisplayName("Back in time by key and seek bar, and live again by its button")
    void rewind() {
        String stream = live(SERVER.url(""));
        WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?via=dash"));
        watch.awaitPlaying("dash");
        JsonObject before =
                watch.await("enough to go back in", now -> now.get("seekable").getAsBoolean());
        assertThat(before.get("live").getAsBoolean()).isTrue();

        watch.page().keyboard().press("ArrowLeft");
        JsonObject back = watch.await(
                "back by ten seconds", now -> !now.get("behind").getAsString().isEmpty());
        assertThat(back.get("live").getAsBoolean()).isFalse();
        watch.awaitPlaying("dash");

        watch.page().mouse().move(300, 300);
        watch.page().getByTestId("live").click();
        watch.await(
                "live again",
                now -> now.get("live").getAsBoolean()
                        && now.get("behind").getAsString().isEmpty());
        watch.awaitPlaying("dash");
    }

    @Test
    @DisplayName("By DASH, too, a broadcaster who leaves is missed in words and seen again when back")
    void broadcasterLeaves() {
        String stream = SERVER.freshStream();
        WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?via=dash"));
        watch.await("waits in words", now -> now.get("says").getAsString().contains("Waiting"));
        Page studio = browsers.goLive(SERVER.url("/studio/" + stream));
        watch.awaitPlaying("dash");

        studio.getByTestId("stop").click();
        watch.await("says that they left", now -> now.get("says").getAsString().contains("left"));
        studio.getByTestId("go-live").click();
        watch.awaitPlaying("dash");
    }

    @Test
    @DisplayName("A viewer by WebRTC goes back in time by segments, and by WebRTC again with Live")
    void rewindFromWebRtc() {
        String stream = live(SERVER.url(""));
        // Somebody watches by DASH, so there is a past.
        WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?via=dash&chat=0"))
                .awaitPlaying("dash");
        WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream));
        watch.awaitPlaying("webrtc");
        watch.await("a seek bar", now -> now.get("seekable").getAsBoolean());

        watch.page().keyboard().press("ArrowLeft");
        JsonObject past = watch.awaitPlaying("dash");
        assertThat(past.get("live").getAsBoolean()).isFalse();
        watch.page().keyboard().press("l");
        watch.awaitPlaying("webrtc");
        assertNeverBlack(watch);
    }

    @Test
    @DisplayName("On a page of another origin the element fetches what it needs for DASH from its own server")
    void otherOrigin() {
        String stream = live(SERVER.url(""));
        WatchPage page = WatchPage.open(browsers, browsers.peerAddress());
        page.page().evaluate("""
                async ([script, stream]) => {
                  await import(script);
                  document.body.innerHTML = `<millrace-player stream="${stream}" via="dash" muted autoplay controls>`;
                }
                """, List.of(SERVER.url("/player.js"), stream));
        page.awaitPlaying("dash");
    }

    @Test
    @DisplayName("HLS plays as well, where the page asks for it")
    void hls() {
        String stream = live(SERVER.url(""));
        WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?via=hls"));
        assertThat(watch.awaitPlaying("hls").get("height").getAsInt()).isPositive();
    }

    @Test
    @DisplayName("The transcoder is killed: by DASH and by HLS picture and sound go on by themselves")
    void workerKilled() {
        String stream = SERVER.freshStream();
        try (LightCrowd crowd = new LightCrowd()) {
            crowd.publish(
                    URI.create(SERVER.whip(stream)), LightOptions.defaults().withClip(Films.plain(2)));
            Map<String, WatchPage> pages = new TreeMap<>();
            for (String via : List.of("dash", "hls")) {
                WatchPage page = WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?chat=0&via=" + via));
                JsonObject first = page.awaitPlaying(via);
                pages.put(via, page);
                page.await("sound", now -> soundBytes(now) > soundBytes(first));
            }
            pages.values().forEach(WatchPage::forget);
            TranscodeWorkers.kill();
            Await.pause(1_000); // what is buffered is played
            pages.forEach(OnePlayerTest::goesOn);
        }
    }

    private static void goesOn(String via, WatchPage page) {
        JsonObject before = page.now();
        JsonObject after = page.await(
                "sound and picture by " + via + " after the transcoder",
                now -> now.get("timeS").getAsDouble() > before.get("timeS").getAsDouble() + 5
                        && soundBytes(now) > soundBytes(before) + SOUND_BYTES);
        JsonObject seen = after.getAsJsonObject("seen");
        double stillMs = seen.get("stillMs").getAsDouble();
        double silentMs = seen.get("silentMs").getAsDouble();
        Figures.write("player-worker-killed-" + via, Map.of("stillMs", stillMs, "silentMs", silentMs));
        if (Figures.strict()) {
            assertThat(stillMs).isLessThan(STEP_MS);
            assertThat(silentMs).isLessThan(STEP_MS);
        }
    }

    private static double soundBytes(JsonObject now) {
        return now.get("soundBytes").getAsDouble();
    }

    private String live(String base) {
        String stream = SERVER.freshStream();
        browsers.goLive(base + "/studio/" + stream);
        return stream;
    }

    private static double firstVia(JsonObject now) {
        return via(now, 0).get("atMs").getAsDouble();
    }

    private static String reason(JsonObject now) {
        return via(now, 0).get("reason").getAsString();
    }

    private static JsonObject via(JsonObject now, int index) {
        return now.getAsJsonObject("seen").getAsJsonArray("vias").get(index).getAsJsonObject();
    }

    private static void assertNeverBlack(WatchPage watch) {
        JsonObject seen = watch.now().getAsJsonObject("seen");
        assertThat(seen.get("looks").getAsInt()).isPositive();
        assertThat(seen.get("black").getAsInt())
                .as("looks at a player without a picture, once there was one: %s", seen)
                .isZero();
    }
}
