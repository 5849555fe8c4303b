package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.CAMERA_360P;
import static dev.millrace.e2e.Peers.publish;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The DVR window in an object store that is up, down and back; the broadcast does not care. */
class DvrInBucketTest {
    /** Memory holds three segments, a fourth that is being made, and three more for those who are late. */
    private static final int BEYOND_MEMORY = 11;

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @TempDir
    private Path directory = Path.of("");

    private S3Proxy store(int port) throws Exception {
        Files.createDirectories(directory.resolve("store/bucket"));
        Properties properties = new Properties();
        properties.setProperty(
                "jclouds.filesystem.basedir", directory.resolve("store").toString());
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(BlobStores.create("filesystem-nio2", properties))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "access", "secret")
                .build();
        proxy.start();
        return proxy;
    }

    private long stored() {
        try (Stream<Path> files = Files.walk(directory.resolve("store/bucket"))) {
            return files.filter(file -> file.toString().endsWith(".m4s")).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> get(ServerProcess server, String object) {
        return HttpPeer.send(HttpPeer.request(server.uri("/live/show/" + object).toString())
                .GET()
                .build());
    }

    private static List<String> segments(ServerProcess server) {
        return get(server, "video.m3u8")
                .body()
                .lines()
                .filter(line -> line.endsWith(".m4s") && !line.startsWith("#"))
                .toList();
    }

    @Test
    void playersGoBackBeyondMemoryAndAStoreThatFailsCostsNoLivePicture() throws Exception {
        S3Proxy store = store(0);
        int port = store.getPort();
        try (ServerProcess server = ServerProcess.start(
                "data.dir=" + directory,
                "hls.window=6s",
                "dvr.window=5m",
                "dvr.store=s3",
                "dvr.endpoint=http://127.0.0.1:" + port,
                "dvr.bucket=bucket",
                "dvr.access=access",
                "dvr.secret=secret")) {
            browsers.peer().publish(publish(server.whip("show").toString(), "H264", CAMERA_360P));
            List<String> all = Await.until(
                    "more than memory holds", PATIENCE, () -> segments(server), list -> list.size() > BEYOND_MEMORY);
            assertPlayable(server, all.getFirst());
            assertThat(stored()).isGreaterThan(BEYOND_MEMORY / 2);

            store.stop();
            int before = segments(server).size();
            List<String> meanwhile =
                    Await.until("live goes on", PATIENCE, () -> segments(server), list -> list.size() > before + 3);
            assertPlayable(server, meanwhile.getLast());
            assertThat(get(server, meanwhile.getFirst()).statusCode()).isEqualTo(503);

            assertThat(described(server)).contains("\"dvr\":\"The DVR window is not kept");

            store = store(port);
            Await.until(
                    "it is back", PATIENCE, () -> get(server, all.getFirst()).statusCode(), status -> status == 200);
            long least = meanwhile.size();
            Await.until("what waited is stored", PATIENCE, this::stored, count -> count > least);
            Await.until(
                    "nothing is wrong any more",
                    PATIENCE,
                    () -> described(server),
                    body -> body.contains("\"dvr\":\"\""));
            for (String each : meanwhile) {
                assertPlayable(server, each);
            }
        } finally {
            store.stop();
        }
    }

    /** What the API says of the stream. */
    private static String described(ServerProcess server) {
        return HttpPeer.send(HttpPeer.request(server.uri("/api/v1/streams/show").toString())
                        .GET()
                        .build())
                .body();
    }

    private static void assertPlayable(ServerProcess server, String segment) {
        HttpResponse<String> reply = get(server, segment);
        assertThat(reply.statusCode()).as(segment).isEqualTo(200);
        assertThat(reply.body()).startsWith("\0\0\0").contains("moof");
    }
}
