package dev.millrace.perf;

import dev.millrace.media.sctp.SctpConfig;
import dev.millrace.media.sdp.HeaderExtension;
import java.util.List;

/**
 * The SDP offer of a light client: H.264 with RTX and Opus, the credentials and certificate of ours, no candidates (the
 * server learns our address from the first check).
 *
 * @param video SSRC of our video, 0 for a viewer
 * @param rtx SSRC of its retransmissions
 * @param rids of the layers of a simulcast, lowest first; none = there is one layer. Layers say in their packets who they
 *     are (RFC 8852), and the offer no SSRC
 * @param audio SSRC of our audio, 0 for none
 * @param withVideo whether pictures are offered
 * @param profileLevelId of the H.264 that is offered (RFC 6184 section 8.1)
 * @param withArrivals whether transport-wide feedback is promised
 * @param withData whether data channels are offered
 */
record LightOffer(
        String ufrag,
        String pwd,
        String fingerprint,
        int video,
        int rtx,
        List<String> rids,
        int audio,
        boolean sends,
        boolean withAudio,
        boolean withVideo,
        String profileLevelId,
        boolean withArrivals,
        boolean withData) {
    static final int H264 = 102;
    static final int RTX = 103;
    static final int OPUS = 111;

    /** Constrained baseline, level 3.1: what every browser takes. */
    static final String USUAL_PROFILE = "42e01f";

    static final String VIDEO_MID = "0";

    private static final String NEWLINE = "\r\n";

    @Override
    public String toString() {
        StringBuilder sdp = new StringBuilder(2048);
        line(sdp, "v=0");
        line(sdp, "o=- " + Integer.toUnsignedLong(ufrag.hashCode()) + " 1 IN IP4 127.0.0.1");
        line(sdp, "s=-");
        line(sdp, "t=0 0");
        line(sdp, "a=group:BUNDLE" + (withVideo ? " 0" : "") + (withAudio ? " 1" : "") + (withData ? " 2" : ""));
        line(sdp, "a=extmap-allow-mixed");
        if (withVideo) {
            video(sdp);
        }
        if (withAudio) {
            audio(sdp);
        }
        if (withData) {
            data(sdp);
        }
        return sdp.toString();
    }

    private void video(StringBuilder sdp) {
        line(sdp, "m=video 9 UDP/TLS/RTP/SAVPF " + H264 + " " + RTX);
        media(sdp, VIDEO_MID);
        transportWide(sdp);
        line(sdp, "a=extmap:4 " + HeaderExtension.ABS_SEND_TIME.uri());
        line(sdp, "a=rtpmap:" + H264 + " H264/90000");
        line(
                sdp,
                "a=fmtp:" + H264 + " level-asymmetry-allowed=1;packetization-mode=1;profile-level-id="
                        + profileLevelId);
        for (String feedback : new String[] {"nack", "nack pli", "ccm fir"}) {
            line(sdp, "a=rtcp-fb:" + H264 + " " + feedback);
        }
        if (withArrivals) {
            line(sdp, "a=rtcp-fb:" + H264 + " transport-cc");
        }
        if (sends) {
            line(sdp, "a=rtcp-fb:" + H264 + " goog-remb");
        }
        line(sdp, "a=rtpmap:" + RTX + " rtx/90000");
        line(sdp, "a=fmtp:" + RTX + " apt=" + H264);
        if (!rids.isEmpty()) {
            simulcast(sdp);
        } else if (sends) {
            line(sdp, "a=ssrc-group:FID " + Integer.toUnsignedString(video) + " " + Integer.toUnsignedString(rtx));
            source(sdp, video, "video");
            source(sdp, rtx, "video");
        }
    }

    /** As Chromium offers it (RFC 8851, RFC 8853). */
    private void simulcast(StringBuilder sdp) {
        line(sdp, "a=extmap:5 " + HeaderExtension.MID.uri());
        line(sdp, "a=extmap:6 " + HeaderExtension.RID.uri());
        line(sdp, "a=extmap:7 " + HeaderExtension.REPAIRED_RID.uri());
        for (String rid : rids) {
            line(sdp, "a=rid:" + rid + " send");
        }
        line(sdp, "a=simulcast:send " + String.join(";", rids));
    }

    private void transportWide(StringBuilder sdp) {
        if (withArrivals) {
            line(sdp, "a=extmap:3 " + HeaderExtension.TRANSPORT_WIDE_CC.uri());
        }
    }

    private void audio(StringBuilder sdp) {
        line(sdp, "m=audio 9 UDP/TLS/RTP/SAVPF " + OPUS);
        media(sdp, "1");
        transportWide(sdp);
        line(sdp, "a=rtpmap:" + OPUS + " opus/48000/2");
        line(sdp, "a=fmtp:" + OPUS + " minptime=10;useinbandfec=1;stereo=1");
        if (withArrivals) {
            line(sdp, "a=rtcp-fb:" + OPUS + " transport-cc");
        }
        if (sends) {
            source(sdp, audio, "audio");
        }
    }

    private void data(StringBuilder sdp) {
        line(sdp, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel");
        transport(sdp, "2");
        line(sdp, "a=sctp-port:" + SctpConfig.PORT);
        line(sdp, "a=max-message-size:" + SctpConfig.MESSAGE_BYTES);
    }

    private void media(StringBuilder sdp, String mid) {
        transport(sdp, mid);
        line(sdp, "a=rtcp-mux");
        line(sdp, "a=rtcp-rsize");
        line(sdp, sends ? "a=sendonly" : "a=recvonly");
        if (sends) {
            line(sdp, "a=msid:light " + mid);
        }
    }

    private void transport(StringBuilder sdp, String mid) {
        line(sdp, "c=IN IP4 0.0.0.0");
        line(sdp, "a=mid:" + mid);
        line(sdp, "a=ice-ufrag:" + ufrag);
        line(sdp, "a=ice-pwd:" + pwd);
        line(sdp, "a=ice-options:trickle");
        line(sdp, "a=fingerprint:sha-256 " + fingerprint);
        line(sdp, "a=setup:actpass");
    }

    private static void source(StringBuilder sdp, int ssrc, String label) {
        line(sdp, "a=ssrc:" + Integer.toUnsignedString(ssrc) + " cname:light");
        line(sdp, "a=ssrc:" + Integer.toUnsignedString(ssrc) + " msid:light " + label);
    }

    private static void line(StringBuilder sdp, String text) {
        sdp.append(text).append(NEWLINE);
    }
}
