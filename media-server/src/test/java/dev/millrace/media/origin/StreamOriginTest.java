package dev.millrace.media.origin;

import static dev.millrace.media.origin.Studio.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.OriginInfo.OriginState;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A stream's life for the audience behind caches, in virtual time. */
class StreamOriginTest {
    private final FakeTranscoder none = FakeTranscoder.none();

    @Test
    void theFirstRequestStartsPackagingAndIsAnsweredWithTheFirstParts() {
        Studio studio = new Studio(none);
        Camera camera = studio.publish(Camera.simulcast());
        studio.run(3_000);
        assertThat(camera.listened).isFalse();
        long askedMs = studio.nowMs();
        String index = studio.text("index.m3u8");
        assertThat(studio.nowMs() - askedMs).isLessThan(700);
        assertThat(index).contains("q.m3u8", "h.m3u8", "f.m3u8", "audio.m3u8", "opus");
        String playlist = studio.text("f.m3u8");
        assertThat(playlist).contains("#EXT-X-PART:", "#EXT-X-PRELOAD-HINT:TYPE=PART");
        assertThat(studio.get(name(playlist, "URI=\"(f-[^\"]*init[^\"]*)\""))).isInstanceOf(OriginReply.Whole.class);
        assertThat(studio.get(name(playlist, "PART:[^\n]*URI=\"([^\"]*)\""))).isInstanceOf(OriginReply.Whole.class);
        assertThat(studio.text("manifest.mpd")).contains("<Period", "<Representation");
    }

