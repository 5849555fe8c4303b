package dev.millrace.signaling;

import static dev.millrace.signaling.Server.header;
import static dev.millrace.signaling.Server.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.Role;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What publishers are told: which of their layers somebody watches. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublisherEventsTest {
    private static final String JSON = "application/json";

    private final Server server = new Server(Map.of());
    private int streams;

    @AfterAll
    void stop() {
        server.close();
    }

    private String session() {
        return server.session("/whip/show" + streams++);
    }

    private String events(String session) {
        HttpResponse<String> made = server.send("POST", session + "/sse", "[\"layers-wanted\"]", "Content-Type", JSON);
        assertThat(made.statusCode()).isEqualTo(201);
        return header(made, "Location");
    }

    private static String id(String session) {
        return session.substring(session.lastIndexOf('/') + 1);
    }

    private void demand(String session, boolean low, boolean high) {
        Map<String, Boolean> layers = new TreeMap<>(Map.of("l", low, "h", high));
        server.media.publish(new MediaEvent.LayerDemand("show", id(session), "1", layers));
    }

    private static String told(boolean low, boolean high) {
        return "layers-wanted {\"mid\":\"1\",\"layers\":{\"h\":" + high + ",\"l\":" + low + "}}";
    }

    @Test
    void theAnswerOffersThem() {
        HttpResponse<String> made = server.join("/whip/show");
        assertThat(made.headers().allValues("Link"))
                .containsExactly("<" + header(made, "Location")
                        + "/sse>; rel=\"urn:millrace:whip:ext:server-sent-events\"; events=\"layers-wanted\"");
    }

    @Test
    void aPublisherHearsWhatIsWantedAndWhatIsNot() {
        String session = session();
        try (EventReader reader = new EventReader(server.uri(events(session)))) {
            demand(session, true, false);
            assertThat(reader.next()).isEqualTo(told(true, false));
            demand(session(), false, false);
            demand(session, true, true);
            assertThat(reader.next()).as("not what another session was told").isEqualTo(told(true, true));
        }
    }

    @Test
    void whoConnectsAnewIsToldHowThingsStand() {
        String session = session();
        demand(session, false, true);
        demand(session, true, false);
        try (EventReader reader = new EventReader(server.uri(events(session)))) {
            assertThat(reader.next()).isEqualTo(told(true, false));
        }
        try (EventReader reader = new EventReader(server.uri(events(session)))) {
            assertThat(reader.next()).isEqualTo(told(true, false));
        }
    }

    @Test
    void aNewSessionBeginsWithAllLayers() {
        String stream = "/whip/show" + streams++;
        demand(server.session(stream), true, false);
        String next = server.session(stream);
        try (EventReader reader = new EventReader(server.uri(events(next)))) {
            demand(next, true, true);
            assertThat(reader.next()).isEqualTo(told(true, true));
        }
    }

    @Test
    void theyEndWithTheSession() {
        String session = session();
        String address = events(session);
        try (EventReader reader = new EventReader(server.uri(address))) {
            server.media.close(id(session), Role.PUBLISH, CloseReason.TAKEN_OVER);
            assertThat(reader.next()).isEqualTo("end");
        }
        assertThat(server.get(address).statusCode()).isEqualTo(404);
    }

    @Test
    void whatWasNotAnnouncedIs400AndAnUnknownSession404() {
        String session = session();
        HttpResponse<String> refused = server.send("POST", session + "/sse", "[\"active\"]", "Content-Type", JSON);
        assertThat(problem(refused)).isEqualTo("bad-events");
        assertThat(server.send("POST", "/whip/show/unknown/sse", "").statusCode())
                .isEqualTo(404);
        assertThat(server.get(session + "/sse/unknown").statusCode()).isEqualTo(404);
    }
}
