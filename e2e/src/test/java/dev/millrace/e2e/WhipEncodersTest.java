package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Encoders publish H.264 and Opus by WHIP with a key, and Chromium plays it: FFmpeg, GStreamer, Pion, and what OBS does. */
class WhipEncodersTest {
    private static final String KEY = "right";

    @TempDir
    private static Path directory = Path.of("");

    private static Millrace server;

    /** Without a key, so that a viewer may choose layers. */
    @RegisterExtension
    static final ServerUnderTest OPEN = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @BeforeAll
    static void start() {
        server = Millrace.start(Settings.of(Map.of(
                "http.port", "0",
                "media.port", "0",
                "rtmp.port", "0",
                "chat.store", "memory",
                "auth.publish", KEY,
                "ice.servers", "stun:stun.example.net:3478,turn:turn.example.net:3478?transport=udp",
                "ice.username", "user",
                "ice.credential", "secret")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + server.httpPort() + path;
    }

    private PeerPage.Session watched(String whep) {
        PeerPage.Session viewer = browsers.peer().play(Peers.play(whep));
        assertThat(viewer.awaitFrames(50).videoMime()).isEqualTo("video/H264");
        assertThat(viewer.ask("picture").get("brightness").getAsDouble()).isGreaterThan(5);
        Await.until("sound", Await.PATIENCE, viewer::inbound, now -> now.audio("packetsReceived") > 100);
        return viewer;
    }

    @Test
    void ffmpegsWhipMuxer() {
        try (FfmpegPush push = FfmpegPush.whip(url("/whip/ffmpeg"), KEY)) {
            PeerPage.Session viewer = watched(url("/whep/ffmpeg"));
            Await.until("the tone", Await.PATIENCE, viewer::inbound, now -> now.audio("totalAudioEnergy") > 0.01);
            assertThat(viewer.inbound().video("packetsLost")).isZero();
            assertThat(push.isAlive()).as(push.said()).isTrue();
        }
    }

    @Test
    void gstreamer() {
        try (OutsidePeer peer = OutsidePeer.gstreamer(url("/whip/gstreamer"), KEY)) {
            PeerPage.Session viewer = watched(url("/whep/gstreamer"));
            Await.until("the tone", Await.PATIENCE, viewer::inbound, now -> now.audio("totalAudioEnergy") > 0.01);
            JsonObject result = peer.finish();
            assertThat(result.get("status").getAsInt()).isEqualTo(201);
            assertThat(result.get("deleteStatus").getAsInt()).isEqualTo(200);
        }
    }

    @Test
    void whatObsDoes() {
        try (OutsidePeer peer = OutsidePeer.obs(url("/whip/obs"), KEY, films("320x180"))) {
            watched(url("/whep/obs"));
            JsonObject result = peer.finish();
            assertThat(result.get("location").getAsString()).startsWith(url("/whip/obs/"));
            assertThat(result.get("states").toString()).isEqualTo("[\"connecting\",\"connected\"]");
            assertThat(result.get("deleteStatus").getAsInt()).isEqualTo(200);
            assertThat(result.get("iceServers").toString())
                    .contains("{\"url\":\"stun:stun.example.net:3478\",\"username\":\"\",\"credential\":\"\"}")
                    .contains("{\"url\":\"turn:turn.example.net:3478?transport=udp\",\"username\":\"user\","
                            + "\"credential\":\"secret\"}");
        }
    }

    @Test
    void whatObsDoesWithThreeLayers() {
        String stream = OPEN.freshStream();
        List<Path> films = films("640x360", "320x180", "160x90");
        JsonObject result = threeLayers(stream, OutsidePeer.obs(OPEN.whip(stream), "", films));
        assertThat(result.get("layersAccepted").getAsInt()).isEqualTo(3);
    }

    @Test
    void pionsThreeLayers() {
        Path program = OutsidePeer.buildPion();
        String stream = OPEN.freshStream();
        List<Path> films = films("640x360", "320x180", "160x90");
        threeLayers(stream, OutsidePeer.pion(program, OPEN.whip(stream), films));
    }

    /** Each of them is what is asked for. */
    private JsonObject threeLayers(String stream, OutsidePeer publisher) {
        try (publisher) {
            PeerPage.Session viewer = watched(OPEN.whep(stream));
            Await.until("the largest", Await.PATIENCE, viewer::inbound, now -> now.video("frameWidth") == 640);
            viewer.select("2");
            Await.until("the smallest", Await.PATIENCE, viewer::inbound, now -> now.video("frameWidth") == 160);
            viewer.select("1");
            Await.until("the middle", Await.PATIENCE, viewer::inbound, now -> now.video("frameWidth") == 320);
            JsonObject result = publisher.finish();
            assertThat(result.get("deleteStatus").getAsInt()).isEqualTo(200);
            return result;
        }
    }

    /** Two seconds in each size, keyframes at the same pictures. */
    private static List<Path> films(String... sizes) {
        List<Path> films = new ArrayList<>();
        List<String> arguments = new ArrayList<>(List.of("-y", "-f", "lavfi", "-i", "testsrc=size=640x360:rate=30"));
        for (String size : sizes) {
            Path film = directory.resolve(size + ".h264");
            arguments.addAll(List.of("-map", "0:v", "-t", "2", "-s", size, "-c:v", "libx264", "-preset", "ultrafast"));
            arguments.addAll(List.of("-tune", "zerolatency", "-profile:v", "baseline", "-pix_fmt", "yuv420p"));
            arguments.addAll(List.of("-g", "30", "-x264-params", "aud=1:sliced-threads=0", film.toString()));
            films.add(film);
        }
        try (FfmpegPush making = FfmpegPush.running(arguments)) {
            Await.until("the films are made", Await.PATIENCE, making::isAlive, alive -> !alive);
        }
        return films;
    }
}
