package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad requests get the status that the standards name and a problem that says what to do, over a real socket. */
class HttpErrorsTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    private static final String FRAGMENT_TYPE = "application/trickle-ice-sdpfrag";
    private static final int OVER_256_KIB = 300_000;

    static Stream<Arguments> badRequests() {
        return Stream.of("whip", "whep")
                .flatMap(endpoint -> Stream.of(
                        Arguments.of(endpoint, "an empty offer", 400, post(endpoint, "application/sdp", "")),
                        Arguments.of(endpoint, "no SDP at all", 400, post(endpoint, "application/sdp", "hello")),
                        Arguments.of(endpoint, "JSON", 415, post(endpoint, "application/json", "{}")),
                        Arguments.of(
                                endpoint,
                                "300 kB",
                                413,
                                post(endpoint, "application/sdp", "v=0\r\n".repeat(OVER_256_KIB / 5))),
                        Arguments.of(
                                endpoint,
                                "a stream name with a leading dot",
                                400,
                                to("/" + endpoint + "/.x", "application/sdp", "v=0")),
                        Arguments.of(
                                endpoint,
                                "a reserved stream name",
                                400,
                                to("/" + endpoint + "/api", "application/sdp", "v=0")),
                        Arguments.of(
                                endpoint,
                                "a method nobody defined",
                                405,
                                HttpPeer.request(SERVER.url("/" + endpoint + "/x"))
                                        .method("PUT", BodyPublishers.ofString("x"))),
                        Arguments.of(
                                endpoint,
                                "PATCH of a session that is none",
                                404,
                                HttpPeer.request(SERVER.url("/" + endpoint + "/x/nosuchsession"))
                                        .header("Content-Type", FRAGMENT_TYPE)
                                        .header("If-Match", "*")
                                        .method("PATCH", BodyPublishers.ofString("a=ice-ufrag:x\r\n"))),
                        Arguments.of(
                                endpoint,
                                "DELETE of a session that is none",
                                404,
                                HttpPeer.request(SERVER.url("/" + endpoint + "/x/nosuchsession"))
                                        .DELETE())));
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @MethodSource("badRequests")
    @DisplayName("A bad request is refused with a problem that says what to do")
    void badRequest(String endpoint, String what, int status, HttpRequest.Builder request) {
        expect(HttpPeer.send(request.build()), status);
    }

    @Test
    @DisplayName("A PATCH needs an If-Match that is not stale: 428, 412, 415")
    void preconditions() {
        HttpPeer.Answer session = HttpPeer.post(SERVER.whep(SERVER.freshStream()), Offers.viewer());
        expect(patch(session, null, FRAGMENT_TYPE), 428);
        expect(patch(session, "\"stale\"", FRAGMENT_TYPE), 412);
        expect(patch(session, session.etag(), "text/plain"), 415);
        assertThat(HttpPeer.delete(session.location())).isEqualTo(200);
        assertThat(HttpPeer.delete(session.location())).isEqualTo(404);
    }

    private static HttpResponse<String> patch(
            HttpPeer.Answer session, @org.jspecify.annotations.Nullable String ifMatch, String contentType) {
        HttpRequest.Builder request = HttpPeer.request(session.location())
                .header("Content-Type", contentType)
                .method("PATCH", BodyPublishers.ofString("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"));
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        return HttpPeer.send(request.build());
    }

    private static HttpRequest.Builder post(String endpoint, String contentType, String body) {
        return to("/" + endpoint + "/bad-requests", contentType, body);
    }

    private static HttpRequest.Builder to(String path, String contentType, String body) {
        return HttpPeer.request(SERVER.url(path))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
    }

    private static void expect(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonObject problem = new Gson().fromJson(response.body(), JsonObject.class);
        assertThat(problem.get("type").getAsString()).isNotBlank();
        assertThat(problem.get("status").getAsInt()).isEqualTo(status);
        assertThat(problem.get("detail").getAsString()).hasSizeGreaterThan(15);
    }
}
