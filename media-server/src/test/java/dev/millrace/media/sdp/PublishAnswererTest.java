package dev.millrace.media.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class PublishAnswererTest {

    @ParameterizedTest
    @FieldSource("dev.millrace.media.sdp.Offers#PUBLISH")
    void everyKnownPublisherIsAnswered(String name) {
        SessionDescription offer = Offers.parse(Offers.read(name));
        PublishOutcome.Accepted accepted = Offers.published(offer.toString());
        SessionDescription answer = Offers.answerOf(accepted);

        assertThat(answer.media()).hasSameSizeAs(offer.media());
        assertThat(accepted.media()).extracting(PublishedMedia::kind).contains(MediaKind.VIDEO);
        assertThat(accepted.answerSdp())
                .doesNotContain("rtcp-mux-only", "x-google-per-layer-pli", "profile-level-id=\r", "profile-level-id=;");
        assertThat(answer.attribute("group")).isEqualTo(bundleOf(answer));
        assertThat(answer.has("extmap-allow-mixed")).isEqualTo(offer.has("extmap-allow-mixed"));
        for (int i = 0; i < offer.media().size(); i++) {
            assertAnswers(
                    offer.media().get(i),
                    answer.media().get(i),
                    accepted.remote().setup());
        }
    }

    private static String bundleOf(SessionDescription answer) {
        return "BUNDLE "
                + String.join(
                        " ",
                        answer.media().stream()
                                .filter(section -> section.port() != 0)
                                .map(MediaSection::mid)
                                .toList());
    }

    private static void assertAnswers(MediaSection offered, MediaSection answered, LocalSetup setup) {
        assertThat(answered.kindName()).isEqualTo(offered.kindName());
        assertThat(answered.protocol()).isEqualTo(offered.protocol());
        assertThat(answered.mid()).isEqualTo(offered.mid());
        assertThat(offered.formats()).containsAll(answered.formats());
        if (answered.kind() == MediaKind.APPLICATION) {
            assertThat(answered.port()).isZero();
            return;
        }
        assertThat(answered.port()).isEqualTo(10000);
        assertThat(answered.has("recvonly")).isTrue();
        assertThat(answered.has("rtcp-mux")).isTrue();
        assertThat(answered.has("rtcp-rsize")).isEqualTo(offered.has("rtcp-rsize"));
        assertThat(answered.attribute("setup")).isEqualTo(setup == LocalSetup.ACTIVE ? "active" : "passive");
        assertThat(answered.attribute("fingerprint")).isEqualTo("sha-256 AA:BB:CC");
        assertThat(offered.attributes("extmap")).containsAll(answered.attributes("extmap"));
        assertThat(offered.attributes("rtcp-fb")).containsAll(answered.attributes("rtcp-fb"));
        assertThat(answered.attributes("rtpmap"))
                .extracting(rtpmap -> rtpmap.split(" ", 2)[0])
                .containsExactlyElementsOf(answered.formats());
    }

    @Test
    void chromiumsThreeLayersAreAllAccepted() {
        PublishOutcome.Accepted accepted = Offers.published(Offers.read("chromium-publish-simulcast"));
        MediaSection video = Offers.answerOf(accepted).media().get(1);

        assertThat(video.attributes("rid")).containsExactly("l recv", "m recv", "h recv");
        assertThat(video.attribute("simulcast")).isEqualTo("recv l;m;h");
        PublishedMedia media = accepted.media().get(1);
        assertThat(media.layers()).extracting(RidLayer::rid).containsExactly("l", "m", "h");
        assertThat(media.sources()).isEmpty();
        assertThat(media.extensions().keySet())
                .contains(
                        HeaderExtension.MID.uri(),
                        HeaderExtension.RID.uri(),
                        HeaderExtension.REPAIRED_RID.uri(),
                        HeaderExtension.TRANSPORT_WIDE_CC.uri());
        assertThat(media.formats())
                .extracting(CodecFormat::name)
                .startsWith("VP8", "H264")
                .contains("VP9", "AV1");
        assertThat(media.formats()).allMatch(CodecFormat::hasRtx);
        assertThat(video.attributes("fmtp"))
                .contains(
                        "108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
                        "114 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f");
    }

    @Test
    void opusIsAskedForInStereoAndRedComesAfterIt() {
        PublishOutcome.Accepted accepted = Offers.published(Offers.read("chromium-publish-simulcast"));
        MediaSection audio = Offers.answerOf(accepted).media().getFirst();

        assertThat(audio.attributes("fmtp"))
                .startsWith("111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1", "63 111/111");
        assertThat(audio.formats()).containsExactly("111", "63", "9", "0", "8");
        assertThat(accepted.media().getFirst().formats().getFirst().stereo()).isTrue();
    }

    @Test
    void opusThatSaysMonoStaysMono() {
        String offer = Offers.read("obs-publish-simulcast").replace("stereo=1;sprop-stereo=1", "stereo=0;usedtx=1");
        MediaSection audio = Offers.answerOf(Offers.published(offer)).media().getFirst();
        assertThat(audio.attribute("fmtp")).contains("stereo=0", "usedtx=1").doesNotContain("stereo=1");
    }

    @Test
    void obsKeepsItsNumericLayersAndNeedsNoCandidates() {
        PublishOutcome.Accepted accepted = Offers.published(Offers.read("obs-publish-simulcast"));
        MediaSection video = Offers.answerOf(accepted).media().get(1);

        assertThat(video.attributes("rid")).containsExactly("0 recv", "1 recv", "2 recv");
        assertThat(video.attribute("simulcast")).isEqualTo("recv 0;1;2");
        assertThat(accepted.remote().candidates()).isEmpty();
        assertThat(accepted.remote().ufrag()).isEqualTo("kgXf");
        assertThat(accepted.remote().trickle()).isTrue();
    }

    @Test
    void ffmpegIsPassiveSoWeConnect() {
        PublishOutcome.Accepted accepted = Offers.published(Offers.read("ffmpeg-publish"));
        assertThat(accepted.remote().setup()).isEqualTo(LocalSetup.ACTIVE);
        PublishedMedia video = accepted.media().get(1);
        assertThat(video.sources()).containsExactly(new DeclaredSource(1893472, true, 77123981, "FFmpeg"));
        assertThat(video.formats().getFirst().rtxPayloadType()).isEqualTo(105);
    }

    @Test
    void whoOffersNoFeedbackCannotBeAskedForKeyframes() {
        String offer = Offers.read("obs-publish-simulcast");
        assertThat(Offers.published(offer).media())
                .extracting(PublishedMedia::deaf)
                .containsExactly(false, false);
        String without = offer.lines()
                .filter(line -> !line.startsWith("a=rtcp-fb:"))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
        assertThat(Offers.published(without).media())
                .extracting(PublishedMedia::deaf)
                .containsExactly(false, true);
    }

    @Test
    void bundleOnlySectionOfGstreamerIsAccepted() {
        PublishOutcome.Accepted accepted = Offers.published(Offers.read("gstreamer-publish"));
        assertThat(accepted.media()).extracting(PublishedMedia::mid).containsExactly("video0", "audio1");
        assertThat(accepted.remote().endOfCandidates()).isTrue();
        assertThat(accepted.remote().candidates()).hasSize(2);
        assertThat(accepted.media().get(1).formats().getFirst().name()).isEqualTo("opus");
        assertThat(accepted.answerSdp()).doesNotContain("sprop-parameter-sets");
        assertThat(accepted.media().getFirst().formats().getFirst().fmtp()).containsKey("sprop-parameter-sets");
    }

    @Test
    void candidatesStandInTheFirstBundledSectionOnly() {
        List<MediaSection> media =
                Offers.answerOf(Offers.published(Offers.read("safari-publish"))).media();
        assertThat(media.get(0).attributes("candidate")).isEqualTo(Offers.LOCAL.candidates());
        assertThat(media.get(0).has("end-of-candidates")).isTrue();
        assertThat(media.get(1).attributes("candidate")).isEmpty();
    }

    @Test
    void alternativesAreAcceptedAndPausedLayersStayPaused() {
        String offer = Offers.read("obs-publish-simulcast")
                .replace("a=simulcast:send 0;1;2", "a=simulcast:send 0,1;~2;9")
                .replace("a=rid:1 send", "a=rid:1 send pt=96,97;max-width=640");
        PublishOutcome.Accepted accepted = Offers.published(offer);
        MediaSection video = Offers.answerOf(accepted).media().get(1);

        assertThat(video.attribute("simulcast")).isEqualTo("recv 0,1;~2");
        assertThat(video.attributes("rid")).containsExactly("0 recv", "1 recv pt=96;max-width=640", "2 recv");
        assertThat(accepted.media().get(1).layers())
                .extracting(RidLayer::stream)
                .containsExactly(0, 0, 1);
        assertThat(accepted.media().get(1).layers())
                .extracting(RidLayer::paused)
                .containsExactly(false, false, true);
    }

    @Test
    void legacySimulcastGroupsGiveTheOrder() {
        String offer = Offers.read("ffmpeg-publish")
                .replace("a=ssrc-group:FID", "a=ssrc-group:SIM 4294967295 1893472\r\na=ssrc-group:FID");
        assertThat(Offers.published(offer).media().get(1).sources())
                .extracting(DeclaredSource::ssrc)
                .containsExactly(-1, 1893472);
    }

    @Test
    void preferenceMovesCodecsToTheFront() {
        AnswerOptions options = new AnswerOptions(Set.of(HeaderExtension.MID), List.of("AV1", "h264"), false);
        PublishOutcome outcome =
                PublishAnswerer.answer(Offers.parse(Offers.read("chromium-publish-simulcast")), Offers.LOCAL, options);
        PublishedMedia video = ((PublishOutcome.Accepted) outcome).media().get(1);
        assertThat(video.formats()).extracting(CodecFormat::name).startsWith("AV1", "H264");
        assertThat(video.extensions().keySet()).containsExactly(HeaderExtension.MID.uri());
    }

    @Test
    void dataChannelsAreAcceptedOnlyWhenAllowed() {
        SessionDescription offer = Offers.parse(Offers.read("chromium-publish-datachannel"));
        PublishOutcome outcome =
                PublishAnswerer.answer(offer, Offers.LOCAL, AnswerOptions.DEFAULT.withDataChannels(true));
        SessionDescription answer = Offers.answerOf((PublishOutcome.Accepted) outcome);
        assertThat(answer.media().get(2).attribute("sctp-port")).isEqualTo("5000");
        assertThat(answer.attribute("group")).isEqualTo("BUNDLE 0 1 2");
    }

    @Test
    void emptyProfileIsNeverWritten() {
        String offer = Offers.read("obs-publish-simulcast").replace("profile-level-id=42e01f", "profile-level-id=");
        PublishOutcome.Accepted accepted = Offers.published(offer);
        assertThat(accepted.answerSdp()).contains("packetization-mode=1").doesNotContain("profile-level-id");
    }

    @Test
    void setupIsNegotiated() {
        String offer = Offers.read("safari-publish");
        assertThat(Offers.published(offer).remote().setup()).isEqualTo(LocalSetup.PASSIVE);
        assertThat(Offers.published(offer.replace("setup:actpass", "setup:active"))
                        .remote()
                        .setup())
                .isEqualTo(LocalSetup.PASSIVE);
        assertThat(Offers.published(offer.replace("setup:actpass", "setup:passive"))
                        .remote()
                        .setup())
                .isEqualTo(LocalSetup.ACTIVE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a=group:BUNDLE 0 1          | a=x                | NO_BUNDLE
            a=rtcp-mux                  | a=x                | NO_RTCP_MUX
            a=ice-ufrag:wB5z            | a=x                | NO_TRANSPORT
            a=ice-ufrag:wB5z            | a=ice-ufrag:w      | MALFORMED
            a=fingerprint:sha-256       | a=x:               | NO_TRANSPORT
            a=setup:actpass             | a=setup:holdconn   | NO_TRANSPORT
            a=setup:actpass             | a=setup:both       | MALFORMED
            a=sendonly                  | a=recvonly         | NO_MEDIA
            a=sendonly                  | a=inactive         | NO_MEDIA
            a=mid:1                     | a=mid:0            | MALFORMED
            a=rtpmap:96 H264/90000      | a=rtpmap:96 H264   | MALFORMED
            a=rtpmap:111 opus/48000/2   | a=rtpmap:411 o/1/2 | MALFORMED
            a=extmap:1                  | a=extmap:0         | MALFORMED
            UDP/TLS/RTP/SAVPF           | RTP/AVP            | NO_MEDIA
            """)
    void refusesWithAReason(String what, String by, SdpRefusal kind) {
        String offer = Offers.read("safari-publish").replace(what, by);
        assertThat(PublishAnswerer.answer(offer, Offers.LOCAL))
                .isInstanceOfSatisfying(PublishOutcome.Refused.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(kind);
                    assertThat(refused.detail()).endsWith(".").doesNotContain("null");
                });
    }

    @Test
    void unknownVideoRefusesTheWholeOffer() {
        String offer = Offers.read("obs-publish-simulcast").replace("H264/90000", "H265/90000");
        assertThat(PublishAnswerer.answer(offer, Offers.LOCAL))
                .isEqualTo(new PublishOutcome.Refused(
                        SdpRefusal.UNSUPPORTED_CODEC,
                        "The offer's video section has no codec this server forwards: H265; offer H264, VP8, VP9 or"
                                + " AV1."));
    }

    @Test
    void twoVideoTracksAreRefused() {
        String offer = Offers.read("safari-publish");
        String video = offer.substring(offer.indexOf("m=video")).replace("a=mid:1", "a=mid:2");
        assertThat(PublishAnswerer.answer(offer.replace("BUNDLE 0 1", "BUNDLE 0 1 2") + video, Offers.LOCAL))
                .isInstanceOfSatisfying(PublishOutcome.Refused.class, refused -> assertThat(refused.kind())
                        .isEqualTo(SdpRefusal.TOO_MANY_TRACKS));
    }
}
