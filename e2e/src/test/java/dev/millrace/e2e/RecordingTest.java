package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.CAMERA_360P;
import static dev.millrace.e2e.Peers.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.e2e.decode.Playable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A broadcast is recorded by a server that is killed in the middle of it, and played by the next one. */
class RecordingTest {
    private static final double ENOUGH_S = 6;

    /** The part that was being made, and the picture whose duration nobody knew. */
    private static final double LAST_PART_S = 0.5;

    /** FFmpeg's libraries are unpacked into a fresh directory first. */
    private static final Duration SLOW_START = Await.PATIENCE.multipliedBy(2);

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @TempDir
    private Path directory = Path.of("");

    private static HttpResponse<String> get(ServerProcess server, String path) {
        return HttpPeer.send(HttpPeer.request(server.uri(path).toString()).GET().build());
    }

    private static JsonArray recordings(ServerProcess server) {
        return JsonParser.parseString(get(server, "/api/v1/recordings").body())
                .getAsJsonObject()
                .getAsJsonArray("recordings");
    }

    /** 0 if there is no such playlist yet. */
    private static double recorded(ServerProcess server, String path) {
        return seconds(get(server, path).body());
    }

    private static double seconds(String playlist) {
        return playlist.lines()
                .filter(line -> line.startsWith("#EXTINF:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(8, line.length() - 1)))
                .sum();
    }

    @Test
    void whatAKilledServerRecordedPlaysUpToTheLastPart() throws IOException {
        String id;
        double before;
        try (ServerProcess first = ServerProcess.start("data.dir=" + directory, "record.enabled=true")) {
            browsers.peer().publish(publish(first.whip("show").toString(), "H264", CAMERA_360P));
            Await.until("a recording", Await.PATIENCE, () -> recordings(first), list -> list.size() == 1);
            JsonObject running = recordings(first).get(0).getAsJsonObject();
            id = running.get("id").getAsString();
            assertThat(running.get("state").getAsString()).isEqualTo("recording");
            String base = "/api/v1/recordings/" + id + "/";
            // The sound begins when the worker that makes AAC has.
            Await.until(
                    "some seconds of sound",
                    SLOW_START,
                    () -> recorded(first, base + "audio.m3u8"),
                    s -> s >= ENOUGH_S);
            before = Await.until(
                    "some seconds of pictures",
                    Await.PATIENCE,
                    () -> recorded(first, base + "video.m3u8"),
                    s -> s >= ENOUGH_S);
            first.kill();
        }
        try (ServerProcess second = ServerProcess.start("data.dir=" + directory)) {
            JsonObject info = Await.until(
                            "the recording", Await.PATIENCE, () -> recordings(second), list -> list.size() == 1)
                    .get(0)
                    .getAsJsonObject();
            assertThat(info.get("id").getAsString()).isEqualTo(id);
            assertThat(info.get("state").getAsString()).isEqualTo("finished");
            assertThat(info.get("detail").getAsString()).contains("mid-recording");
            plays(second, id, before);
            mp4Plays(second, id, before);
            deletes(second, id);
        }
    }

    private void plays(ServerProcess server, String id, double least) throws IOException {
        String base = "/api/v1/recordings/" + id + "/";
        assertThat(get(server, base + "index.m3u8").body()).contains("video.m3u8", "RESOLUTION=640x360");
        String playlist = get(server, base + "video.m3u8").body();
        assertThat(playlist).contains("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-ENDLIST");
        assertThat(seconds(playlist)).isGreaterThanOrEqualTo(least);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String map = playlist.lines()
                .filter(line -> line.startsWith("#EXT-X-MAP"))
                .findFirst()
                .orElseThrow();
        all.writeBytes(bytes(server.uri(base + map.substring(map.indexOf('"') + 1, map.lastIndexOf('"')))));
        for (String uri : playlist.lines().filter(line -> line.endsWith(".m4s")).toList()) {
            all.writeBytes(bytes(server.uri(base + uri)));
        }
        Path file = Files.write(directory.resolve("played.mp4"), all.toByteArray());
        Playable played = Playable.open(file);
        assertThat(played.complaints()).isEmpty();
        assertThat(played.seconds()).isBetween(seconds(playlist) - LAST_PART_S, seconds(playlist) + LAST_PART_S);
        assertThat(played.pictures()).isGreaterThan((int) (5 * least));
    }

    private void mp4Plays(ServerProcess server, String id, double least) throws IOException {
        String path = "/api/v1/recordings/" + id + "/recording.mp4";
        Await.until("the MP4", Await.PATIENCE.multipliedBy(2), () -> head(server, path), status -> status == 200);
        Path file = Files.write(directory.resolve("downloaded.mp4"), bytes(server.uri(path)));
        Playable played = Playable.open(file);
        assertThat(played.tracks()).isEqualTo(2);
        assertThat(played.complaints()).isEmpty();
        assertThat(played.seconds()).isGreaterThan(least - LAST_PART_S);
        HttpResponse<String> range =
                HttpPeer.send(HttpPeer.request(server.uri(path).toString())
                        .header("Range", "bytes=4-7")
                        .GET()
                        .build());
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.body()).isEqualTo("ftyp");
        assertThat(range.headers().firstValue("Content-Range")).hasValue("bytes 4-7/" + Files.size(file));
    }

    /** Its first GET has it made. */
    private static int head(ServerProcess server, String path) {
        return HttpPeer.send(HttpPeer.request(server.uri(path).toString())
                        .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody())
                        .build())
                .statusCode();
    }

    private void deletes(ServerProcess server, String id) {
        assertThat(HttpPeer.delete(server.uri("/api/v1/recordings/" + id).toString()))
                .isEqualTo(204);
        assertThat(recordings(server)).isEmpty();
        assertThat(get(server, "/api/v1/recordings/" + id + "/video.m3u8").statusCode())
                .isEqualTo(404);
        assertThat(List.of(directory.resolve("recordings/show").resolve(id))).noneMatch(Files::exists);
    }

    private static byte[] bytes(URI uri) throws IOException {
        try (InputStream in = uri.toURL().openStream()) {
            return in.readAllBytes();
        }
    }
}
