package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.BARCODE_720P;
import static dev.millrace.e2e.Peers.CAMERA_360P;
import static dev.millrace.e2e.Peers.play;
import static dev.millrace.e2e.Peers.publish;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A browser's broadcast for the audience behind caches, with a real transcoder beside the server. */
class OriginTest {
    private static final Pattern STAMP = Pattern.compile("-([0-9a-f]{24})-");

    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @Test
    @DisplayName("A worker killed in mid-broadcast costs a discontinuity, and viewers by WebRTC nothing")
    void workerKilled() {
        String stream = SERVER.freshStream();
        browsers.peer().publish(publish(SERVER.whip(stream), "H264", BARCODE_720P));
        var player = browsers.peer().play(play(SERVER.whep(stream)));
        player.awaitFrames(10);
        List<String> all = List.of("video.m3u8", "480p.m3u8", "360p.m3u8", "144p.m3u8", "mp4a.40.2");
        String index = await(stream, "index.m3u8", text -> all.stream().allMatch(text::contains));
        assertThat(index).doesNotContain("720p.m3u8");
        await(stream, "144p.m3u8", text -> text.contains("#EXTINF"));
        await(stream, "audio.m3u8", text -> text.contains("#EXTINF"));

        long framesBefore = player.framesDecoded();
        long killedNs = System.nanoTime();
        TranscodeWorkers.kill();
        for (String name : List.of("video.m3u8", "144p.m3u8", "audio.m3u8")) {
            await(stream, name, OriginTest::goesOnAfterDiscontinuity);
        }
        double resumedMs = (System.nanoTime() - killedNs) / 1e6;
        Figures.write("worker-killed", Map.of("resumedAfterMs", resumedMs));
        if (Figures.strict()) {
            assertThat(resumedMs).isLessThan(5_000);
        }
        Await.until(
                "more pictures by WebRTC", Await.PATIENCE, player::framesDecoded, frames -> frames > framesBefore + 10);
        assertThat(player.inbound().connection()).isEqualTo("connected");
    }

    @Test
    @DisplayName(
            "VP8 is made into H.264; a broadcaster who begins again goes on under the same names; a still is there")
    void otherCodecAndReturn() {
        String stream = SERVER.freshStream();
        var page = browsers.peer();
        var first = page.publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));
        HttpResponse<String> still = Await.until(
                "a still", Await.PATIENCE, () -> get(stream, "thumb.jpg"), each -> each.statusCode() == 200);
        assertThat(still.headers().firstValue("content-type")).contains("image/jpeg");
        String index = await(stream, "index.m3u8", text -> text.contains("avc1"));
        assertThat(index).contains("video.m3u8", "144p.m3u8");
        String before = await(stream, "video.m3u8", text -> text.contains("#EXTINF"));

        first.stop();
        page.publish(publish(SERVER.whip(stream), "VP8", CAMERA_360P));
        String after = await(stream, "video.m3u8", OriginTest::goesOnAfterDiscontinuity);
        assertThat(stamp(after)).isEqualTo(stamp(before));
    }

    private static boolean goesOnAfterDiscontinuity(String playlist) {
        int at = playlist.lastIndexOf("#EXT-X-DISCONTINUITY\n");
        return at >= 0 && playlist.indexOf("#EXT-X-PART:", at) > 0;
    }

    private static String stamp(String playlist) {
        Matcher found = STAMP.matcher(playlist);
        assertThat(found.find()).as(playlist).isTrue();
        return found.group(1);
    }

    private static String await(String stream, String object, Predicate<String> good) {
        return Await.until(
                        object + " of " + stream,
                        Await.PATIENCE,
                        () -> get(stream, object),
                        reply -> reply.statusCode() == 200 && good.test(reply.body()))
                .body();
    }

    private static HttpResponse<String> get(String stream, String object) {
        return HttpPeer.send(HttpPeer.request(SERVER.url("/live/" + stream + "/" + object))
                .timeout(Duration.ofSeconds(20))
                .build());
    }
}