    @Test
    void aBlockedReloadIsAnsweredAsSoonAsThePartIsWhole() {
        Studio studio = new Studio(none);
        studio.publish(Camera.single());
        studio.run(500);
        studio.text("index.m3u8");
        studio.run(3_000);
        String playlist = studio.text("video.m3u8");
        String hint = name(playlist, "PRELOAD-HINT:TYPE=PART,URI=\"([^\"]*)\"");
        Matcher numbers = Pattern.compile("-(\\d+)\\.(\\d+)\\.m4s").matcher(hint);
        assertThat(numbers.find()).isTrue();
        CompletableFuture<OriginReply> part = studio.ask(hint);
        List<CompletableFuture<OriginReply>> reloads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            reloads.add(studio.ask("video.m3u8?_HLS_msn=" + numbers.group(1) + "&_HLS_part=" + numbers.group(2)));
        }
        assertThat(part).isNotDone();
        studio.run(260);
        assertThat(part.join()).isInstanceOf(OriginReply.Whole.class);
        assertThat(reloads).allMatch(CompletableFuture::isDone);
        OriginReply.Text first = (OriginReply.Text) reloads.getFirst().join();
        assertThat(reloads)
                .as("rendered once")
                .allMatch(each -> ((OriginReply.Text) each.join()).text() == first.text());
        assertThat(first.freshness()).isEqualTo(OriginReply.Freshness.NUMBERED);
    }

    @Test
    void heldRequestsAreBoundedAndThoseGivenUpMakeRoom() {
        Studio studio = new Studio(none, false, 10);
        studio.publish(Camera.single());
        List<CompletableFuture<OriginReply>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(studio.ask("index.m3u8"));
        }
        assertRefused(studio.ask("index.m3u8").join(), OriginRefusal.BUSY);
        all.forEach(each -> each.cancel(false));
        assertThat(studio.text("index.m3u8")).contains("video.m3u8");
    }

    @Test
    void nobodyFetchesSoPackagingStops() {
        Studio studio = new Studio(none);
        Camera camera = studio.publish(Camera.single());
        String first = studio.text("video.m3u8");
        assertThat(camera.listened).isTrue();
        studio.run(15_000);
        studio.text("video.m3u8");
        studio.run(15_000);
        assertThat(camera.listened).isTrue();
        studio.run(6_000);
        assertThat(camera.listened).isFalse();
        assertThat(info(studio).state()).isEqualTo(OriginState.IDLE);
        assertRefused(studio.get(name(first, "PART:[^\n]*URI=\"([^\"]*)\"")), OriginRefusal.NOT_FOUND);
        assertThat(studio.text("video.m3u8")).contains("stamp1").doesNotContain("stamp0");
    }

    @Test
    void playersAreNotToldOfSoundOnlyWhileTheFirstKeyframeIsStillToCome() {
        Studio studio = new Studio(none);
        Camera camera = Camera.single();
        camera.keyframes = false;
        studio.publish(camera);
        CompletableFuture<OriginReply> early = studio.ask("manifest.mpd");
        studio.run(8_500);
        assertRefused(early.join(), OriginRefusal.NOT_PLAYABLE);
        CompletableFuture<OriginReply> late = studio.ask("manifest.mpd");
        studio.run(3_000);
        assertThat(late).isNotDone();
        camera.keyframes = true;
        studio.run(1_500);
        assertThat(Studio.text(late.join())).contains("contentType=\"video\"", "contentType=\"audio\"");
    }

    @Test
    void soundIsPlayedWithoutPicturesThatNeverBecomeWholeOrNeverCome() {
        Studio studio = new Studio(none);
        Camera keyless = Camera.single();
        keyless.keyframes = false;
        studio.publish(keyless);
        assertRefused(studio.get("manifest.mpd"), OriginRefusal.NOT_PLAYABLE);
        assertRefused(studio.get("manifest.mpd"), OriginRefusal.NOT_PLAYABLE);
        assertThat(studio.text("manifest.mpd"))
                .contains("contentType=\"audio\"")
                .doesNotContain("contentType=\"video\"");

        Studio dark = new Studio(none);
        Camera covered = Camera.single();
        covered.sendsVideo = false;
        dark.publish(covered);
        assertThat(dark.text("manifest.mpd")).contains("contentType=\"audio\"").doesNotContain("contentType=\"video\"");
        assertThat(dark.nowMs()).isLessThan(7_000);
    }

    @Test
    void whoTakesOverGoesOnWithADiscontinuityAndTheSameStamp() {
        Studio studio = new Studio(none);
        Camera before = studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(5_000);
        Camera after = studio.publish(Camera.single());
        studio.run(1_000);
        studio.leave(before);
        studio.run(3_000);
        assertThat(before.listened).isFalse();
        assertThat(after.listened).isTrue();
        String playlist = studio.text("video.m3u8");
        assertThat(playlist).contains("#EXT-X-DISCONTINUITY\n", "stamp0").doesNotContain("stamp1");
        assertThat(info(studio).state()).isEqualTo(OriginState.LIVE);
    }

    @Test
    void aBroadcasterWhoLeavesMayReturnForSecondsThenThePlaylistsEnd() {
        Studio studio = new Studio(none);
        Camera camera = studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(5_000);
        studio.leave(camera);
        studio.run(5_000);
        assertThat(info(studio).state()).isEqualTo(OriginState.HALTED);
        assertThat(studio.text("video.m3u8")).doesNotContain("ENDLIST");
        Camera again = studio.publish(Camera.single());
        studio.run(5_000);
        assertThat(studio.text("video.m3u8")).contains("#EXT-X-DISCONTINUITY\n", "stamp0");
        studio.leave(again);
        studio.run(9_000);
        CompletableFuture<OriginReply> waiting = studio.ask("video.m3u8?_HLS_msn=" + nextNumber(studio));
        studio.run(1_500);
        assertThat(Studio.text(waiting.join())).contains("#EXT-X-ENDLIST");
        assertThat(info(studio).state()).isEqualTo(OriginState.ENDED);
        studio.run(61_000);
        assertThat(studio.origins.describe(STREAM)).isNull();
        assertRefused(studio.get("index.m3u8"), OriginRefusal.NOT_LIVE);
    }

    @Test
    void aRequestForAStreamThatStandsStillIsNotHeldForever() {
        Studio studio = new Studio(none);
        Camera camera = studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(5_000);
        studio.leave(camera);
        assertRefused(studio.get("video.m3u8?_HLS_msn=" + nextNumber(studio)), OriginRefusal.HALTED);
    }

    @Test
    void aStreamWithoutKeyframesSaysSo() {
        Studio studio = new Studio(none);
        Camera camera = new Camera("H264", true, false);
        camera.keyframes = false;
        studio.publish(camera);
        OriginReply reply = studio.get("index.m3u8");
        assertRefused(reply, OriginRefusal.NOT_PLAYABLE);
        assertThat(((OriginReply.Refused) reply).detail()).contains("keyframe");
        studio.run(500);
        assertThat(info(studio).problem()).contains("keyframe");
        assertThat(info(studio).state()).isEqualTo(OriginState.HALTED);
        assertThat(camera.keyframesAsked).isBetween(10, 30);
    }

    @Test
    void soundAndPictureAreTogetherFromTheStart() {
        for (boolean reports : new boolean[] {true, false}) {
            Studio studio = new Studio(none);
            Camera camera = Camera.single();
            camera.reports = reports;
            camera.drift = 100e-6;
            Spy spy = new Spy();
            studio.followers.add(spy);
            studio.publish(camera);
            studio.run(10_000);
            studio.text("index.m3u8");
            studio.run(20_000);
            assertThat(spy.worstSkewMs()).as("reports: %s", reports).isLessThan(40);
        }
    }

    @Test
    void aSlowEncoderIsInSyncFromTheFirstPictureByReportsThatCameBefore() {
        for (Camera camera : List.of(Camera.single(), Camera.simulcast())) {
            Studio studio = new Studio(none);
            camera.videoDelayNs = 250 * Studio.MS;
            camera.reportEveryNs = 5_000 * Studio.MS;
            Spy spy = new Spy();
            studio.followers.add(spy);
            studio.publish(camera);
            studio.run(9_000);
            studio.text("index.m3u8");
            studio.run(10_000);
            assertThat(spy.worstSkewMs()).isLessThan(40);
        }
    }

    @Test
    void aLayerThatFallsSilentIsNoChoiceAnyMore() {
        Studio studio = new Studio(none);
        Camera camera = studio.publish(Camera.simulcast());
        assertThat(studio.text("index.m3u8")).contains("f.m3u8");
        studio.run(4_000);
        camera.silentLayer = 2;
        studio.run(8_000);
        studio.text("q.m3u8");
        studio.run(8_000);
        assertThat(studio.text("index.m3u8")).contains("q.m3u8", "h.m3u8").doesNotContain("f.m3u8");
        camera.silentLayer = -1;
        studio.run(6_000);
        assertThat(studio.text("index.m3u8")).contains("f.m3u8");
        assertThat(studio.text("f.m3u8")).contains("#EXT-X-GAP");
    }

    @Test
    void streamsWithoutPictureOrSoundPlay() {
        Studio studio = new Studio(none);
        studio.publish(new Camera("H264", false, true));
        assertThat(studio.text("index.m3u8")).contains("audio.m3u8").doesNotContain("avc1");
        studio = new Studio(none);
        studio.publish(new Camera("H264", true, false));
        assertThat(studio.text("index.m3u8")).contains("video.m3u8").doesNotContain("opus");
    }

    @Test
    void aLayerThatDoesNotComeIsNotWaitedForLong() {
        Studio studio = new Studio(none);
        Camera camera = Camera.simulcast();
        camera.silentLayer = 2;
        studio.publish(camera);
        studio.run(10_000);
        assertThat(studio.text("index.m3u8")).contains("q.m3u8", "h.m3u8").doesNotContain("f.m3u8");
        assertThat(studio.nowMs()).isLessThan(14_000);
    }

    @Test
    void theFirstListIsWholeThoughLayersComeUpOneAfterAnother() {
        Studio studio = new Studio(none);
        Camera camera = Camera.simulcast();
        camera.layersApartNs = 2_000 * Studio.MS;
        studio.publish(camera);
        assertThat(studio.text("index.m3u8")).contains("q.m3u8", "h.m3u8", "f.m3u8", "audio.m3u8");
        assertThat(studio.nowMs()).isLessThan(5_000);
    }

    @Test
    void aLayerThatNeverComesIsWaitedForForSixSecondsAtMost() {
        Studio studio = new Studio(none);
        Camera camera = Camera.simulcast();
        camera.silentLayer = 2;
        studio.publish(camera);
        assertThat(studio.text("index.m3u8")).contains("q.m3u8", "h.m3u8");
        assertThat(studio.nowMs()).isLessThan(6_500);
    }

    @Test
    void pathsThatNameNothingAreNotFound() {
        Studio studio = new Studio(none);
        studio.publish(Camera.single());
        studio.text("index.m3u8");
        for (String path : List.of(
                "video-stamp0-e0-99999.m4s",
                "video-stamp0-0.m4s",
                "video-other-e0-0.m4s",
                "video-stamp0-e0-00.m4s",
                "../video.m3u8",
                "video-stamp0-0.-1.m4s",
                "other.m3u8",
                "",
                "video-stamp0-init-7.mp4")) {
            assertRefused(studio.get(path), OriginRefusal.NOT_FOUND);
        }
        assertRefused(studio.get("video.m3u8?_HLS_msn=-1"), OriginRefusal.BAD_REQUEST);
        assertRefused(studio.get("video.m3u8?_HLS_msn=4000000"), OriginRefusal.BAD_REQUEST);
    }

    @Test
    void aSegmentOfAnotherPeriodIsNotFound() {
        Studio studio = new Studio(none);
        studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(5_000);
        assertThat(studio.text("manifest.mpd")).contains("media=\"video-stamp0-e0-$Number$.m4s\"");
        assertThat(studio.get("video-stamp0-e0-1.m4s")).isInstanceOf(OriginReply.Whole.class);
        assertRefused(studio.get("video-stamp0-e1-1.m4s"), OriginRefusal.NOT_FOUND);
        assertRefused(studio.get("video-stamp0-e-1.m4s"), OriginRefusal.NOT_FOUND);
    }

    @Test
    void anotherBroadcastOfThatNameCountsOn() {
        Studio studio = new Studio(none);
        Camera first = studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(7_000);
        long number = nextNumber(studio);
        long discontinuities = number(studio, "DISCONTINUITY-SEQUENCE");
        studio.leave(first);
        studio.run(11_000);
        assertThat(studio.text("video.m3u8")).contains("#EXT-X-ENDLIST");
        studio.publish(Camera.single());
        studio.text("index.m3u8");
        studio.run(3_000);
        assertThat(number(studio, "MEDIA-SEQUENCE"))
                .as("what caches and players know by number means nothing else now")
                .isGreaterThan(number);
        assertThat(number(studio, "DISCONTINUITY-SEQUENCE")).isGreaterThan(discontinuities);
        assertThat(studio.text("video.m3u8")).doesNotContain("#EXT-X-DISCONTINUITY\n");
        String manifest = studio.text("manifest.mpd");
        assertThat(manifest).contains("startNumber=\"" + number(studio, "MEDIA-SEQUENCE") + "\"");
        assertThat(manifest).contains("start=\"PT0.000000S\"", "presentationTimeOffset=\"0\"");
    }

    private static long number(Studio studio, String tag) {
        return Long.parseLong(name(studio.text("video.m3u8"), "#EXT-X-" + tag + ":(\\d+)"));
    }

    @Test
    void memoryIsBounded() {
        Studio studio = new Studio(none, true, 10);
        studio.publish(Camera.single());
        studio.run(60_000);
        assertThat(info(studio).seekableMs()).isBetween(12_000L, 17_000L);
        assertThat(info(studio).tracks())
                .allMatch(each -> each.segments() <= 9 && each.gaps() == 0 && each.dropped() == 0);
    }

    /** Of the first segment that is not whole. */
    private static long nextNumber(Studio studio) {
        String text = studio.text("video.m3u8");
        long first = Long.parseLong(name(text, "#EXT-X-MEDIA-SEQUENCE:(\\d+)"));
        return first + text.lines().filter(line -> line.startsWith("#EXTINF")).count();
    }

    private static OriginInfo info(Studio studio) {
        return Objects.requireNonNull(studio.origins.describe(STREAM));
    }

    private static void assertRefused(OriginReply reply, OriginRefusal kind) {
        assertThat(reply).isInstanceOfSatisfying(OriginReply.Refused.class, refused -> assertThat(refused.kind())
                .isEqualTo(kind));
    }

    private static String name(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as("%s in %s", pattern, text).isTrue();
        return found.group(1);
    }
}
