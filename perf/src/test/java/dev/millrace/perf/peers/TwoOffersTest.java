package dev.millrace.perf.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.sdp.MediaSection;
import dev.millrace.media.sdp.SdpException;
import dev.millrace.media.sdp.SessionDescription;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TwoOffersTest {
    private static final String TRANSPORT = """
            a=ice-ufrag:%1$s
            a=ice-pwd:%1$s-password-of-22-letters
            a=fingerprint:sha-256 %1$s
            a=setup:actpass
            """;

    private static final String CLIENT = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            m=video 9 UDP/TLS/RTP/SAVPF 102 103
            c=IN IP4 0.0.0.0
            a=mid:0
            a=recvonly
            %sa=extmap:3 urn:wide
            a=rtpmap:102 H264/90000
            a=rtpmap:103 rtx/90000
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=mid:1
            a=recvonly
            a=rtpmap:111 opus/48000/2
            """.formatted(TRANSPORT.formatted("client"));

    private static final String SERVER = """
            v=0
            o=- 1 1 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE a v d
            a=ice-lite
            m=audio 9 UDP/TLS/RTP/SAVPF 97
            c=IN IP4 10.0.0.1
            a=mid:a
            a=sendonly
            %sa=rtpmap:97 opus/48000/2
            a=candidate:1 1 udp 2015363327 10.0.0.1 5000 typ host
            m=video 9 UDP/TLS/RTP/SAVPF 96 98 100
            c=IN IP4 10.0.0.1
            a=mid:v
            a=sendonly
            a=extmap:5 urn:wide
            a=extmap:6 urn:unknown
            a=rtpmap:96 H264/90000
            a=fmtp:96 packetization-mode=1
            a=rtcp-fb:96 nack
            a=rtpmap:98 rtx/90000
            a=fmtp:98 apt=96
            a=rtpmap:100 VP8/90000
            a=ssrc:77 cname:x
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 10.0.0.1
            a=mid:d
            """.formatted(TRANSPORT.formatted("server"));

    private static String crlf(String sdp) {
        return sdp.replace("\n", "\r\n");
    }

    private static TwoOffers both() throws SdpException {
        return new TwoOffers(crlf(CLIENT), crlf(SERVER));
    }

    @Test
    @DisplayName("The client's answer is in its order and names, with the server's numbers, transport and candidates")
    void client() throws SdpException {
        SessionDescription answer = SessionDescription.parse(both().answerForClient());
        assertThat(answer.attribute("group")).isEqualTo("BUNDLE 0 1");
        assertThat(answer.has("ice-lite")).isTrue();
        assertThat(answer.media()).extracting(MediaSection::mid).containsExactly("0", "1");
        MediaSection video = answer.media().getFirst();
        assertThat(video.formats()).containsExactly("96", "98");
        assertThat(video.attributes("extmap")).containsExactly("5 urn:wide");
        assertThat(video.attributes("rtcp-fb")).containsExactly("96 nack");
        assertThat(video.attribute("ice-ufrag")).isEqualTo("server");
        assertThat(video.attribute("setup")).isEqualTo("passive");
        assertThat(video.has("sendonly")).isTrue();
        assertThat(video.attributes("candidate")).hasSize(1);
        assertThat(video.attributes("ssrc")).containsExactly("77 cname:x");
    }

    @Test
    @DisplayName(
            "The server's answer is in its own order, received by the client, without what the client does not know")
    void server() throws SdpException {
        SessionDescription answer = SessionDescription.parse(both().answerForServer());
        assertThat(answer.attribute("group")).isEqualTo("BUNDLE a v");
        assertThat(answer.media()).extracting(MediaSection::mid).containsExactly("a", "v", "d");
        assertThat(answer.media()).extracting(MediaSection::port).containsExactly(9, 9, 0);
        MediaSection audio = answer.media().getFirst();
        assertThat(audio.attribute("ice-ufrag")).isEqualTo("client");
        assertThat(audio.attribute("setup")).isEqualTo("active");
        assertThat(audio.has("recvonly")).isTrue();
        assertThat(answer.media().get(1).attributes("ssrc")).isEmpty();
    }

    @Test
    @DisplayName("A client of sound alone refuses the pictures")
    void soundAlone() throws SdpException {
        String sound = crlf(CLIENT.replace("m=video 9", "m=video 0"));
        TwoOffers offers = new TwoOffers(sound, crlf(SERVER));
        assertThat(SessionDescription.parse(offers.answerForServer()).media())
                .extracting(MediaSection::port)
                .containsExactly(9, 0, 0);
    }

    @Test
    @DisplayName("An offer without credentials, or none at all, is refused")
    void garbage() throws SdpException {
        assertThatThrownBy(() -> new TwoOffers("hello", crlf(SERVER))).isInstanceOf(SdpException.class);
        TwoOffers none = new TwoOffers(crlf(CLIENT.replaceAll("a=ice-ufrag.*\n", "")), crlf(SERVER));
        assertThatThrownBy(none::answerForServer)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ice-ufrag");
    }
}
