package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.CAMERA_360P;
import static dev.millrace.e2e.Peers.CANVAS_540P;
import static dev.millrace.e2e.Peers.play;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Broadcasters that come late, come back and vanish, as their viewers see it. */
@Alone
class ComingAndGoingTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    /** About 10 s of silence, then the event; some room for a busy machine. */
    private static final Duration NOTICED = Duration.ofSeconds(20);

    /** Well before silence alone would end the session. */
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    @Test
    @DisplayName("A viewer who came first sees the broadcaster as soon as he goes live")
    void viewerFirst() {
        String stream = SERVER.freshStream();
        var player = browsers.peer().play(play(SERVER.whep(stream)));
        player.call("follow");
        Await.pause(700);
        assertThat(player.framesDecoded()).isZero();

        browsers.peer().publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));

        player.awaitFrames(20);
        awaitEvent(player, "active", Await.PATIENCE);
    }

    @Test
    @DisplayName("The broadcaster's page is reloaded: the viewer has picture again within 3 s, same session")
    void reload() {
        String stream = SERVER.freshStream();
        var options = publish(SERVER.whip(stream), "H264", CAMERA_360P);
        var broadcaster = browsers.peer();
        broadcaster.publish(options);
        var player = browsers.peer().play(play(SERVER.whep(stream)));
        player.awaitFrames(30);

        // The page is gone without a DELETE, as a reload leaves it, and a fresh one publishes to the same stream.
        broadcaster = browsers.reload(broadcaster);
        long framesBefore = player.framesDecoded();
        long republishedNs = System.nanoTime();
        broadcaster.publish(options);
        Await.until("picture again", Await.PATIENCE, player::framesDecoded, frames -> frames >= framesBefore + 3);
        double backMs = (System.nanoTime() - republishedNs) / 1e6;
        Figures.write("takeover", Map.of("publishToPictureMs", backMs));

        assertThat(backMs).as("ms from publishing again to picture").isLessThan(3000);
        player.awaitFrames(20);
        assertThat(player.inbound().connection()).isEqualTo("connected");
        assertThat(player.call("signalings").getAsInt())
                .as("descriptions set since the start")
                .isEqualTo(1);
    }

    @Test
    @DisplayName("A broadcaster who stops is missed at once, one who vanishes within about 10 s")
    void gone() {
        String stream = SERVER.freshStream();
        var stopped = browsers.peer().publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));
        var player = browsers.peer().play(play(SERVER.whep(stream)));
        player.call("follow");
        player.awaitFrames(10);

        assertThat(stopped.stop()).isEqualTo(200);
        awaitEvent(player, "inactive", AT_ONCE);

        var killed = browsers.secondProcess();
        browsers.peer(killed).publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));
        player.awaitFrames(10);
        player.call("forgetEvents");
        long goneNs = System.nanoTime();
        browsers.kill(killed);
        awaitEvent(player, "inactive", NOTICED);
        Figures.write("vanished", Map.of("noticedAfterMs", (System.nanoTime() - goneNs) / 1e6));
    }

    @Test
    @DisplayName("A viewer who came first and lacks the publisher's codec is told to reconnect, and then told why")
    void reconnectEvent() {
        String stream = SERVER.freshStream();
        var page = browsers.peer();
        var options = with(play(SERVER.whep(stream)), "codecs", List.of("H264"));
        var player = page.play(options);
        player.call("follow");

        browsers.peer().publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));

        awaitEvent(player, "reconnect", Await.PATIENCE);
        assertThat(page.attempt("play", options).status()).isEqualTo(422);
    }

    @Test
    @DisplayName("A second broadcaster with the same key takes over within a second; the viewer stays")
    void takeover() {
        String stream = SERVER.freshStream();
        var options = publish(SERVER.whip(stream), "VP8", CAMERA_360P);
        var first = browsers.peer().publish(options);
        var player = browsers.peer().play(play(SERVER.whep(stream)));
        player.awaitFrames(30);

        var second = browsers.peer().publish(with(options, "source", CANVAS_540P));
        Await.until(
                "the second one's picture",
                Await.PATIENCE,
                player::inbound,
                inbound -> inbound.video("frameWidth") == 960);
        player.awaitFrames(10);

        assertThat(player.call("signalings").getAsInt()).isEqualTo(1);
        assertThat(first.stop()).as("DELETE of a session that was taken over").isIn(200, 404);
        player.awaitFrames(10);
        assertThat(second.stop()).isEqualTo(200);
    }

    private static void awaitEvent(PeerPage.Session player, String name, Duration limit) {
        Await.until(
                "the event " + name,
                limit,
                () -> player.call("eventsOf").getAsJsonArray(),
                events -> contains(events, name));
    }

    private static boolean contains(JsonArray events, String name) {
        return events.asList().stream()
                .anyMatch(event ->
                        event.getAsJsonObject().get("name").getAsString().equals(name));
    }
}
