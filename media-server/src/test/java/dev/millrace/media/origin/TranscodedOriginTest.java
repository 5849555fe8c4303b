package dev.millrace.media.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a stream has made of it, by a transcoder that is late, absent or dies. */
class TranscodedOriginTest {
    private final FakeTranscoder transcoder = FakeTranscoder.working();
    private final Studio studio = new Studio(transcoder);
    private final Spy spy = new Spy();

    TranscodedOriginTest() {
        studio.followers.add(spy);
    }

    @Test
    void simulcastGetsAacAndNoEncoderOfPictures() {
        studio.publish(Camera.simulcast());
        assertThat(transcoder.jobs).as("nothing before somebody asks").isEmpty();
        assertThat(studio.text("index.m3u8")).contains("mp4a.40.2", "f.m3u8").doesNotContain("opus", "144p");
        studio.run(15_000);
        assertThat(transcoder.jobs).hasSize(1);
        assertThat(transcoder.jobs.getFirst().spec.rungs()).isEmpty();
        assertNoGapsAndInSync();
    }

    @Test
    void oneLayerOfH264GoesThroughAndGetsTheSmallerRungs() {
        studio.publish(Camera.single());
        String index = studio.text("index.m3u8");
        assertThat(index).contains("video.m3u8", "144p.m3u8", "mp4a.40.2").doesNotContain("720p.m3u8");
        studio.run(15_000);
        assertNoGapsAndInSync();
    }

    @Test
    void noPlayerIsToldOfABroadcastWhoseSoundIsStillToCome() {
        transcoder.startMs = 12_000;
        studio.publish(Camera.simulcast());
        assertThat(studio.get("manifest.mpd")).isInstanceOf(OriginReply.Refused.class);
        assertThat(studio.text("manifest.mpd")).contains("mp4a.40.2");
        assertThat(studio.nowMs()).isBetween(12_000L, 14_500L);
    }

    @Test
    void aTranscoderThatNeverBeginsIsNotWaitedForForEver() {
        transcoder.startMs = 3_600_000;
        studio.publish(Camera.simulcast());
        for (int i = 0; i < 2; i++) {
            assertThat(studio.get("index.m3u8")).isInstanceOf(OriginReply.Refused.class);
            studio.run(1_000);
        }
        assertThat(studio.text("index.m3u8")).contains("f.m3u8").doesNotContain("audio.m3u8");
    }

    @Test
    void otherCodecsAreMadeIntoH264() {
        studio.publish(Camera.vp8());
        assertThat(studio.text("index.m3u8")).contains("video.m3u8", "mp4a.40.2");
        assertThat(studio.text("video.m3u8")).contains("#EXT-X-PART:");
    }

    @Test
    void withoutATranscoderOtherCodecsAreRefusedAtOnceWithTheReason() {
        Studio bare = new Studio(FakeTranscoder.none());
        bare.publish(Camera.vp8());
        OriginReply reply = bare.get("index.m3u8", 1_500);
        assertThat(reply).isInstanceOfSatisfying(OriginReply.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(OriginRefusal.NOT_PLAYABLE);
            assertThat(refused.detail()).contains("VP8", "FFmpeg is not installed.");
        });
    }

    @Test
    void aWorkerThatDiesCostsADiscontinuityAndSecondsAtMost() {
        studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(10_000);
        transcoder.startMs = 2_000;
        transcoder.kill();
        long killedMs = studio.nowMs();
        studio.run(100);
        assertThat(transcoder.open()).hasSize(2);
        while (!studio.text("audio.m3u8").contains("#EXT-X-DISCONTINUITY\n")
                || !studio.text("video.m3u8").contains("#EXT-X-DISCONTINUITY\n")
                || !studio.text("144p.m3u8").contains("#EXT-X-DISCONTINUITY\n")) {
            studio.run(100);
            assertThat(studio.nowMs() - killedMs).isLessThan(5_000);
        }
        studio.run(15_000);
        assertThat(spy.worstSkewMs()).isLessThan(40);
        assertThat(info().problem()).isEmpty();
    }

    @Test
    void aWorkerThatAlwaysDiesLeavesOpusAndSaysSo() {
        studio.publish(Camera.simulcast());
        studio.text("index.m3u8");
        for (int i = 0; i < 6; i++) {
            transcoder.startMs = 60_000;
            transcoder.kill();
            studio.run(500);
        }
        studio.run(3_000);
        assertThat(info().problem()).contains("died");
        assertThat(info().tracks()).anyMatch(each -> each.codec().equals("opus"));
        assertThat(transcoder.jobs.size()).isLessThan(8);
    }

    @Test
    void aTranscoderUnderLoadMakesNoGaps() {
        transcoder.videoLateMs = 900;
        transcoder.audioLateMs = 400;
        studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(15_000);
        assertNoGapsAndInSync();
    }

    @Test
    void stillsAreMadeWhenAskedForWithoutPackaging() {
        Camera camera = studio.publish(Camera.simulcast());
        studio.run(2_000);
        for (int i = 0; i < 5; i++) {
            assertThat(studio.get("thumb.jpg", 2_000)).isInstanceOf(OriginReply.Still.class);
        }
        assertThat(transcoder.stills).isEqualTo(1);
        studio.run(1_000);
        assertThat(camera.listened).isFalse();
        assertThat(transcoder.jobs).isEmpty();
        studio.run(5_000);
        studio.get("thumb.jpg", 2_000);
        assertThat(transcoder.stills).isEqualTo(2);
    }

    @Test
    void aStillOfABroadcastWithoutKeyframesIsRefused() {
        Camera camera = Camera.single();
        camera.keyframes = false;
        studio.publish(camera);
        assertThat(studio.get("thumb.jpg")).isInstanceOf(OriginReply.Refused.class);
        studio.run(1_000);
        assertThat(camera.listened).isFalse();
    }

    @Test
    void whoFollowsHasItPackagedWithoutAnyRequest() {
        spy.wants = true;
        Camera camera = studio.publish(Camera.single());
        studio.run(40_000);
        assertThat(camera.listened).isTrue();
        assertThat(spy.begun).isEqualTo(1);
        assertThat(spy.segments).isGreaterThan(30);
        spy.wants = false;
        studio.run(21_000);
        assertThat(camera.listened).isFalse();
        assertThat(spy.ended).isEqualTo(1);
        spy.wants = true;
        studio.origins.reconsider(Studio.STREAM);
        studio.run(100);
        assertThat(camera.listened).isTrue();
        assertThat(transcoder.open()).isNotEmpty();
    }

    private void assertNoGapsAndInSync() {
        assertThat(spy.gaps).as("gaps").isZero();
        assertThat(spy.worstSkewMs()).as("skew in ms").isLessThan(40);
        assertThat(info().tracks()).allSatisfy(each -> {
            assertThat(each.gaps()).as("gaps of %s", each.name()).isZero();
            assertThat(each.dropped()).as("dropped of %s", each.name()).isLessThan(100);
        });
        List<String> names =
                info().tracks().stream().map(OriginInfo.OriginTrack::name).toList();
        assertThat(names).contains("audio");
    }

    private OriginInfo info() {
        return Objects.requireNonNull(studio.origins.describe(Studio.STREAM));
    }
}
