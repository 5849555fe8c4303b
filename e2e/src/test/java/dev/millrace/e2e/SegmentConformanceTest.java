package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.BARCODE_720P;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.millrace.e2e.decode.Demuxed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a browser's three layers become, read by other people's parsers: m3u8-parser, mp4box and FFmpeg. */
class SegmentConformanceTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final int SEGMENTS = 8;
    private static final long NODE_LIMIT_S = 60;

    /** As the checking script wants it. */
    private record Checked(String name, List<String> files, List<String> codecs) {}

    @Test
    @DisplayName("m3u8-parser accepts every playlist, mp4box and FFmpeg every segment")
    void otherPeoplesParsersAccept(@TempDir Path directory) throws IOException {
        String stream = SERVER.freshStream();
        var publisher = browsers.peer()
                .publish(with(
                        publish(SERVER.whip(stream), "H264", BARCODE_720P),
                        "simulcast",
                        true,
                        "answer",
                        Map.of("uplinkKbps", 3000)));
        LiveObjects live = new LiveObjects(SERVER, stream);
        // Layers come up one after the other, as the publisher finds out how much it may send.
        List<String> names = Await.until(
                "sound and three layers",
                Await.PATIENCE,
                () -> LiveObjects.playlists(live.text("index.m3u8").body()),
                found -> found.size() == 4);
        for (String name : names) {
            Await.until(
                    SEGMENTS + " segments of " + name,
                    Await.PATIENCE,
                    () -> LiveObjects.objects(live.text(name).body()).size(),
                    count -> count > SEGMENTS);
        }
        List<Checked> tracks = new ArrayList<>();
        String index = live.text("index.m3u8").body();
        Files.writeString(directory.resolve("index.m3u8"), index);
        for (String name : names) {
            tracks.add(fetch(live, name, codecs(index), directory));
        }
        publisher.stop();
        Files.writeString(directory.resolve("tracks.json"), new Gson().toJson(Map.of("tracks", tracks)));

        JsonObject said = check(directory);
        assertThat(said.getAsJsonArray("complaints")).isEmpty();
        if (Figures.strict()) {
            assertThat(said.getAsJsonArray("irregular")).isEmpty();
        }
        assertThat(said.get("playlists").getAsInt()).isGreaterThanOrEqualTo(9);
        assertThat(said.get("samples").getAsInt()).isGreaterThan(SEGMENTS * 100);
        for (Checked track : tracks) {
            decode(track, directory);
        }
    }

    private static List<String> codecs(String index) {
        return LiveObjects.lines(index).stream()
                .filter(line -> line.startsWith("#EXT-X-STREAM-INF"))
                .flatMap(line -> List.of(LiveObjects.quoted(line, "CODECS").split(",", -1)).stream())
                .distinct()
                .toList();
    }

    /** Keeps the playlist as it is, one that was waited for as a delta, and all segments; each equals its parts. */
    private static Checked fetch(LiveObjects live, String name, List<String> codecs, Path directory)
            throws IOException {
        String text = live.text(name).body();
        Files.writeString(directory.resolve(name), text);
        long next = Long.parseLong(text.replaceAll("(?s).*#EXT-X-MEDIA-SEQUENCE:(\\d+).*", "$1"))
                + LiveObjects.objects(text).size()
                - 1;
        Files.writeString(
                directory.resolve("delta-" + name),
                live.text(name + "?_HLS_msn=" + next + "&_HLS_part=0&_HLS_skip=YES")
                        .body());
        List<String> files = LiveObjects.objects(text);
        for (String file : files) {
            Files.write(directory.resolve(file), live.bytes(file));
        }
        for (Map.Entry<String, List<String>> segment : parts(text).entrySet()) {
            Path joined = directory.resolve("joined");
            try (OutputStream out = Files.newOutputStream(joined)) {
                for (String part : segment.getValue()) {
                    out.write(live.bytes(part));
                }
            }
            assertThat(joined).hasSameBinaryContentAs(directory.resolve(segment.getKey()));
        }
        return new Checked(name.substring(0, name.indexOf('.')), files, codecs);
    }

    /** The parts of every whole segment that still names them. */
    private static Map<String, List<String>> parts(String playlist) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        List<String> parts = new ArrayList<>();
        for (String line : LiveObjects.lines(playlist)) {
            if (line.startsWith("#EXT-X-PART:")) {
                parts.add(LiveObjects.quoted(line, "URI"));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                if (!parts.isEmpty()) {
                    found.put(line, List.copyOf(parts));
                }
                parts.clear();
            }
        }
        return found;
    }

    private static JsonObject check(Path directory) throws IOException {
        Path module = PlaywrightDriver.moduleDirectory();
        PlaywrightDriver.npm(module);
        Path errors = directory.resolve("errors");
        Process node = new ProcessBuilder(
                        Programs.find("node").toString(),
                        module.resolve("src/test/conformance/check.mjs").toString(),
                        directory.toString())
                .redirectError(errors.toFile())
                .start();
        String said = new String(node.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            assertThat(node.waitFor(NODE_LIMIT_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        assertThat(said).as("what node said: %s", Files.readString(errors)).startsWith("{");
        return new Gson().fromJson(said, JsonObject.class);
    }

    private static void decode(Checked track, Path directory) throws IOException {
        Path whole = directory.resolve(track.name() + ".mp4");
        try (OutputStream out = Files.newOutputStream(whole)) {
            for (String file : track.files()) {
                Files.copy(directory.resolve(file), out);
            }
        }
        Demuxed demuxed = Demuxed.open(whole);
        assertThat(demuxed.complaints()).as("FFmpeg on %s", track.name()).isEmpty();
        assertThat(demuxed.packets()).hasSizeGreaterThan(SEGMENTS * 20);
        if (!track.name().startsWith("audio")) {
            assertThat(demuxed.packets().getFirst().key()).isTrue();
            assertThat(demuxed.notShown())
                    .as("pictures that FFmpeg did not show of %s: %s", track.name(), demuxed.packets())
                    .isEmpty();
            assertThat(demuxed.pictureCount()).isEqualTo(demuxed.packets().size());
            assertThat(demuxed.packets())
                    .as("each has a time of its own")
                    .extracting(Demuxed.Packet::ticks)
                    .doesNotHaveDuplicates();
        }
    }
}
