package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.CAMERA_360P;
import static dev.millrace.e2e.Peers.play;
import static dev.millrace.e2e.Peers.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Other people's WebRTC publishes to and plays from Millrace, each against Chromium at the other end. */
class InteropTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final Map<String, Object> CAMERA_480P = Map.of("kind", "fake", "width", 640, "height", 480);

    @Test
    @DisplayName("Firefox publishes VP8 and Opus, Chromium plays it")
    void firefoxPublishes() {
        String stream = SERVER.freshStream();
        try (var firefox = new Firefox()) {
            firefox.peer(browsers.peerAddress()).publish(publish(SERVER.whip(stream), "VP8", CAMERA_480P));
            playInChromium(stream, "video/VP8");
        }
    }

    @Test
    @DisplayName("Chromium publishes VP8 and Opus, Firefox plays it")
    void firefoxPlays() {
        String stream = SERVER.freshStream();
        publishFromChromium(stream);
        try (var firefox = new Firefox()) {
            var player = firefox.peer(browsers.peerAddress()).play(play(SERVER.whep(stream)));
            assertThat(player.awaitFrames(30, Await.PATIENCE).videoMime()).isEqualTo("video/VP8");
            Await.until("sound", Await.PATIENCE, player::inbound, inbound -> inbound.audio("packetsReceived") > 50);
            assertThat(player.stop()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("libwebrtc (webrtc-java) publishes picture and sound, Chromium plays it")
    void libwebrtcPublishes() {
        String stream = SERVER.freshStream();
        try (var peer = OutsidePeer.libwebrtc("publish", SERVER.whip(stream), 8)) {
            playInChromium(stream, "video/");
            assertThat(peer.result().get("connected").getAsBoolean()).isTrue();
        }
    }

    @Test
    @DisplayName("Chromium publishes, libwebrtc (webrtc-java) plays picture and sound")
    void libwebrtcPlays() {
        String stream = SERVER.freshStream();
        publishFromChromium(stream);
        try (var peer = OutsidePeer.libwebrtc("play", SERVER.whep(stream), 5)) {
            JsonObject played = peer.result();
            assertThat(played.get("connected").getAsBoolean()).isTrue();
            assertThat(played.get("videoFrames").getAsInt()).as("%s", played).isGreaterThan(30);
            assertThat(played.get("audioBlocks").getAsInt()).as("%s", played).isGreaterThan(50);
        }
    }

    @Test
    @DisplayName("Pion publishes VP8 and Opus, Chromium and another Pion play it")
    void pion() {
        Path program = OutsidePeer.buildPion();
        bothWays((role, url) -> OutsidePeer.pion(program, role, url, "publish".equals(role) ? 8 : 3));
    }

    @Test
    @DisplayName("werift publishes VP8 and Opus, Chromium and another werift play it")
    void werift() {
        bothWays((role, url) -> OutsidePeer.werift(role, url, "publish".equals(role) ? 8 : 3));
    }

    private void bothWays(BiFunction<String, String, OutsidePeer> start) {
        String stream = SERVER.freshStream();
        try (var publisher = start.apply("publish", SERVER.whip(stream))) {
            playInChromium(stream, "video/VP8");
            try (var player = start.apply("play", SERVER.whep(stream))) {
                JsonObject played = player.result();
                assertThat(played.get("connected").getAsBoolean()).isTrue();
                assertThat(played.get("videoPackets").getAsInt())
                        .as("%s", played)
                        .isGreaterThan(30);
                assertThat(played.get("audioPackets").getAsInt())
                        .as("%s", played)
                        .isGreaterThan(60);
                assertThat(played.get("reports").getAsInt())
                        .as("sender reports: %s", played)
                        .isPositive();
                assertThat(played.get("deleteStatus").getAsInt()).isEqualTo(200);
            }
            JsonObject published = publisher.result();
            assertThat(published.get("reports").getAsInt())
                    .as("receiver reports: %s", published)
                    .isPositive();
            assertThat(published.get("deleteStatus").getAsInt()).isEqualTo(200);
        }
    }

    private void playInChromium(String stream, String mime) {
        var player = browsers.peer().play(play(SERVER.whep(stream)));
        assertThat(player.awaitFrames(30, Await.PATIENCE).videoMime()).startsWith(mime);
        Await.until("sound", Await.PATIENCE, player::inbound, inbound -> inbound.audio("packetsReceived") > 50);
        player.stop();
    }

    private void publishFromChromium(String stream) {
        browsers.peer().publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));
    }
}
