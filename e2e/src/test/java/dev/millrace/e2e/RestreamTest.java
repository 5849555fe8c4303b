package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A stream is pushed on by RTMP: to the server itself, and to FFmpeg's listener, which goes and comes back. */
class RestreamTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static String push(String stream, String url, String key) {
        HttpResponse<String> response =
                HttpPeer.send(HttpPeer.request(SERVER.url("/api/v1/streams/" + stream + "/restreams"))
                        .POST(BodyPublishers.ofString("{\"url\": \"" + url + "\", \"key\": \"" + key + "\"}"))
                        .build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return SERVER.url(response.headers().firstValue("Location").orElseThrow());
    }

    private static JsonObject get(String url) {
        return new Gson()
                .fromJson(HttpPeer.send(HttpPeer.request(url).GET().build()).body(), JsonObject.class);
    }

    private static void awaitLive(String restream, int connects) {
        Await.until(
                "live for the " + connects + ". time",
                Await.PATIENCE,
                () -> get(restream),
                now -> now.get("state").getAsString().equals("live")
                        && now.get("connects").getAsInt() == connects);
    }

    @Test
    void anEncodersStreamIsPushedOnToTheServerItself() {
        String stream = SERVER.freshStream();
        String copy = SERVER.freshStream();
        String restream = push(stream, SERVER.rtmp(copy), "");
        assertThat(get(restream).get("state").getAsString()).isEqualTo("waiting");
        try (FfmpegPush push = FfmpegPush.usual(SERVER.rtmp(stream))) {
            awaitLive(restream, 1);
            PeerPage.Session viewer = browsers.peer().play(Peers.play(SERVER.whep(copy)));
            viewer.awaitFrames(50);
            assertThat(viewer.ask("picture").get("brightness").getAsDouble()).isGreaterThan(5);
            Await.until(
                    "the tone",
                    Await.PATIENCE,
                    viewer::inbound,
                    now -> now.audio("totalAudioEnergy") > 0.01 && now.audio("packetsReceived") > 100);
            JsonObject publisher = get(SERVER.url("/api/v1/streams/" + copy)).getAsJsonObject("publisher");
            assertThat(HttpPeer.delete(
                            SERVER.url("/api/v1/sessions/" + publisher.get("id").getAsString())))
                    .isEqualTo(204);
            awaitLive(restream, 2);
            viewer.awaitFrames(50);
            assertThat(get(restream).get("dropped").getAsInt()).isZero();
            assertThat(HttpPeer.delete(restream)).isEqualTo(204);
            Await.until(
                    "the copy is over",
                    Await.PATIENCE,
                    () -> get(SERVER.url("/api/v1/streams/" + copy)),
                    now -> !now.has("live") || !now.get("live").getAsBoolean());
            assertThat(push.isAlive()).isTrue();
        }
    }

    @Test
    void aBrowsersStreamIsTakenByFfmpegAndAgainWhenThatReturns(@TempDir Path directory) throws IOException {
        String stream = SERVER.freshStream();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String url = "rtmp://127.0.0.1:" + port + "/live";
        browsers.peer().publish(Peers.publish(SERVER.whip(stream), "VP8", Peers.CAMERA_360P));
        String restream = push(stream, url, "the-key");
        Await.until("nobody listens", Await.PATIENCE, () -> get(restream), now -> now.get("state")
                .getAsString()
                .equals("retrying"));
        for (int i = 1; i <= 2; i++) {
            Path file = directory.resolve("taken" + i + ".flv");
            try (FfmpegPush target = FfmpegPush.running(List.of(
                    "-listen",
                    "1",
                    "-f",
                    "flv",
                    "-i",
                    url + "/the-key",
                    "-c",
                    "copy",
                    "-flush_packets",
                    "1",
                    "-y",
                    file.toString()))) {
                awaitLive(restream, i);
                Await.until("it is stored", Await.PATIENCE, () -> size(file), size -> size > 200_000);
                assertThat(target.isAlive()).as(target.said()).isTrue();
                assertThat(target.said()).contains("Video: h264").contains("Audio: aac");
            }
        }
        assertThat(get(restream).toString()).doesNotContain("the-key");
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
