package dev.millrace.perf.peers;

import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.MediaSection;
import dev.millrace.media.sdp.SdpException;
import dev.millrace.media.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A WHEP client offers, and some servers offer to whoever watches: out of the two offers each side's answer is made (RFC 8829
 * section 5.3). The server's payload types and extension numbers hold; the client is active in DTLS. Immutable.
 */
final class TwoOffers {
    private static final String NEWLINE = "\r\n";

    private final SessionDescription client;
    private final SessionDescription server;

    /** Both as text; an exception when one of them is no SDP. */
    TwoOffers(String client, String server) throws SdpException {
        this.client = SessionDescription.parse(client);
        this.server = SessionDescription.parse(server);
    }

    /** What the server is told: the client receives what both know. */
    String answerForServer() {
        StringBuilder out = head(server, "");
        for (MediaSection offered : server.media()) {
            MediaSection wanted = sectionOf(client, offered.kind());
            section(out, offered, wanted, offered, new Side(client, offered.mid(), "recvonly", "active"));
        }
        return out.toString();
    }

    /** What the client is told: the server sends what both know, from its candidates. */
    String answerForClient() {
        StringBuilder out = head(client, server.has("ice-lite") ? "a=ice-lite" + NEWLINE : "");
        for (MediaSection wanted : client.media()) {
            MediaSection offered = sectionOf(server, wanted.kind());
            section(out, wanted, wanted, offered, new Side(server, wanted.mid(), "sendonly", "passive"));
        }
        return out.toString();
    }

    /** Whose transport it is, and how the section is called. */
    private record Side(SessionDescription from, String mid, String direction, String setup) {}

    private static StringBuilder head(SessionDescription of, String more) {
        StringBuilder out = new StringBuilder(4096);
        out.append("v=0").append(NEWLINE).append("o=- 1 1 IN IP4 127.0.0.1").append(NEWLINE);
        out.append("s=-").append(NEWLINE).append("t=0 0").append(NEWLINE);
        out.append("a=group:BUNDLE");
        of.media().stream()
                .filter(section -> section.kind() != MediaKind.APPLICATION)
                .forEach(section -> out.append(' ').append(section.mid()));
        return out.append(NEWLINE).append(more);
    }

    private static @Nullable MediaSection sectionOf(SessionDescription of, MediaKind kind) {
        return of.media().stream()
                .filter(section -> section.kind() == kind && kind != MediaKind.APPLICATION && section.port() != 0)
                .findFirst()
                .orElse(null);
    }

    /** One section in the order of {@code like}, refused where one side has none. */
    private static void section(
            StringBuilder out,
            MediaSection like,
            @Nullable MediaSection wanted,
            @Nullable MediaSection offered,
            Side side) {
        List<String> formats = wanted == null || offered == null ? List.of() : common(offered, wanted);
        if (wanted == null || offered == null || formats.isEmpty()) {
            line(out, "m=" + like.kindName() + " 0 " + like.protocol() + " " + String.join(" ", like.formats()));
            line(out, "c=IN IP4 0.0.0.0");
            line(out, "a=mid:" + like.mid());
            return;
        }
        line(out, "m=" + like.kindName() + " 9 " + like.protocol() + " " + String.join(" ", formats));
        line(out, "c=IN IP4 0.0.0.0");
        line(out, "a=mid:" + side.mid());
        line(out, "a=" + side.direction());
        line(out, "a=rtcp-mux");
        transport(out, side);
        formats(out, offered, formats);
        List<String> known =
                wanted.attributes("extmap").stream().map(TwoOffers::uri).toList();
        for (String extension : offered.attributes("extmap")) {
            if (known.contains(uri(extension))) {
                line(out, "a=extmap:" + extension);
            }
        }
        if (side.direction().equals("sendonly")) {
            offered.attributes("ssrc").forEach(source -> line(out, "a=ssrc:" + source));
        }
    }

    private static void transport(StringBuilder out, Side side) {
        line(out, "a=ice-ufrag:" + attribute(side.from(), "ice-ufrag"));
        line(out, "a=ice-pwd:" + attribute(side.from(), "ice-pwd"));
        line(out, "a=fingerprint:" + attribute(side.from(), "fingerprint"));
        line(out, "a=setup:" + side.setup());
        for (MediaSection section : side.from().media()) {
            List<String> candidates = section.attributes("candidate");
            if (!candidates.isEmpty()) {
                candidates.forEach(candidate -> line(out, "a=candidate:" + candidate));
                line(out, "a=end-of-candidates");
                return; // bundled: those of the first section are all
            }
        }
    }

    private static void formats(StringBuilder out, MediaSection offered, List<String> formats) {
        for (String name : List.of("rtpmap", "fmtp", "rtcp-fb")) {
            for (String value : offered.attributes(name)) {
                if (formats.contains(value.split(" ", 2)[0])) {
                    line(out, "a=" + name + ":" + value);
                }
            }
        }
    }

    /** Of a section, else of the session. */
    private static String attribute(SessionDescription of, String name) {
        for (MediaSection section : of.media()) {
            String value = section.attribute(name);
            if (value != null) {
                return value;
            }
        }
        String value = of.attribute(name);
        if (value == null) {
            throw new IllegalArgumentException("the offer has no a=" + name);
        }
        return value;
    }

    /** The offered formats whose codec the other side has, too. */
    private static List<String> common(MediaSection offered, MediaSection wanted) {
        List<String> codecs = new ArrayList<>();
        for (String map : wanted.attributes("rtpmap")) {
            codecs.add(codec(map));
        }
        return offered.attributes("rtpmap").stream()
                .filter(map -> codecs.contains(codec(map)))
                .map(map -> map.split(" ", 2)[0])
                .filter(offered.formats()::contains)
                .toList();
    }

    /** {@code h264/90000} of {@code 96 H264/90000}. */
    private static String codec(String map) {
        return map.substring(map.indexOf(' ') + 1).toLowerCase(java.util.Locale.ROOT);
    }

    /** {@code 3 URI}, {@code 3/recvonly URI}. */
    private static String uri(String extension) {
        String[] words = extension.split(" ", 3);
        return words.length < 2 ? "" : words[1];
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append(NEWLINE);
    }
}
