package dev.millrace.signaling;

import static dev.millrace.signaling.Server.OFFER;
import static dev.millrace.signaling.Server.SDP;
import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.control.TrackInfo.LayerInfo;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** draft-ietf-wish-whep from outside, with its two extensions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WhepTest {
    private static final String JSON = "application/json";

    private final Server server = new Server(Map.of());
    private int streams;

    @BeforeAll
    void warm() {
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }

    @AfterEach
    void fresh() {
        server.media.refuse(null);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String stream() {
        return "show" + streams++;
    }

    private String events(String session, String body) {
        HttpResponse<String> made = server.send("POST", session + "/sse", body, "Content-Type", JSON);
        assertThat(made.statusCode()).isEqualTo(201);
        return header(made, "Location");
    }

    private static List<TrackInfo> tracks(boolean topActive) {
        return List.of(
                new TrackInfo("0", "audio", "opus", "", List.of()),
                new TrackInfo("1", "video", "H264", "", List.of(layer("l", true, 320), layer("h", topActive, 1280))));
    }

    private static LayerInfo layer(String rid, boolean active, int width) {
        return new LayerInfo(rid, active, false, width, width * 9 / 16, 30, width * 1000L, 1, 0, 0, 0, 0);
    }

    @Test
    void anOfferMakesASessionWithItsExtensions() {
        HttpResponse<String> made = server.join("/whep/show");
        String location = header(made, "Location");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(location).matches("/whep/show/[A-Za-z0-9_-]{22,}");
        assertThat(header(made, "ETag")).startsWith("\"etag-");
        assertThat(made.body()).isEqualTo(FakeMedia.ANSWER);
        assertThat(made.headers().allValues("Link"))
                .containsExactly(
                        "<" + location + "/sse>; rel=\"urn:ietf:params:whep:ext:core:server-sent-events\";"
                                + " events=\"active,inactive,layers,viewercount,reconnect\"",
                        "<" + location + "/layer>; rel=\"urn:ietf:params:whep:ext:core:layer\"",
                        "<" + location + "/quality>; rel=\"urn:millrace:whep:ext:quality\"");
        assertThat(server.media.last(MediaCommand.Play.class).offer()).isEqualTo(OFFER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/whep/show", "/show/whep"})
    void headShowsThatItIsAWhepEndpoint(String path) {
        for (String method : new String[] {"GET", "HEAD"}) {
            HttpResponse<String> answer = server.send(method, path, "");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "Content-Type")).isEqualTo(SDP);
            assertThat(header(answer, "Content-Length")).isEqualTo("0");
        }
    }

    @Test
    void a406WouldBeACounterOfferSoAcceptIsLetBe() {
        assertThat(server.join("/whep/show", "Accept", "text/html").statusCode())
                .isEqualTo(201);
    }

    @Test
    void aCodecTheBrowserLacksIs422() {
        server.media.refuse(RefusalKind.UNSUPPORTED_CODEC);
        HttpResponse<String> refused = server.join("/whep/show");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(problem(refused)).isEqualTo("unsupported-codec");
    }

    @Test
    void anotherContentTypeIs415() {
        assertThat(server.send("POST", "/whep/show", OFFER, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void aliasesOfOtherServersWork() {
        assertThat(server.session("/show/whep")).startsWith("/whep/show/");
        assertThat(header(server.join("/api/whep", "Authorization", "Bearer show"), "Location"))
                .startsWith("/whep/show/");
    }

    @Test
    void deleteEndsSessionAndEventStreams() {
        String session = server.session("/whep/" + stream());
        String address = events(session, "");
        try (EventReader reader = new EventReader(server.uri(address))) {
            assertThat(reader.next()).startsWith("viewercount");
            assertThat(server.send("DELETE", session, "").statusCode()).isEqualTo(200);
            assertThat(reader.next()).isEqualTo("end");
        }
        assertThat(server.get(address).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"scte35\"]",
                "[\"active\",\"nonsense\"]",
                "{}",
                "\"active\"",
                "[1]",
                "[[]]",
                "nonsense",
                "[null]"
            })
    void eventsThatWereNotAnnouncedAre400(String body) {
        String session = server.session("/whep/" + stream());
        HttpResponse<String> refused = server.send("POST", session + "/sse", body, "Content-Type", JSON);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(problem(refused)).isEqualTo("bad-events");
    }

    @Test
    void eventsOfAnUnknownSessionAre404() {
        assertThat(server.send("POST", "/whep/show/unknown/sse", "[]", "Content-Type", JSON)
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.get("/whep/show/unknown/sse/unknown").statusCode()).isEqualTo(404);
    }

    @Test
    void aViewerHearsHowThingsStandAndWhatChanges() {
        String stream = stream();
        String session = server.session("/whep/" + stream);
        String address = events(session, "[\"active\",\"inactive\",\"layers\",\"viewercount\",\"reconnect\"]");
        assertThat(address).matches(session + "/sse/[A-Za-z0-9_-]{22}");
        try (EventReader reader = new EventReader(server.uri(address))) {
            assertThat(reader.contentType()).isEqualTo("text/event-stream");
            assertThat(reader.next()).as("no initial inactive").isEqualTo("viewercount {\"viewercount\":0}");
            server.media.publish(new MediaEvent.StreamLive(stream, "p"));
            assertThat(reader.next()).isEqualTo("active {}");
            assertThat(reader.next()).isEqualTo("layers {\"1\":[]}");
            assertThat(reader.next()).startsWith("viewercount");
            server.media.publish(new MediaEvent.LayersChanged(stream, tracks(false)));
            assertThat(reader.next())
                    .isEqualTo("layers {\"1\":["
                            + "{\"rid\":\"h\",\"encodingId\":\"h\",\"bitrate\":0,\"width\":1280,\"height\":720},"
                            + "{\"rid\":\"l\",\"encodingId\":\"l\",\"bitrate\":320000,\"width\":320,\"height\":180}]}");
            server.media.publish(new MediaEvent.ViewerCount(stream, 3));
            assertThat(reader.next()).isEqualTo("viewercount {\"viewercount\":3}");
            server.media.publish(new MediaEvent.StreamIdle(stream, "p", CloseReason.SILENT));
            assertThat(reader.next()).isEqualTo("inactive {}");
            server.media.publish(new MediaEvent.ReconnectNeeded(
                    stream, session.substring(session.lastIndexOf('/') + 1), "another codec"));
            assertThat(reader.next()).isEqualTo("reconnect {}");
        }
    }

    @Test
    void whoComesWhileItIsLiveIsToldAtOnce() {
        String stream = stream();
        server.media.publish(new MediaEvent.StreamLive(stream, "p"));
        server.media.publish(new MediaEvent.LayersChanged(stream, tracks(true)));
        server.media.publish(new MediaEvent.ViewerCount(stream, 1));
        String session = server.session("/whep/" + stream);
        try (EventReader reader = new EventReader(server.uri(events(session, "")))) {
            assertThat(reader.next()).isEqualTo("active {}");
            assertThat(reader.next()).startsWith("layers {\"1\":[{\"rid\":\"h\"");
            assertThat(reader.next()).isEqualTo("viewercount {\"viewercount\":1}");
        }
    }

    @Test
    void onlyWhatWasAskedForIsSent() {
        String stream = stream();
        String session = server.session("/whep/" + stream);
        try (EventReader reader = new EventReader(server.uri(events(session, "[\"inactive\"]")))) {
            server.media.publish(new MediaEvent.StreamLive(stream, "p"));
            server.media.publish(new MediaEvent.ViewerCount(stream, 3));
            server.media.publish(new MediaEvent.StreamIdle(stream, "p", CloseReason.DELETED));
            assertThat(reader.next()).isEqualTo("inactive {}");
        }
    }

    @Test
    void anEventStreamIsDeletedAlone() {
        String session = server.session("/whep/" + stream());
        String address = events(session, "");
        assertThat(server.send("DELETE", address, "").statusCode()).isEqualTo(200);
        assertThat(server.get(address).statusCode()).isEqualTo(404);
        assertThat(server.get(session).statusCode()).isEqualTo(204);
    }

    @Test
    void eventStreamsOfASessionAreBounded() {
        String session = server.session("/whep/" + stream());
        String first = events(session, "");
        for (int i = 0; i < 8; i++) {
            events(session, "");
        }
        assertThat(server.get(first).statusCode()).isEqualTo(404);
    }

    @Test
    void aSessionTheMediaServerEndedTakesItsEventsAlong() {
        String session = server.session("/whep/" + stream());
        try (EventReader reader = new EventReader(server.uri(events(session, "")))) {
            assertThat(reader.next()).startsWith("viewercount");
            server.media.close(session.substring(session.lastIndexOf('/') + 1), Role.PLAY, CloseReason.SILENT);
            assertThat(reader.next()).isEqualTo("end");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "{\"mediaId\":\"1\",\"rid\":\"h\"}|v1|h",
                "{\"mediaId\":\"v1\",\"encodingId\":\"l\"}|v1|l",
                "{\"rid\":\"h\"}|null|h",
                "{\"mediaId\":1}|v1|null",
                "{}|null|null"
            })
    void aLayerIsChosen(String body, String mid, String rid) {
        String session = server.session("/whep/" + stream());
        HttpResponse<String> chosen = server.send("POST", session + "/layer", body, "Content-Type", JSON);
        assertThat(chosen.statusCode()).isEqualTo(200);
        assertThat(server.media.last(MediaCommand.SelectLayer.class))
                .isEqualTo(new MediaCommand.SelectLayer(session.substring(session.lastIndexOf('/') + 1), mid, rid));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|application/json|400",
                "nonsense|application/json|400",
                "{\"mediaId\":\"7\"}|application/json|400",
                "{\"maxWidth\":640}|application/json|422",
                "{}|text/plain|415"
            })
    void aChoiceThatIsNoneIsRefused(String body, String type, int status) {
        String session = server.session("/whep/" + stream());
        HttpResponse<String> refused = server.send("POST", session + "/layer", body, "Content-Type", type);
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(problem(refused)).isNotEmpty();
    }

    @Test
    void aLayerThatIsNotThereIs400() {
        String session = server.session("/whep/" + stream());
        server.media.refuse(RefusalKind.NO_SUCH_LAYER);
        HttpResponse<String> refused = server.send("POST", session + "/layer", "{\"rid\":\"x\"}", "Content-Type", JSON);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(problem(refused)).isEqualTo("no-such-layer");
    }

    @Test
    void aLayerThatRestsKeepsItsBitrateAndSaysSo() {
        String stream = stream();
        server.media.publish(new MediaEvent.StreamLive(stream, "p"));
        LayerInfo resting = new LayerInfo("h", false, true, 1280, 720, 0, 1_500_000, 1, 0, 0, 0, 0);
        server.media.publish(new MediaEvent.LayersChanged(
                stream, List.of(new TrackInfo("1", "video", "H264", "", List.of(resting)))));
        try (EventReader reader = new EventReader(server.uri(events(server.session("/whep/" + stream), "")))) {
            assertThat(reader.next()).isEqualTo("active {}");
            assertThat(reader.next()).contains("\"bitrate\":1500000,\"dormant\":true");
        }
    }

    @Test
    void aViewerIsToldWhatItGetsAndWhy() {
        String session = server.session("/whep/" + stream());
        String id = session.substring(session.lastIndexOf('/') + 1);
        server.media.sessions.put(id, ApiTest.viewer(id));
        HttpResponse<String> quality = server.get(session + "/quality");
        assertThat(quality.statusCode()).isEqualTo(200);
        assertThat(header(quality, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(quality, "Content-Type")).isEqualTo(JSON);
        JsonObject body = new JsonObject(quality.body());
        assertThat(body.getJsonObject("link").getLong("estimateBps")).isEqualTo(640_000);
        JsonObject sent = body.getJsonArray("sent").getJsonObject(0);
        assertThat(sent.getString("reason")).isEqualTo("bandwidth");
        assertThat(sent.getString("why")).startsWith("Your connection carries about 640 kb/s");
        assertThat(quality.body()).as("an address is nobody else's business").doesNotContain("198.51.100.7", id);
        JsonObject latency = body.getJsonObject("latency");
        assertThat(latency.getDouble("totalMs")).isEqualTo(25.2);
        assertThat(latency.getJsonArray("unknown")).containsExactly("buffer");
        assertThat(latency.fieldNames()).doesNotContain("session", "participant");
    }

    @Test
    void whatAPlayerMeasuredIsTakenAndNonsenseIsNot() {
        String session = server.session("/whep/" + stream());
        String id = session.substring(session.lastIndexOf('/') + 1);
        assertThat(server.send("POST", session + "/quality", "{\"bufferMs\": 31.5}", "Content-Type", JSON)
                        .statusCode())
                .isEqualTo(204);
        assertThat(server.media.commands).contains(new MediaCommand.ReportPlayback(id, 31.5));
        for (String nonsense :
                List.of("", "[]", "{}", "{\"bufferMs\":\"31\"}", "{\"bufferMs\":-1}", "{\"bufferMs\":1e9}")) {
            assertThat(problem(server.send("POST", session + "/quality", nonsense, "Content-Type", JSON)))
                    .as(nonsense)
                    .isEqualTo("bad-request");
        }
        assertThat(problem(server.send("POST", session + "/quality", "31", "Content-Type", "text/plain")))
                .isEqualTo("unsupported-type");
        assertThat(problem(
                        server.send("POST", "/whep/show/unknown/quality", "{\"bufferMs\": 1}", "Content-Type", JSON)))
                .isEqualTo("no-such-session");
    }

    @Test
    void theQualityOfASessionThatIsNotThereIs404() {
        HttpResponse<String> unknown = server.get("/whep/show/unknown/quality");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(problem(unknown)).isEqualTo("no-such-session");
        String session = server.session("/whep/" + stream());
        assertThat(problem(server.get(session + "/quality")))
                .as("the media server has ended it already")
                .isEqualTo("no-such-session");
        String published = server.session("/whip/" + stream());
        assertThat(server.get(published.replace("/whip/", "/whep/") + "/quality")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void viewersBeyondTheLimitAreSentToThePlaylistsUntilOneLeaves() {
        try (Server small = new Server(Map.of("limits.webrtc", "2"))) {
            String first = header(small.join("/whep/show"), "Location");
            assertThat(small.join("/whep/other").statusCode()).isEqualTo(201);
            HttpResponse<String> refused = small.join("/whep/show");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(problem(refused)).isEqualTo("full");
            assertThat(header(refused, "Retry-After")).isEqualTo("10");
            assertThat(refused.body()).contains("manifest.mpd");
            assertThat(small.join("/whip/show").statusCode())
                    .as("publishers are no viewers")
                    .isEqualTo(201);

            assertThat(small.send("DELETE", first, "").statusCode()).isEqualTo(200);
            assertThat(small.join("/whep/show").statusCode()).isEqualTo(201);
        }
    }

    @Test
    void whoWasRefusedByTheMediaServerTakesNoPlace() {
        try (Server small = new Server(Map.of("limits.webrtc", "1"))) {
            small.media.refuse(RefusalKind.UNSUPPORTED_CODEC);
            assertThat(small.join("/whep/show").statusCode()).isEqualTo(422);
            small.media.refuse(null);
            assertThat(small.join("/whep/show").statusCode()).isEqualTo(201);
        }
    }
}
