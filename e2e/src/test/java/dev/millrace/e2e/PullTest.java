package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams that are fetched: a file that loops, from the server's start on, over its end and a dead process; and what FFmpeg
 * offers by UDP, SRT and RTMP. Seen and heard by WebRTC.
 */
class PullTest {
    @RegisterExtension
    final Browsers browsers = new Browsers();

    @TempDir
    private static Path directory = Path.of("");

    private static void clip(Path file) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Loader.load(ffmpeg.class), "-nostdin", "-loglevel", "error"));
        command.addAll(List.of(
                "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-f", "lavfi", "-i", "sine=frequency=440"));
        command.addAll(List.of("-t", "2", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"));
        command.addAll(List.of("-pix_fmt", "yuv420p", "-bf", "0", "-g", "25", "-c:a", "aac", file.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static JsonObject pull(String base, String stream) {
        String text = HttpPeer.send(HttpPeer.request(base + "/api/v1/streams/" + stream + "/pull")
                        .GET()
                        .build())
                .body();
        return new Gson().fromJson(text, JsonObject.class);
    }

    private static boolean isLive(JsonObject pull) {
        return pull.has("state") && pull.get("state").getAsString().equals("live");
    }

    @Test
    void aLoopIsSeenAndHeard() throws IOException, InterruptedException {
        clip(directory.resolve("loop.mp4"));
        try (Millrace server = Millrace.start(Settings.of(Map.of(
                "http.port", "0",
                "media.port", "0",
                "rtmp.port", "0",
                "chat.store", "memory",
                "pull.directory", directory.toString(),
                "pull.streams", "loop=file:loop.mp4")))) {
            String base = "http://127.0.0.1:" + server.httpPort();
            Await.until("it is live", Await.PATIENCE, () -> pull(base, "loop"), PullTest::isLive);
            PeerPage.Session viewer = browsers.peer().play(Peers.play(base + "/whep/loop"));
            viewer.awaitFrames(75); // over the end of the file
            assertThat(viewer.ask("picture").get("brightness").getAsDouble()).isGreaterThan(5);
            Await.until(
                    "the tone",
                    Await.PATIENCE,
                    viewer::inbound,
                    now -> now.audio("totalAudioEnergy") > 0.01 && now.audio("packetsReceived") > 100);
            assertThat(TranscodeWorkers.killFetching()).isEqualTo(1);
            Await.until(
                    "it is fetched anew",
                    Await.PATIENCE,
                    () -> pull(base, "loop"),
                    pull -> isLive(pull) && pull.get("attempts").getAsInt() == 2);
            viewer.awaitFrames(50);
        }
    }

    @Test
    void whatFfmpegOffersIsFetched() throws IOException {
        String listener = "rtmp://127.0.0.1:" + freeTcpPort() + "/live/x";
        Map<String, String> sources = new TreeMap<>(Map.of(
                "udp", "udp://127.0.0.1:" + freeUdpPort(),
                "srt", "srt://127.0.0.1:" + freeUdpPort(),
                "rtmp", listener));
        String streams = sources.entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
        try (FfmpegPush udp = offers(sources.get("udp") + "?pkt_size=1316", "mpegts");
                FfmpegPush srt = offers(sources.get("srt") + "?mode=listener", "mpegts");
                FfmpegPush rtmp = offers(listener, "flv", "-listen", "1");
                Millrace server = Millrace.start(Settings.of(Map.of(
                        "http.port", "0",
                        "media.port", "0",
                        "rtmp.port", "0",
                        "chat.store", "memory",
                        "pull.streams", streams)))) {
            String base = "http://127.0.0.1:" + server.httpPort();
            PeerPage page = browsers.peer();
            for (String stream : sources.keySet()) {
                Await.until(stream + " is live", Await.PATIENCE, () -> pull(base, stream), PullTest::isLive);
                PeerPage.Session viewer = page.play(Peers.play(base + "/whep/" + stream));
                viewer.awaitFrames(25);
                Await.until(
                        "the tone by " + stream,
                        Await.PATIENCE,
                        viewer::inbound,
                        now -> now.audio("totalAudioEnergy") > 0.01);
            }
            assertThat(List.of(udp.isAlive(), srt.isAlive(), rtmp.isAlive())).containsOnly(true);
        }
    }

    private static FfmpegPush offers(String url, String format, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-re", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25"));
        arguments.addAll(List.of("-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"));
        arguments.addAll(List.of("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"));
        arguments.addAll(List.of("-pix_fmt", "yuv420p", "-bf", "0", "-g", "25", "-c:a", "aac", "-f", format));
        arguments.addAll(List.of(more));
        arguments.add(url);
        return FfmpegPush.running(arguments);
    }

    private static int freeUdpPort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static int freeTcpPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
