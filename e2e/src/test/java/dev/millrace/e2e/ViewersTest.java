package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.CAMERA_720P;
import static dev.millrace.e2e.Peers.play;
import static dev.millrace.e2e.Peers.publish;
import static dev.millrace.e2e.Peers.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a running stream is joined, and how several viewers of it fare. */
@Alone
class ViewersTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final int JOINS = Figures.strict() ? 30 : 12;
    private static final int WATCH_S = Figures.strict() ? 60 : 20;

    @Test
    @DisplayName("A running stream shows its first frame soon after the request, whenever it is joined")
    void joinTime() {
        String stream = SERVER.freshStream();
        var publisher = browsers.peer().publish(publish(SERVER.whip(stream), "H264", CAMERA_720P));
        var page = browsers.peer();
        page.play(play(SERVER.whep(stream))).awaitFrames(30);
        Random pauses = new Random(7);
        List<Double> joins = new ArrayList<>();
        for (int i = 0; i < JOINS; i++) {
            var player = page.play(with(play(SERVER.whep(stream)), "gather", false));
            joins.add(page.call("firstFrameMs", player.id()).getAsDouble());
            assertThat(player.stop()).isEqualTo(200);
            // Joins in step with anything periodic would measure nothing.
            Await.pause(200 + pauses.nextInt(900));
        }
        double[] ms = joins.stream().mapToDouble(Double::doubleValue).toArray();
        double p50 = Figures.percentile(ms, 50);
        Figures.write(
                "join",
                Map.of(
                        "p50Ms", p50,
                        "p90Ms", Figures.percentile(ms, 90),
                        "maxMs", Figures.percentile(ms, 100),
                        "joins", ms.length,
                        "publisherKeyFrames", keyFrames(publisher)));
        assertThat(joins).as("a first frame came every time").allMatch(one -> one > 0);
        if (Figures.strict()) {
            assertThat(p50).isLessThan(400);
        }
    }

    @Test
    @DisplayName("Eight viewers of 720p in one browser play without a freeze and without a lost packet")
    void eightViewers() {
        String stream = SERVER.freshStream();
        browsers.peer().publish(publish(SERVER.whip(stream), "H264", CAMERA_720P));
        var page = browsers.peer(browsers.secondProcess());
        List<PeerPage.Session> players = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            // Painting eight pictures without a GPU costs more than decoding them: one is shown, all are decoded.
            players.add(page.play(with(play(SERVER.whep(stream)), "decodeOnly", i > 0)));
        }
        players.forEach(player -> player.awaitFrames(30));

        List<Integer> ids = players.stream().map(PeerPage.Session::id).toList();
        var results = page.call("watchFreezesFor", ids, WATCH_S * 1000).getAsJsonArray();
        double frames = 0;
        double longest = 0;
        double freezes = 0;
        double lost = 0;
        for (JsonElement result : results) {
            JsonObject one = result.getAsJsonObject();
            frames += one.get("frames").getAsDouble();
            longest = Math.max(longest, one.get("longestMs").getAsDouble());
            freezes += one.get("freezes").getAsDouble();
            lost += one.get("lost").getAsDouble();
        }
        Figures.write(
                "eight-viewers",
                Map.of(
                        "framesPerSecond",
                        frames / 8 / WATCH_S,
                        "longestGapMs",
                        longest,
                        "freezes",
                        freezes,
                        "lostPackets",
                        lost));
        if (Figures.strict()) {
            assertThat(freezes).as("gaps over 500 ms: %s", results).isZero();
            assertThat(lost).as("%s", results).isZero();
        }
        assertThat(longest)
                .as("longest gap in ms on a machine that may be busy: %s", results)
                .isLessThan(2000);
        assertThat(lost).as("%s", results).isLessThan(8 * 20);
        assertThat(frames / 8 / WATCH_S).isGreaterThan(Figures.strict() ? 28 : 15);
    }

    private static double keyFrames(PeerPage.Session publisher) {
        JsonElement count = publisher.outbound().get(0).getAsJsonObject().get("keyFramesEncoded");
        return count == null ? 0 : count.getAsDouble();
    }
}
