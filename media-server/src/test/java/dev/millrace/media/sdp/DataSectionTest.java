package dev.millrace.media.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both answerers say to a section of data channels (RFC 8841). */
class DataSectionTest {
    private static final AnswerOptions WITH_DATA = AnswerOptions.DEFAULT.withDataChannels(true);
    private static final String DATA = String.join(
            "\r\n",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "c=IN IP4 0.0.0.0",
            "a=mid:data",
            "a=ice-ufrag:Mq2C",
            "a=ice-pwd:0123456789012345678901",
            "a=fingerprint:sha-256 AA:BB",
            "a=setup:actpass",
            "a=sctp-port:5000",
            "a=max-message-size:262144",
            "");

    private static String publishing() {
        return Offers.read("chromium-publish-datachannel");
    }

    /** Chromium's viewer with a section of data channels behind its media. */
    private static String playing(String data) {
        return Offers.read("chromium-play").replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 data") + data;
    }

    private static PublishOutcome publish(String offer) {
        return PublishAnswerer.answer(offer, Offers.LOCAL, WITH_DATA);
    }

    private static PlayOutcome play(String offer) {
        return PlayAnswerer.answer(offer, Offers.LOCAL, Optional.empty(), Offers.SOURCES, WITH_DATA);
    }

    private static PlayOutcome.Accepted played(String offer) {
        return (PlayOutcome.Accepted) play(offer);
    }

    @Test
    void bothAnswerersAcceptItAndTellTheRemoteEnd() {
        PublishOutcome.Accepted published = (PublishOutcome.Accepted) publish(publishing());
        PlayOutcome.Accepted played = played(playing(DATA));
        assertThat(published.sctp()).isEqualTo(new RemoteSctp(5000, 262_144));
        assertThat(played.sctp()).isEqualTo(new RemoteSctp(5000, 262_144));
        MediaSection answer = Offers.parse(played.answerSdp()).media().get(2);
        assertThat(answer.protocol()).isEqualTo("UDP/DTLS/SCTP");
        assertThat(answer.formats()).containsExactly("webrtc-datachannel");
        assertThat(answer.port()).isPositive();
        assertThat(answer.attribute("sctp-port")).isEqualTo("5000");
        assertThat(answer.attribute("max-message-size")).isEqualTo("262144");
        assertThat(answer.has("rtcp-mux")).isFalse();
        assertThat(Offers.parse(played.answerSdp()).attribute("group")).isEqualTo("BUNDLE 0 1 data");
    }

    @Test
    void nothingIsNegotiatedWhereItIsNotOfferedOrNotWanted() {
        assertThat(played(Offers.read("chromium-play")).sctp()).isNull();
        PublishOutcome.Accepted unwanted = Offers.published(publishing());
        assertThat(unwanted.sctp()).isNull();
        assertThat(Offers.answerOf(unwanted).media().get(2).port()).isZero();
        assertThat(Offers.answerOf(unwanted).attribute("group")).isEqualTo("BUNDLE 0 1");
    }

    @ParameterizedTest
    @CsvSource({"a=max-message-size:0,0", "a=max-message-size:99999999999999999999,2147483647", "a=x:y,65536"})
    void aPeersLongestMessageMayBeAnyOrUnsaid(String line, int bytes) {
        RemoteSctp sctp =
                played(playing(DATA.replace("a=max-message-size:262144", line))).sctp();
        assertThat(sctp).isEqualTo(new RemoteSctp(5000, bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a=sctp-port:0", "a=sctp-port:65536", "a=sctp-port:-1", "a=sctp-port:", "a=sctp-port:5000 1"})
    void aPortThatIsNoneIsRefusedWithASentence(String line) {
        PlayOutcome outcome = play(playing(DATA.replace("a=sctp-port:5000", line)));
        assertThat(outcome).isInstanceOfSatisfying(PlayOutcome.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(SdpRefusal.MALFORMED);
            assertThat(refused.detail()).contains("sctp-port");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=max-message-size:", "a=max-message-size:-5", "a=max-message-size:1e6"})
    void aLongestMessageThatIsNoNumberIsRefused(String line) {
        assertThat(play(playing(DATA.replace("a=max-message-size:262144", line))))
                .isInstanceOf(PlayOutcome.Refused.class);
    }

    @Test
    void whatIsRejectedOldOrASecondOneGetsPortZeroAndTheMediaGoesOn() {
        String rejected = DATA.replace("m=application 9", "m=application 0");
        String draft = DATA.replace("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000")
                .replace("a=sctp-port:5000", "a=sctpmap:5000 webrtc-datachannel 1024");
        for (String data : new String[] {rejected, draft}) {
            PlayOutcome.Accepted played = played(playing(data));
            assertThat(played.sctp()).isNull();
            assertThat(Offers.parse(played.answerSdp()).media().get(2).port()).isZero();
            assertThat(played.media()).hasSize(2);
        }
        PlayOutcome.Accepted two =
                played(playing(DATA + DATA.replace("a=mid:data", "a=mid:more")).replace("0 1 data", "0 1 data more"));
        assertThat(Offers.parse(two.answerSdp()).media().get(2).port()).isPositive();
        assertThat(Offers.parse(two.answerSdp()).media().get(3).port()).isZero();
    }

    @Test
    void aBundleOnlySectionIsAcceptedThoughItsPortIsZero() {
        String bundled = DATA.replace("m=application 9", "m=application 0") + "a=bundle-only\r\n";
        assertThat(played(playing(bundled)).sctp()).isNotNull();
    }

    @Test
    void withoutBundleItHasNoTransportOfItsOwn() {
        String offer = Offers.read("libdatachannel-play").replace("a=group:BUNDLE video\r\n", "") + DATA;
        PlayOutcome.Accepted played = played(offer);
        assertThat(played.sctp()).isNull();
        assertThat(Offers.parse(played.answerSdp()).media().getLast().port()).isZero();
    }

    @Test
    void dataAloneMakesNoSession() {
        String alone = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE data\r\n" + DATA;
        assertThat(play(alone)).isInstanceOfSatisfying(PlayOutcome.Refused.class, refused -> {
            assertThat(refused.kind()).isEqualTo(SdpRefusal.NO_MEDIA);
            assertThat(refused.detail()).contains("/ws");
        });
        assertThat(publish(alone)).isInstanceOf(PublishOutcome.Refused.class);
    }
}
