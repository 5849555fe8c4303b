package dev.millrace.media.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class PlayAnswererTest {
    private static final CodecFormat OPUS =
            new CodecFormat(111, "opus", 48000, 2, Map.of("sprop-stereo", "1"), Set.of(), CodecFormat.NO_RTX);

    private static CodecFormat video(String name, Map<String, String> fmtp) {
        return new CodecFormat(100, name, 90000, 1, fmtp, Set.of(), 101);
    }

    private static CodecFormat h264(String profile, int mode) {
        return video("H264", Map.of("profile-level-id", profile, "packetization-mode", Integer.toString(mode)));
    }

    private static PlayOutcome play(String offer, CodecFormat video) {
        return PlayAnswerer.answer(offer, Offers.LOCAL, Optional.of(new PublishedFormats(OPUS, video)), Offers.SOURCES);
    }

    private static PlayOutcome.Accepted accepted(PlayOutcome outcome) {
        return switch (outcome) {
            case PlayOutcome.Accepted accepted -> accepted;
            case PlayOutcome.Refused refused -> throw new AssertionError(refused);
        };
    }

    private static PlayedMedia media(PlayOutcome.Accepted accepted, MediaKind kind) {
        return accepted.media().stream()
                .filter(each -> each.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @FieldSource("dev.millrace.media.sdp.Offers#PLAY")
    void everyKnownViewerTakesConstrainedBaseline(String name) {
        PlayOutcome.Accepted accepted = accepted(play(Offers.read(name), h264("42e01f", 1)));
        SessionDescription answer = Offers.parse(accepted.answerSdp());
        PlayedMedia video = media(accepted, MediaKind.VIDEO);

        assertThat(video.formats()).allMatch(format -> format.name().equals("H264"));
        assertThat(video.formats().getFirst().fmtp())
                .containsEntry("profile-level-id", "42e01f")
                .containsEntry("packetization-mode", "1");
        for (MediaSection section : answer.media()) {
            assertThat(section.has("sendonly")).isTrue();
            assertThat(section.attribute("msid")).isEqualTo("stream " + section.kindName());
            assertThat(section.attributes("extmap")).noneMatch(extmap -> extmap.contains("rtp-stream-id"));
        }
    }

    @ParameterizedTest
    @FieldSource("dev.millrace.media.sdp.Offers#PLAY")
    void whoComesFirstGetsEveryCommonCodec(String name) {
        PlayOutcome.Accepted accepted =
                accepted(PlayAnswerer.answer(Offers.read(name), Offers.LOCAL, Optional.empty(), Offers.SOURCES));
        PlayedMedia video = media(accepted, MediaKind.VIDEO);
        assertThat(CodecMatcher.payloadTypeFor(video, h264("42e01f", 1))).isPositive();
    }

    @Test
    void chromiumWaitingForAPublisherIsReadyForAnyCodec() {
        PlayOutcome.Accepted accepted = accepted(
                PlayAnswerer.answer(Offers.read("chromium-play"), Offers.LOCAL, Optional.empty(), Offers.SOURCES));
        PlayedMedia video = media(accepted, MediaKind.VIDEO);
        assertThat(CodecMatcher.payloadTypeFor(video, video("VP8", Map.of()))).isEqualTo(96);
        assertThat(CodecMatcher.payloadTypeFor(video, video("VP9", Map.of("profile-id", "2"))))
                .isEqualTo(100);
        assertThat(CodecMatcher.payloadTypeFor(video, h264("42e01f", 1))).isEqualTo(108);
        assertThat(CodecMatcher.payloadTypeFor(video, h264("42e01f", 0))).isEqualTo(114);
        assertThat(CodecMatcher.payloadTypeFor(video, h264("42001f", 1))).isEqualTo(102);
        assertThat(CodecMatcher.payloadTypeFor(video, video("AV1", Map.of()))).isEqualTo(45);
        assertThat(CodecMatcher.payloadTypeFor(video, video("H265", Map.of()))).isEqualTo(CodecMatcher.NONE);
        assertThat(CodecMatcher.payloadTypeFor(media(accepted, MediaKind.AUDIO), OPUS))
                .isEqualTo(111);
    }

    @Test
    void sourcesAreNamedForLipSyncAndRtx() {
        PlayOutcome.Accepted accepted = accepted(play(Offers.read("chromium-play"), h264("42e01f", 1)));
        MediaSection video = Offers.parse(accepted.answerSdp()).media().getFirst();
        MediaSection audio = Offers.parse(accepted.answerSdp()).media().get(1);

        assertThat(video.formats()).startsWith("108", "109");
        assertThat(video.attribute("ssrc-group")).isEqualTo("FID 4294967274 33");
        assertThat(video.attributes("ssrc"))
                .containsExactly(
                        "4294967274 cname:cname",
                        "4294967274 msid:stream video",
                        "33 cname:cname",
                        "33 msid:stream video");
        assertThat(audio.attributes("ssrc")).containsExactly("11 cname:cname", "11 msid:stream audio");
        assertThat(audio.attributes("fmtp")).containsExactly("111 minptime=10;useinbandfec=1;sprop-stereo=1");
        assertThat(video.attributes("rtcp-fb")).contains("108 nack", "108 nack pli", "108 transport-cc");
    }

    @ParameterizedTest
    @CsvSource({
        // published profile, mode, what a viewer with that profile and mode says to it
        "42e01f, 1, 42e01f, 1, true",
        "42c028, 1, 42e01f, 1, true", // only the level and a flag of no meaning differ
        "4d801f, 1, 42e01f, 1, true", // constraint_set0 makes Main a Constrained Baseline
        "42e01f, 0, 42e01f, 1, true",
        "42e01f, 1, 42e01f, 0, false",
        "42e01f, 1, 4d001f, 1, true",
        "42e01f, 1, 640c1f, 1, true",
        "42001f, 1, 42e01f, 1, true",
        "4d001f, 1, 42e01f, 1, false",
        "64001f, 1, 42e01f, 1, false",
        "64001f, 1, 4d001f, 1, false",
        "640c1f, 1, 64001f, 1, true",
        "64001f, 1, 640c1f, 1, false",
        "f4001f, 1, 64001f, 1, false",
    })
    void h264ProfilesAndModesMatch(String published, int mode, String viewer, int viewerMode, boolean plays) {
        String offer = Offers.read("libdatachannel-play")
                .replace("42e01f", viewer)
                .replace("packetization-mode=1", "packetization-mode=" + viewerMode);
        PlayOutcome outcome = play(offer, h264(published, mode));
        assertThat(outcome instanceof PlayOutcome.Accepted).isEqualTo(plays);
        if (outcome instanceof PlayOutcome.Accepted accepted) {
            assertThat(accepted.answerSdp())
                    .contains("profile-level-id=" + viewer + ";packetization-mode=" + viewerMode);
        }
    }

    @Test
    void missingCodecIsRefusedInWords() {
        PlayOutcome outcome = play(Offers.read("libdatachannel-play"), video("VP8", Map.of()));
        assertThat(outcome)
                .isEqualTo(new PlayOutcome.Refused(
                        SdpRefusal.UNSUPPORTED_CODEC,
                        "The stream's video is VP8, and the offer's video section takes H264 (profile-level-id 42e01f,"
                                + " packetization-mode 1); watch with a player that takes it, or publish in another"
                                + " codec."));
    }

    @Test
    void secondVideoIsInactiveAndOthersKeepTheirPlace() {
        String offer = Offers.read("chromium-play");
        String second = offer.substring(offer.indexOf("m=video"), offer.indexOf("m=audio"))
                .replace("a=mid:0", "a=mid:2");
        PlayOutcome.Accepted accepted =
                accepted(play(offer.replace("BUNDLE 0 1", "BUNDLE 0 1 2") + second, video("VP8", Map.of())));
        List<MediaSection> answer = Offers.parse(accepted.answerSdp()).media();

        assertThat(answer).extracting(MediaSection::kindName).containsExactly("video", "audio", "video");
        assertThat(answer.get(0).formats()).containsExactly("96", "97");
        assertThat(answer.get(2).has("inactive")).isTrue();
        assertThat(answer.get(2).attributes("ssrc")).isEmpty();
        assertThat(accepted.media()).hasSize(2);
    }

    @Test
    void sendonlyOfferIsRefused() {
        assertThat(play(Offers.read("chromium-publish-simulcast"), h264("42e01f", 1)))
                .isInstanceOfSatisfying(PlayOutcome.Refused.class, refused -> assertThat(refused.kind())
                        .isEqualTo(SdpRefusal.NO_MEDIA));
    }
}
