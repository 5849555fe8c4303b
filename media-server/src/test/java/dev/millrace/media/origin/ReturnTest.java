package dev.millrace.media.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.OriginReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Players stay with the playlists they chose, whatever the broadcaster who returns sends. */
class ReturnTest {
    private static final List<String> LAYERS = List.of("q", "h", "f");

    private final Studio studio = new Studio(FakeTranscoder.none());
    private Camera camera = Camera.simulcast();

    private void begin(Camera first) {
        camera = studio.publish(first);
        studio.text("index.m3u8");
        studio.run(7_000);
    }

    private void returns(Camera next) {
        studio.leave(camera);
        studio.run(1_000);
        camera = studio.publish(next);
    }

    /** Somebody plays: it goes on being packaged. */
    private void watch(long ms) {
        for (long i = 0; i < ms; i += 5_000) {
            studio.run(Math.min(5_000, ms - i));
            studio.text("index.m3u8");
        }
    }

    private PlaylistText read(String name) {
        return new PlaylistText(studio.text(name + ".m3u8"));
    }

    @Test
    void threeLayersThenOneThenThree() {
        begin(Camera.simulcast());
        returns(Camera.single());
        studio.run(2_500);
        for (String layer : LAYERS) {
            PlaylistText text = read(layer);
            assertThat(text.last().track()).isEqualTo("video");
            assertThat(text.last().epoch()).isEqualTo(1);
            assertThat(text.segments.getFirst().track()).isEqualTo(layer);
            assertThat(text.segments).noneMatch(PlaylistText.Listed::gap);
        }
        assertThat(studio.text("index.m3u8")).contains("\nvideo.m3u8").doesNotContain("\nf.m3u8", "\nq.m3u8");
        studio.run(1_500);
        returns(Camera.simulcast());
        studio.run(4_500);
        for (String layer : LAYERS) {
            PlaylistText text = read(layer);
            assertThat(text.tracks()).containsExactly(layer, "video", layer);
            assertThat(text.last().epoch()).isEqualTo(2);
        }
        PlaylistText alone = read("video");
        assertThat(alone.last().track()).isEqualTo("f");
        assertThat(studio.text("index.m3u8"))
                .contains("\nf.m3u8", "\nq.m3u8")
                .as("what it would tell of it is another's")
                .doesNotContain("\nvideo.m3u8");
        watch(30_000);
        for (String layer : LAYERS) {
            assertThat(read(layer).segments)
                    .hasSizeGreaterThan(5)
                    .allMatch(each -> each.track().equals(layer) && each.epoch() == 2);
        }
        assertThat(read("video").segments).allMatch(each -> each.track().equals("f"));
    }

