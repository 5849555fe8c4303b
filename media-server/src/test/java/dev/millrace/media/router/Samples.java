package dev.millrace.media.router;

import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.DeclaredSource;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.sdp.RidLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sections as a browser's publisher and viewers would have negotiated them. */
public final class Samples {
    public static final int H264 = 102;
    public static final int H264_RTX = 103;
    public static final int VP8 = 96;
    public static final int VP8_RTX = 97;
    public static final int OPUS = 111;
    public static final int RED = 63;

    public static final int VIEWER_H264 = 125;
    public static final int VIEWER_H264_RTX = 126;
    public static final int VIEWER_VP8 = 100;
    public static final int VIEWER_VP8_RTX = 101;
    public static final int VIEWER_OPUS = 109;

    public static final int VIEWER_AUDIO_SSRC = 0x0a00_0001;
    public static final int VIEWER_VIDEO_SSRC = 0x0a00_0002;
    public static final int VIEWER_RTX_SSRC = 0x0a00_0003;

    public static final int MID_ID = 4;
    public static final int RID_ID = 10;
    public static final int REPAIRED_RID_ID = 11;
    public static final int TRANSPORT_ID = 3;
    public static final int AUDIO_LEVEL_ID = 1;
    public static final int VIEWER_TRANSPORT_ID = 5;
    public static final int VIEWER_AUDIO_LEVEL_ID = 7;

    private static final Set<String> FEEDBACK = Set.of("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb");

    private Samples() {}

    static CodecFormat video(String name, int payloadType, int rtx) {
        Map<String, String> fmtp = name.equals("H264")
                ? Map.of("profile-level-id", "42e01f", "packetization-mode", "1", "level-asymmetry-allowed", "1")
                : Map.of();
        return new CodecFormat(payloadType, name, 90_000, 1, fmtp, FEEDBACK, rtx);
    }

    static CodecFormat opus(int payloadType) {
        return new CodecFormat(payloadType, "opus", 48_000, 2, Map.of("useinbandfec", "1"), Set.of("transport-cc"), -1);
    }

    static CodecFormat red(int payloadType, int inner) {
        return new CodecFormat(payloadType, "red", 48_000, 2, Map.of(inner + "/" + inner, ""), Set.of(), -1);
    }

    /** Video by rids in send order; none for a single layer. */
    public static PublishedMedia publishedVideo(String... rids) {
        List<RidLayer> layers = new ArrayList<>();
        for (String rid : rids) {
            layers.add(new RidLayer(rid, layers.size(), false, Map.of()));
        }
        return new PublishedMedia(
                "1",
                MediaKind.VIDEO,
                List.of(video("H264", H264, H264_RTX), video("VP8", VP8, VP8_RTX)),
                layers,
                List.of(),
                Map.of(
                        HeaderExtension.MID.uri(), MID_ID,
                        HeaderExtension.RID.uri(), RID_ID,
                        HeaderExtension.REPAIRED_RID.uri(), REPAIRED_RID_ID,
                        HeaderExtension.TRANSPORT_WIDE_CC.uri(), TRANSPORT_ID));
    }

    /** Audio with its SSRC declared. */
    public static PublishedMedia publishedAudio(int ssrc) {
        return new PublishedMedia(
                "0",
                MediaKind.AUDIO,
                List.of(opus(OPUS), red(RED, OPUS)),
                List.of(),
                List.of(new DeclaredSource(ssrc, false, 0, "c")),
                Map.of(
                        HeaderExtension.MID.uri(), MID_ID,
                        HeaderExtension.TRANSPORT_WIDE_CC.uri(), TRANSPORT_ID,
                        HeaderExtension.AUDIO_LEVEL.uri(), AUDIO_LEVEL_ID));
    }

    public static PlayedMedia playedVideo() {
        return new PlayedMedia(
                "v",
                MediaKind.VIDEO,
                List.of(video("H264", VIEWER_H264, VIEWER_H264_RTX), video("VP8", VIEWER_VP8, VIEWER_VP8_RTX)),
                Map.of(HeaderExtension.TRANSPORT_WIDE_CC.uri(), VIEWER_TRANSPORT_ID),
                VIEWER_VIDEO_SSRC,
                VIEWER_RTX_SSRC);
    }

    public static PlayedMedia playedAudio() {
        return new PlayedMedia(
                "a",
                MediaKind.AUDIO,
                List.of(opus(VIEWER_OPUS)),
                Map.of(
                        HeaderExtension.TRANSPORT_WIDE_CC.uri(), VIEWER_TRANSPORT_ID,
                        HeaderExtension.AUDIO_LEVEL.uri(), VIEWER_AUDIO_LEVEL_ID),
                VIEWER_AUDIO_SSRC,
                0);
    }
}
