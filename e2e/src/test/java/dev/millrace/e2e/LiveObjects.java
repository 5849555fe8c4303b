package dev.millrace.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is fetched below {@code /live/{stream}/}, as a plain HTTP client gets it. */
final class LiveObjects {
    private static final String MAP = "#EXT-X-MAP:URI=\"";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String address;

    LiveObjects(ServerUnderTest server, String stream) {
        address = server.url("/live/" + stream + "/");
    }

    HttpResponse<String> text(String object) {
        return send(object, BodyHandlers.ofString());
    }

    byte[] bytes(String object) {
        HttpResponse<byte[]> response = send(object, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new AssertionError(object + " is answered by " + response.statusCode());
        }
        return response.body();
    }

    private <T> HttpResponse<T> send(String object, HttpResponse.BodyHandler<T> as) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + object))
                    .timeout(Duration.ofSeconds(30))
                    .build();
            return client.send(request, as);
        } catch (IOException broken) {
            throw new AssertionError("cannot fetch " + object, broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the test was interrupted", stopped);
        }
    }

    /** The playlists that a multivariant playlist names: sounds first. */
    static List<String> playlists(String multivariant) {
        List<String> found = new ArrayList<>();
        for (String line : lines(multivariant)) {
            if (line.startsWith("#EXT-X-MEDIA:")) {
                found.add(quoted(line, "URI"));
            } else if (!line.isEmpty() && !line.startsWith("#") && !found.contains(line)) {
                found.add(line);
            }
        }
        return found;
    }

    /** The init segment, then the whole segments, of the last stretch without a discontinuity. */
    static List<String> objects(String playlist) {
        List<String> found = new ArrayList<>();
        for (String line : lines(playlist)) {
            if (line.startsWith(MAP)) {
                found.clear();
                found.add(line.substring(MAP.length(), line.length() - 1));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                found.add(line);
            }
        }
        return found;
    }

    static String quoted(String line, String attribute) {
        String begin = attribute + "=\"";
        int at = line.indexOf(begin);
        if (at < 0) {
            throw new AssertionError(line + " has no " + attribute);
        }
        int from = at + begin.length();
        return line.substring(from, line.indexOf('"', from));
    }

    static List<String> lines(String text) {
        return Stream.of(text.split("\n", -1)).toList();
    }
}
