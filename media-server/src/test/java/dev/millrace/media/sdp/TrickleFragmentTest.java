package dev.millrace.media.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrickleFragmentTest {
    private static final String CANDIDATE = "1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0";

    @Test
    void readsWhatWhipClientsSend() throws SdpException {
        TrickleFragment fragment = TrickleFragment.parse("a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
                + "a=mid:0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=candidate:" + CANDIDATE
                + "\r\na=end-of-candidates\r\n");
        assertThat(fragment.ufrag()).isEqualTo("EsAw");
        assertThat(fragment.pwd()).isEqualTo("P2uYro0UCOQ4zxjKXaWCBui1");
        assertThat(fragment.sections()).containsExactly(new TrickleFragment.Section("0", List.of(CANDIDATE), true));
        assertThat(fragment.ended()).isTrue();
    }

    @Test
    void readsCandidatesWithoutASection() throws SdpException {
        TrickleFragment fragment = TrickleFragment.parse("a=ice-ufrag:EsAw\na=candidate:" + CANDIDATE + "\n");
        assertThat(fragment.candidates()).containsExactly(CANDIDATE);
        assertThat(fragment.pwd()).isEmpty();
        assertThat(fragment.ended()).isFalse();
    }

    @Test
    void whatIsWrittenIsReadAgain() throws SdpException {
        TrickleFragment fragment = new TrickleFragment(
                "abcd",
                "0123456789012345678901",
                List.of(
                        new TrickleFragment.Section("0", List.of(CANDIDATE, CANDIDATE), true),
                        new TrickleFragment.Section("1", List.of(), false)),
                false);
        assertThat(TrickleFragment.parse(fragment.write())).isEqualTo(fragment);
    }

    @Test
    void differentCredentialsAreRefused() {
        assertThatExceptionOfType(SdpException.class)
                .isThrownBy(() -> TrickleFragment.parse("a=ice-ufrag:abcd\nm=audio 9 RTP/AVP 0\na=ice-ufrag:efgh\n"))
                .matches(e -> e.line() == 3);
    }
}
