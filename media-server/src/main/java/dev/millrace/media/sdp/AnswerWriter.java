package dev.millrace.media.sdp;

import java.util.List;
import java.util.Map;

/** Writes an answer's text (RFC 9429 section 5.3): order and wording as browsers write theirs. */
final class AnswerWriter {
    /** Any port: our SCTP has no other meaning for it than to be the same on both sides (RFC 8831 section 6.2). */
    private static final int SCTP_PORT = 5000;

    /** The largest chat message of our own protocol, far above; the same figure browsers offer. */
    private static final int SCTP_MAX_MESSAGE_BYTES = 256 * 1024;

    private final SessionDescription offer;
    private final LocalTransport local;
    private final LocalSetup setup;
    private final DefaultCandidate place;
    private final StringBuilder out = new StringBuilder(8192);

    AnswerWriter(SessionDescription offer, LocalTransport local, LocalSetup setup) {
        this.offer = offer;
        this.local = local;
        this.setup = setup;
        this.place = DefaultCandidate.of(local.candidates());
    }

    /** @param tagged the section that carries the transport's candidates */
    String write(List<SectionAnswer> answers, List<String> bundledMids, MediaSection tagged, boolean trickle) {
        line("v=0");
        line("o=- " + sessionId() + " 2 IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        if (!bundledMids.isEmpty()) {
            attribute("group:BUNDLE " + String.join(" ", bundledMids));
        }
        if (offer.has("extmap-allow-mixed")) {
            attribute("extmap-allow-mixed");
        }
        if (trickle) {
            attribute("ice-options:trickle");
        }
        for (int i = 0; i < answers.size(); i++) {
            MediaSection section = offer.media().get(i);
            switch (answers.get(i)) {
                case SectionAnswer.Rejected _ -> rejected(section);
                case SectionAnswer.Media media -> media(section, media, section.equals(tagged));
                case SectionAnswer.DataChannels _ -> dataChannels(section, section.equals(tagged));
            }
        }
        return out.toString();
    }

    /** Differs from session to session, as it must, and needs no randomness of its own: the ufrag is random. */
    private long sessionId() {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < local.ufrag().length(); i++) {
            hash = (hash ^ local.ufrag().charAt(i)) * 0x100000001b3L;
        }
        return hash >>> 2;
    }

    private void rejected(MediaSection section) {
        line("m=" + section.kindName() + " 0 " + section.protocol() + " " + String.join(" ", section.formats()));
        line("c=IN IP4 0.0.0.0");
        mid(section);
        attribute("inactive");
    }

    private void media(MediaSection section, SectionAnswer.Media media, boolean tagged) {
        out.append("m=").append(section.kindName()).append(' ').append(place.port());
        out.append(' ').append(section.protocol());
        for (CodecFormat format : media.formats()) {
            out.append(' ').append(format.payloadType());
            if (format.hasRtx()) {
                out.append(' ').append(format.rtxPayloadType());
            }
        }
        out.append("\r\n");
        transport(section, tagged);
        for (String extension : media.extensions()) {
            attribute("extmap:" + extension);
        }
        if (section.has("extmap-allow-mixed")) {
            attribute("extmap-allow-mixed");
        }
        attribute(media.direction().sdp());
        attribute("rtcp-mux");
        if (section.has("rtcp-rsize")) {
            attribute("rtcp-rsize");
        }
        for (CodecFormat format : media.formats()) {
            format(format);
        }
        for (String each : media.attributes()) {
            attribute(each);
        }
    }

    private void dataChannels(MediaSection section, boolean tagged) {
        line("m=application " + place.port() + " " + section.protocol() + " webrtc-datachannel");
        transport(section, tagged);
        attribute("sctp-port:" + SCTP_PORT);
        attribute("max-message-size:" + SCTP_MAX_MESSAGE_BYTES);
    }

    /** Credentials stand in every section, as browsers have it, since some clients read only the last one. */
    private void transport(MediaSection section, boolean tagged) {
        line("c=IN " + place.family() + " " + place.address());
        mid(section);
        attribute("ice-ufrag:" + local.ufrag());
        attribute("ice-pwd:" + local.pwd());
        attribute("fingerprint:sha-256 " + local.fingerprint());
        attribute(
                switch (setup) {
                    case ACTIVE -> "setup:active";
                    case PASSIVE -> "setup:passive";
                });
        if (tagged) {
            local.candidates().forEach(candidate -> attribute("candidate:" + candidate));
            attribute("end-of-candidates");
        }
    }

    private void mid(MediaSection section) {
        if (!section.mid().isEmpty()) {
            attribute("mid:" + section.mid());
        }
    }

    private void format(CodecFormat format) {
        int payloadType = format.payloadType();
        String channels = format.channels() > 1 ? "/" + format.channels() : "";
        attribute("rtpmap:" + payloadType + " " + format.name() + "/" + format.clockRate() + channels);
        for (String feedback : format.rtcpFb()) {
            attribute("rtcp-fb:" + payloadType + " " + feedback);
        }
        StringBuilder parameters = new StringBuilder();
        for (Map.Entry<String, String> each : format.fmtp().entrySet()) {
            // Describes the sender's stream, not what the answerer wants.
            if (!each.getKey().equals("sprop-parameter-sets")) {
                parameters.append(parameters.isEmpty() ? "" : ";").append(each.getKey());
                parameters.append(each.getValue().isEmpty() ? "" : "=" + each.getValue());
            }
        }
        if (!parameters.isEmpty()) {
            attribute("fmtp:" + payloadType + " " + parameters);
        }
        if (format.hasRtx()) {
            attribute("rtpmap:" + format.rtxPayloadType() + " rtx/" + format.clockRate());
            attribute("fmtp:" + format.rtxPayloadType() + " apt=" + payloadType);
        }
    }

    private void attribute(String attribute) {
        line("a=" + attribute);
    }

    private void line(String line) {
        out.append(line).append("\r\n");
    }
}
