package dev.millrace.media.sdp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Sample offers, and what our side of every test answer is. */
final class Offers {
    static final List<String> PUBLISH = List.of(
            "aiortc-publish",
            "chromium-publish-datachannel",
            "chromium-publish-simulcast",
            "ffmpeg-publish",
            "firefox-publish",
            "firefox-publish-vp8-only",
            "gstreamer-publish",
            "obs-publish-simulcast",
            "pion-publish",
            "safari-publish");
    static final List<String> PLAY =
            List.of("chromium-play", "firefox-play", "libdatachannel-play", "pion-play", "safari-play");

    static final LocalTransport LOCAL = new LocalTransport(
            "ufrg",
            "password-of-22-letters",
            "AA:BB:CC",
            List.of(
                    "1 1 udp 2130706431 192.0.2.1 10000 typ host",
                    "2 1 tcp 1671430143 192.0.2.1 10000 typ host tcptype passive"));
    static final LocalSources SOURCES = new LocalSources("cname", "stream", 11, -22, 33);

    private Offers() {}

    /** The sample's text, with the CRLF that travels over the wire. */
    static String read(String name) {
        try (InputStream in = Objects.requireNonNull(Offers.class.getResourceAsStream("/sdp/" + name + ".sdp"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\r\n", "\n")
                    .replace("\n", "\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PublishOutcome.Accepted published(String offer) {
        return switch (PublishAnswerer.answer(offer, LOCAL)) {
            case PublishOutcome.Accepted accepted -> accepted;
            case PublishOutcome.Refused refused -> throw new AssertionError(refused);
        };
    }

    static SessionDescription answerOf(PublishOutcome.Accepted accepted) {
        return parse(accepted.answerSdp());
    }

    static SessionDescription parse(String text) {
        try {
            return SessionDescription.parse(text);
        } catch (SdpException e) {
            throw new AssertionError(text, e);
        }
    }
}
