package dev.millrace.media.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SdpParserTest {
    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    @ParameterizedTest
    @FieldSource("dev.millrace.media.sdp.Offers#PUBLISH")
    void whatIsReadIsWrittenAgain(String name) {
        String text = Offers.read(name);
        assertThat(Offers.parse(text)).hasToString(text);
    }

    @Test
    void linesMayEndWithoutCarriageReturn() {
        assertThat(Offers.parse(HEAD.replace("\r", ""))).hasToString(HEAD);
    }

    @Test
    void errorsNameTheLine() {
        assertThatExceptionOfType(SdpException.class)
                .isThrownBy(() -> SessionDescription.parse(HEAD + "m=audio x UDP/TLS/RTP/SAVPF 0\r\n"))
                .withMessageStartingWith("line 5: ")
                .matches(e -> e.line() == 5);
        assertThatExceptionOfType(SdpException.class)
                .isThrownBy(() -> SessionDescription.parse(HEAD + "rubbish\r\n"))
                .matches(e -> e.line() == 5);
        assertThatExceptionOfType(SdpException.class)
                .isThrownBy(() -> SessionDescription.parse("not sdp"))
                .matches(e -> e.line() == 1);
        assertThatExceptionOfType(SdpException.class)
                .isThrownBy(() -> SessionDescription.parse(HEAD + "a=x\ra=y\r\n"))
                .withMessageContaining("control character");
    }

    @Test
    void sizeLinesAndSectionsAreBounded() {
        assertRefused("v=0\n".repeat(SdpParser.MAX_CHARS / 4 + 1), "KiB");
        assertRefused(HEAD + "a=x\n".repeat(SdpParser.MAX_LINES), "lines");
        assertRefused(HEAD + "a=" + "x".repeat(SdpParser.MAX_LINE_CHARS), "characters");
        assertRefused(HEAD + "m=audio 9 RTP/AVP 0\n".repeat(SdpParser.MAX_SECTIONS + 1), "media sections");
        assertThat(Offers.parse(HEAD + "m=audio 9 RTP/AVP 0\n".repeat(SdpParser.MAX_SECTIONS))
                        .media())
                .hasSize(SdpParser.MAX_SECTIONS);
    }

    private static void assertRefused(String text, String why) {
        assertThatExceptionOfType(SdpException.class)
                .isThrownBy(() -> SessionDescription.parse(text))
                .withMessageContaining(why);
    }
}
