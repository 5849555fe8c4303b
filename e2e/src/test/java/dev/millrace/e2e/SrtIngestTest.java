package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FFmpeg calls the SRT port of a whole server: two at once on one port, seen and heard, and one with a wrong key. */
class SrtIngestTest {
    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static String transport(Millrace server, String stream) {
        String url = "http://127.0.0.1:" + server.httpPort() + "/api/v1/streams/" + stream;
        JsonObject json = new Gson()
                .fromJson(HttpPeer.send(HttpPeer.request(url).GET().build()).body(), JsonObject.class);
        boolean live = json.has("live")
                && json.get("live").getAsBoolean()
                && json.get("publisher").isJsonObject();
        return live ? json.getAsJsonObject("publisher").get("transport").getAsString() : "";
    }

    @Test
    void callersOfOnePortAreLiveOrRefused() {
        try (Millrace server = Millrace.start(Settings.of(Map.of(
                "http.port", "0",
                "media.port", "0",
                "rtmp.port", "0",
                "srt.port", "0",
                "chat.store", "memory",
                "auth.publish", "right")))) {
            String url = "srt://127.0.0.1:" + server.srtPort() + "?connect_timeout=30000&streamid=";
            try (FfmpegPush wrong = FfmpegPush.usual(url + "publish/show/wrong")) {
                Await.until("it gave up", Await.PATIENCE, wrong::isAlive, alive -> !alive);
                assertThat(transport(server, "show")).isEmpty();
            }
            try (FfmpegPush one = FfmpegPush.usual(url + "publish/show/right");
                    FfmpegPush other = FfmpegPush.usual(url + "#!::r=other,m=publish,s=right")) {
                Await.until("one is live", Await.PATIENCE, () -> transport(server, "show"), "srt"::equals);
                Await.until("so is the other", Await.PATIENCE, () -> transport(server, "other"), "srt"::equals);
                isSeenAndHeard("http://127.0.0.1:" + server.httpPort());
                assertThat(one.isAlive()).isTrue();
                assertThat(other.isAlive()).isTrue();
            }
            Await.until("both are over", Await.PATIENCE, () -> transport(server, "show"), ""::equals);
        }
    }

    /** One by WebRTC, the other by HLS. */
    private void isSeenAndHeard(String base) {
        PeerPage.Session viewer = browsers.peer().play(Peers.play(base + "/whep/show"));
        viewer.awaitFrames(50);
        assertThat(viewer.ask("picture").get("brightness").getAsDouble()).isGreaterThan(5);
        Await.until("the tone", Await.PATIENCE, viewer::inbound, now -> now.audio("totalAudioEnergy") > 0.01);
        WatchPage watch = WatchPage.open(browsers, base + "/watch/other?via=hls");
        watch.awaitPlaying("hls");
        watch.await("its sound", now -> now.get("soundBytes").getAsLong() > 5_000);
    }
}