    @Test
    void whatStandsInIsFetchedUnderItsOwnName() {
        begin(Camera.simulcast());
        returns(Camera.single());
        studio.run(3_500);
        String text = studio.text("q.m3u8");
        assertThat(text.lines().filter(line -> !line.startsWith("#")).toList())
                .hasSizeGreaterThan(2)
                .allMatch(line -> studio.get(line) instanceof OriginReply.Whole);
        String open = text.substring(text.lastIndexOf("#EXTINF"));
        assertThat(open).contains("URI=\"video-stamp0-").doesNotContain("URI=\"q-stamp0-", "URI=\"q.m3u8");
        assertThat(open)
                .contains("#EXT-X-RENDITION-REPORT:URI=\"f.m3u8\"", "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"video-");
        String map = text.substring(text.lastIndexOf("#EXT-X-MAP")).replaceAll("(?s).*?URI=\"([^\"]*)\".*", "$1");
        assertThat(map).startsWith("video-");
        assertThat(studio.get(map)).isInstanceOf(OriginReply.Whole.class);
    }

    @Test
    void reloadsAreHeldThroughTheReturnAndAnsweredWithWhatStandsIn() {
        begin(Camera.simulcast());
        PlaylistText before = read("h");
        studio.leave(camera);
        studio.run(100);
        PlaylistText gone = read("h");
        assertThat(studio.text("h.m3u8")).as("nobody knows whose it will be").doesNotContain("PRELOAD-HINT");
        CompletableFuture<OriginReply> held =
                studio.ask("h.m3u8?_HLS_msn=" + gone.next() + "&_HLS_part=" + gone.openParts.size() + "&_HLS_skip=YES");
        CompletableFuture<OriginReply> whole = studio.ask("h.m3u8?_HLS_msn=" + gone.next());
        studio.run(1_000);
        assertThat(held).isNotDone();
        assertThat(whole)
                .as("it is told as whole when it is known what follows")
                .isNotDone();
        camera = studio.publish(Camera.single());
        studio.run(1_500);
        assertThat(held).isDone();
        assertThat(whole).isDone();
        long next = gone.next() + 1;
        PlaylistText after = new PlaylistText(Studio.text(held.join()));
        assertThat(after.openParts).isNotEmpty().allMatch(each -> each.startsWith("video" + next + "."));
        assertThat(after.over(before)).isEqualTo(read("h").known());
        for (int i = 0; i < 20; i++) {
            PlaylistText known = read("h");
            CompletableFuture<OriginReply> reload = studio.ask(
                    "h.m3u8?_HLS_msn=" + known.next() + "&_HLS_part=" + known.openParts.size() + "&_HLS_skip=YES");
            studio.run(260);
            assertThat(reload).isDone();
            List<String> applied = new PlaylistText(Studio.text(reload.join())).over(known);
            List<String> now = read("h").known();
            applied.retainAll(now);
            assertThat(now).as("no more than a segment later").startsWith(applied.toArray(new String[0]));
            assertThat(applied).hasSizeGreaterThanOrEqualTo(now.size() - 1);
        }
    }

    @Test
    void aLayerOfTheReturnThatComesSoonIsWaitedFor() {
        begin(Camera.simulcast());
        Camera slow = Camera.simulcast();
        slow.layersApartNs = 1_000 * Studio.MS;
        returns(slow);
        studio.run(1_500);
        assertThat(read("q").openParts).isNotEmpty();
        assertThat(read("f").next())
                .as("nothing of the return is told")
                .isLessThan(read("q").next());
        assertThat(read("f").last().epoch()).isZero();
        studio.run(4_000);
        for (String layer : LAYERS) {
            assertThat(read(layer).segments).allMatch(each -> each.track().equals(layer));
            assertThat(read(layer).last().epoch()).isEqualTo(1);
        }
    }

    @Test
    void aLayerThatComesTooLateBeginsWithAnEpochOfItsOwn() {
        begin(Camera.simulcast());
        Camera slow = Camera.simulcast();
        slow.layersApartNs = 4_000 * Studio.MS;
        returns(slow);
        studio.run(6_500);
        assertThat(read("f").last().track()).isEqualTo("q");
        assertThat(read("f").last().epoch()).isEqualTo(1);
        watch(12_000);
        for (String layer : LAYERS) {
            PlaylistText text = read(layer);
            assertThat(text.last().track()).isEqualTo(layer);
            assertThat(text.segments).noneMatch(PlaylistText.Listed::gap);
        }
        int epoch = read("q").last().epoch();
        watch(40_000);
        assertThat(read("q").last().epoch()).as("once is enough").isEqualTo(epoch);
    }

    @Test
    void aLayerThatNeverComesIsStoodInForAndNothingElseChanges() {
        begin(Camera.simulcast());
        Camera poor = Camera.simulcast();
        poor.silentLayer = 2;
        returns(poor);
        watch(20_000);
        assertThat(read("f").last().track()).isIn("q", "h");
        assertThat(read("f").last().epoch()).isEqualTo(1);
        assertThat(read("f").segments).noneMatch(PlaylistText.Listed::gap);
        watch(15_000);
        assertThat(studio.text("index.m3u8")).contains("\nq.m3u8", "\nh.m3u8").doesNotContain("\nf.m3u8");
    }

    @Test
    void soundThatIsLeftOutIsSilence() {
        for (FakeTranscoder transcoder : List.of(FakeTranscoder.none(), FakeTranscoder.working())) {
            Studio other = new Studio(transcoder);
            Camera first = other.publish(Camera.single());
            other.text("index.m3u8");
            other.run(7_000);
            other.leave(first);
            other.run(1_000);
            other.publish(new Camera("H264", true, false));
            other.run(8_000);
            PlaylistText sound = new PlaylistText(other.text("audio.m3u8"));
            PlaylistText pictures = new PlaylistText(other.text("video.m3u8"));
            assertThat(sound.last().epoch()).isEqualTo(1);
            assertThat(sound.next()).isBetween(pictures.next() - 1, pictures.next());
            assertThat(sound.segments).noneMatch(PlaylistText.Listed::gap);
            assertThat(other.text("index.m3u8")).contains("audio.m3u8");
        }
    }

    @Test
    void soundThatWasNeverThereIsNotMadeUp() {
        begin(new Camera("H264", true, false));
        returns(new Camera("H264", true, false));
        studio.run(5_000);
        assertThat(studio.text("index.m3u8")).doesNotContain("audio.m3u8");
        assertThat(studio.get("audio.m3u8")).isInstanceOf(OriginReply.Refused.class);
    }

    @Test
    void picturesThatAreLeftOutAreBlack() {
        begin(Camera.simulcast());
        returns(new Camera("H264", false, true));
        studio.run(6_000);
        for (String layer : LAYERS) {
            PlaylistText text = read(layer);
            assertThat(text.last().track()).isEqualTo("video");
            assertThat(text.last().epoch()).isEqualTo(1);
            assertThat(text.segments).noneMatch(PlaylistText.Listed::gap);
            assertThat(text.next()).isEqualTo(read("audio").next());
        }
        assertThat(studio.text("index.m3u8")).contains("RESOLUTION=256x144");
        returns(Camera.simulcast());
        studio.run(3_000);
        LAYERS.forEach(layer -> assertThat(read(layer).last().track()).isEqualTo(layer));
    }

    @Test
    void manyReturnsAreBounded() {
        begin(Camera.simulcast());
        for (int i = 0; i < 10; i++) {
            returns(i % 2 == 0 ? Camera.single() : Camera.simulcast());
            studio.run(6_000);
            for (String layer : LAYERS) {
                PlaylistText text = read(layer);
                assertThat(text.last().epoch()).isEqualTo(i + 1);
                assertThat(text.segments).hasSizeLessThan(12);
            }
        }
    }
}
