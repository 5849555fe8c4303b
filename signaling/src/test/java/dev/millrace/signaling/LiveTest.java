package dev.millrace.signaling;

import static dev.millrace.signaling.Server.header;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What players and caches fetch, and with which header fields. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveTest {
    private final Server server = new Server(Map.of());
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterAll
    void stop() {
        client.close();
        server.close();
    }

    private HttpResponse<byte[]> bytes(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "index.m3u8            | application/vnd.apple.mpegurl | public, max-age=10",
                "video.m3u8            | application/vnd.apple.mpegurl | public, max-age=1",
                "video.m3u8?_HLS_msn=7 | application/vnd.apple.mpegurl | public, max-age=12",
                "over.m3u8             | application/vnd.apple.mpegurl | public, max-age=60",
                "manifest.mpd          | application/dash+xml          | public, max-age=1",
                "v-1.m4s               | video/mp4                     | public, max-age=86400, immutable",
                "thumb.jpg             | image/jpeg                    | public, max-age=2"
            })
    void everyObjectSaysWhatItIsAndHowLongItMayBeKept(String object, String type, String caching) {
        HttpResponse<byte[]> response = bytes("/live/show/" + object);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo(type);
        assertThat(header(response, "Cache-Control")).isEqualTo(caching);
        assertThat(header(response, "Age")).isEqualTo("0");
        assertThat(header(response, "Date")).endsWith(" GMT");
        assertThat(header(response, "Content-Length")).isEqualTo(Integer.toString(response.body().length));
        assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(header(response, "Access-Control-Expose-Headers")).contains("Date, Age");
        boolean text = !type.contains("mp4") && !type.contains("jpeg");
        assertThat(header(response, "Vary")).isEqualTo(text ? "Accept-Encoding" : "");
        HttpResponse<String> head = server.send("HEAD", "/live/show/" + object, "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String field : List.of("Content-Type", "Content-Length", "Cache-Control", "ETag")) {
            assertThat(header(head, field)).as(field).isEqualTo(header(response, field));
        }
    }
}
