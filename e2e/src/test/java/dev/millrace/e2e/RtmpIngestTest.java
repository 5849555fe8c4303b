package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FFmpeg pushes to the RTMP port of a whole server: is watched, taken over, kicked and refused. */
@Alone
class RtmpIngestTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static @Nullable JsonObject publisher(String url) {
        String text = HttpPeer.send(HttpPeer.request(url).GET().build()).body();
        JsonObject stream = new Gson().fromJson(text, JsonObject.class);
        return stream.has("live")
                        && stream.get("live").getAsBoolean()
                        && stream.get("publisher").isJsonObject()
                ? stream.getAsJsonObject("publisher")
                : null;
    }

    private static JsonObject live(String stream) {
        return Objects.requireNonNull(Await.until(
                stream + " is live",
                Await.PATIENCE,
                () -> publisher(SERVER.url("/api/v1/streams/" + stream)),
                Objects::nonNull));
    }

    @Test
    void anEncoderIsLiveTakenOverAndKicked() throws IOException {
        String stream = SERVER.freshStream();
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), SERVER.rtmpPort());
                Socket stalled = new Socket(InetAddress.getLoopbackAddress(), SERVER.rtmpPort())) {
            stalled.getOutputStream().write(new byte[] {3, 1, 2, 3});
            try (FfmpegPush first = FfmpegPush.usual(SERVER.rtmp(stream))) {
                JsonObject publisher = live(stream);
                assertThat(publisher.get("transport").getAsString()).isEqualTo("rtmp");
                assertThat(publisher.get("remote").getAsString()).startsWith("127.0.0.1:");
                String id = publisher.get("id").getAsString();
                try (FfmpegPush second = FfmpegPush.usual(SERVER.rtmp(stream))) {
                    Await.until("the first is told to go", Await.PATIENCE, first::isAlive, alive -> !alive);
                    assertThat(first.said()).contains("Server error:");
                    String next = live(stream).get("id").getAsString();
                    assertThat(next).isNotEqualTo(id);
                    int status = HttpPeer.send(HttpPeer.request(SERVER.url("/api/v1/sessions/" + next))
                                    .DELETE()
                                    .build())
                            .statusCode();
                    assertThat(status).isEqualTo(204);
                    Await.until("the second is told to go", Await.PATIENCE, second::isAlive, alive -> !alive);
                    assertThat(second.said()).contains("Server error:");
                }
            }
            assertThat(silent.isConnected()).isTrue();
        }
    }

    @Test
    void anEncoderIsSeenAndHeardByWebRtcAndByDash() {
        String stream = SERVER.freshStream();
        try (FfmpegPush push = FfmpegPush.usual(SERVER.rtmp(stream))) {
            live(stream);
            PeerPage.Session viewer = browsers.peer().play(Peers.play(SERVER.whep(stream)));
            viewer.awaitFrames(50);
            assertThat(viewer.ask("picture").get("brightness").getAsDouble()).isGreaterThan(5);
            Await.until(
                    "the tone, out of AAC",
                    Await.PATIENCE,
                    viewer::inbound,
                    now -> now.audio("totalAudioEnergy") > 0.01 && now.audio("packetsReceived") > 100);
            List<Long> workers = TranscodeWorkers.pids();
            WatchPage watch = WatchPage.open(browsers, SERVER.url("/watch/" + stream + "?via=dash"));
            watch.awaitPlaying("dash");
            watch.await("its sound", now -> now.get("soundBytes").getAsLong() > 5_000);
            viewer.awaitFrames(25);
            assertThat(viewer.inbound().video("packetsLost")).isZero();
            assertThat(TranscodeWorkers.pids()).as("no worker died").containsAll(workers);
            assertThat(push.isAlive()).isTrue();
        }
    }

    @Test
    void aWrongKeyIsReadInFfmpegsLog() {
        try (Millrace server = Millrace.start(Settings.of(Map.of(
                "http.port",
                "0",
                "media.port",
                "0",
                "rtmp.port",
                "0",
                "chat.store",
                "memory",
                "auth.publish",
                "right")))) {
            String url = "rtmp://127.0.0.1:" + server.rtmpPort() + "/live/show?key=";
            try (FfmpegPush wrong = FfmpegPush.usual(url + "wrong")) {
                Await.until("it gave up", Await.PATIENCE, wrong::isAlive, alive -> !alive);
                assertThat(wrong.said()).contains("Server error: The key or token in the stream key is not known here");
            }
            try (FfmpegPush right = FfmpegPush.usual(url + "right")) {
                Objects.requireNonNull(Await.until(
                        "it is live",
                        Await.PATIENCE,
                        () -> publisher("http://127.0.0.1:" + server.httpPort() + "/api/v1/streams/show"),
                        Objects::nonNull));
                assertThat(right.isAlive()).isTrue();
            }
        }
    }
}
