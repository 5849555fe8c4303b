package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** FFmpeg pushes to the RTMP port of a whole server: is watched, taken over, kicked and refused. */
@Alone
class RtmpIngestTest {
    /** How long the encoder of the figure is gone. */
    private static final long GONE_MS = 2_000;

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
    void viewersStayWhenAnEncoderIsKilledAndComesBack() {
        String stream = SERVER.freshStream();
        PeerPage.Session viewer;
        try (FfmpegPush killed = everyTwoSeconds(stream)) {
            live(stream);
            viewer = browsers.peer().play(Peers.play(SERVER.whep(stream)));
            viewer.awaitFrames(25);
            assertThat(killed.isAlive()).isTrue();
        } // SIGKILL
        Await.until(
                "it is noticed",
                Await.PATIENCE,
                () -> publisher(SERVER.url("/api/v1/streams/" + stream)),
                Objects::isNull);
        Await.pause(GONE_MS);
        long before = viewer.framesDecoded();
        try (FfmpegPush back = everyTwoSeconds(stream)) {
            live(stream);
            long liveNs = System.nanoTime();
            viewer.awaitFrames(1);
            double backMs = (System.nanoTime() - liveNs) / 1e6;
            assertThat(viewer.framesDecoded()).isGreaterThan(before);
            viewer.awaitFrames(50);
            assertThat(viewer.inbound().connection()).isEqualTo("connected");
            assertThat(back.isAlive()).isTrue();
            Figures.write("rtmp-return", Map.of("pictureBackMs", backMs));
            if (Figures.strict()) {
                assertThat(backMs).isLessThan(1_000);
            }
        }
    }

    /** A keyframe every two seconds, as OBS is usually set to. */
    private static FfmpegPush everyTwoSeconds(String stream) {
        return push(
                stream,
                List.of("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p"),
                "-bf 0 -g 50 -c:a aac");
    }

    @Test
    void whatEncodersSendOtherwiseIsShownByWebRtcToo(@TempDir Path directory) throws IOException {
        String reordered = SERVER.freshStream();
        String uneven = SERVER.freshStream();
        String resized = SERVER.freshStream();
        List<String> usual = List.of("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25");
        try (FfmpegPush open = push(
                        reordered,
                        usual,
                        "-x264-params bframes=3:b-pyramid=normal:open-gop=1:keyint=25 -c:a aac -ar 44100 -ac 1");
                FfmpegPush upright = push(
                        uneven,
                        usual,
                        "-bf 0 -vf transpose=1,select=lt(mod(n\\,10)\\,7) -fps_mode vfr -c:a aac -ar 44100");
                FfmpegPush changing = changing(directory, SERVER.rtmp(resized), usual)) {
            PeerPage page = browsers.peer();
            for (String stream : List.of(reordered, uneven, resized)) {
                live(stream);
            }
            PeerPage.Session inOrder = page.play(Peers.play(SERVER.whep(reordered)));
            PeerPage.Session tall = page.play(Peers.play(SERVER.whep(uneven)));
            PeerPage.Session both = page.play(Peers.play(SERVER.whep(resized)));
            inOrder.awaitFrames(75);
            assertThat(warnings(reordered)).contains("b_frames", "open_groups");
            assertThat(inOrder.inbound().audio("totalAudioEnergy")).isGreaterThan(0.01);
            tall.awaitFrames(25);
            assertThat(tall.inbound().video("frameHeight")).isEqualTo(320);
            assertThat(warnings(uneven)).isEmpty();
            Await.until("the smaller size", Await.PATIENCE, both::inbound, now -> now.video("frameWidth") == 160);
            Await.until("the larger size", Await.PATIENCE, both::inbound, now -> now.video("frameWidth") == 320);
            both.awaitFrames(25);
            assertThat(List.of(open.isAlive(), upright.isAlive(), changing.isAlive()))
                    .containsOnly(true);
        }
    }

    private static FfmpegPush push(String stream, List<String> usual, String more) {
        List<String> options = new ArrayList<>(usual);
        options.addAll(Arrays.asList(more.split(" ", -1)));
        return FfmpegPush.to(SERVER.rtmp(stream), options.toArray(String[]::new));
    }

    /** Two seconds of one size and two of another, again and again. */
    static FfmpegPush changing(Path directory, String url, List<String> usual) throws IOException {
        Path list = directory.resolve("list.txt");
        Files.writeString(list, "file 'one.ts'\nfile 'two.ts'\n".repeat(200));
        for (String size : List.of("one:320x180", "two:160x90")) {
            String[] parts = size.split(":", -1);
            List<String> arguments = new ArrayList<>(List.of("-f", "lavfi", "-i", "testsrc=rate=25:size=" + parts[1]));
            arguments.addAll(usual);
            arguments.addAll(List.of(
                    "-bf", "0", "-t", "2", directory.resolve(parts[0] + ".ts").toString()));
            try (FfmpegPush making = FfmpegPush.running(arguments)) {
                Await.until("a piece is made", Await.PATIENCE, making::isAlive, alive -> !alive);
            }
        }
        return FfmpegPush.running(
                List.of("-re", "-f", "concat", "-i", list.toString(), "-c", "copy", "-f", "flv", url));
    }

    private static List<String> warnings(String stream) {
        String url = SERVER.url("/api/v1/streams/" + stream);
        String text = HttpPeer.send(HttpPeer.request(url).GET().build()).body();
        return new Gson()
                .fromJson(text, JsonObject.class).getAsJsonArray("warnings").asList().stream()
                        .map(each -> each.getAsJsonObject().get("code").getAsString())
                        .toList();
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
