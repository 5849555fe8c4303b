package dev.millrace.perf;

import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpProfile;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is forwarded where the way of a packet is measured in one process: H.264 in one layer, as browsers agree on it. */
final class MeasuredMedia {
    static final int PAYLOAD_TYPE = 102;
    static final int MID_ID = 4;
    static final int TRANSPORT_CC_ID = 3;

    private static final Set<String> FEEDBACK = Set.of("nack", "nack pli", "transport-cc");

    private MeasuredMedia() {}

    static PublishedMedia published() {
        return new PublishedMedia(
                "1",
                MediaKind.VIDEO,
                List.of(h264(PAYLOAD_TYPE, 103)),
                List.of(),
                List.of(),
                Map.of(HeaderExtension.MID.uri(), MID_ID, HeaderExtension.TRANSPORT_WIDE_CC.uri(), TRANSPORT_CC_ID));
    }

    /** As the viewer of that number gets it: by other numbers than it was published with. */
    static PlayedMedia played(int viewer) {
        return new PlayedMedia(
                "v",
                MediaKind.VIDEO,
                List.of(h264(125, 126)),
                Map.of(HeaderExtension.TRANSPORT_WIDE_CC.uri(), 5),
                1_000 + viewer,
                500_000 + viewer);
    }

    private static CodecFormat h264(int payloadType, int rtx) {
        Map<String, String> fmtp = Map.of("profile-level-id", "42e01f", "packetization-mode", "1");
        return new CodecFormat(payloadType, "H264", 90_000, 1, fmtp, FEEDBACK, rtx);
    }

    /** Both directions' keys of that peer, which are the same so that what is sealed can be opened. */
    static SrtpKeys keys(int peer) {
        byte[] key = new byte[16];
        byte[] salt = new byte[12];
        key[0] = (byte) peer;
        key[1] = (byte) (peer >> 8);
        return new SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, key, salt, key.clone(), salt.clone());
    }
}
