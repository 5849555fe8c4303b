package dev.millrace.media;

import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.sdp.RidLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an encoder's media is published as, and under which payload types. Has no state. */
final class EncoderFormats {
    /**
     * Said of every profile with 4:2:0 and 8 bits: browsers offer this one, some no higher, and their decoders take all of
     * them (docs/design-decisions.md).
     */
    private static final CodecFormat H264 = video(
            96,
            "H264",
            Map.of("packetization-mode", "1", "profile-level-id", "42e01f", "level-asymmetry-allowed", "1"));

    private static final CodecFormat AV1 = video(97, "AV1", Map.of("profile", "0"));
    private static final CodecFormat VP9 = video(98, "VP9", Map.of("profile-id", "0"));

    static final CodecFormat OPUS = new CodecFormat(
            111, "opus", 48_000, 2, Map.of("stereo", "1", "sprop-stereo", "1"), Set.of(), CodecFormat.NO_RTX);

    static final PublishedMedia AUDIO =
            new PublishedMedia("audio", MediaKind.AUDIO, List.of(OPUS), List.of(), List.of(), Map.of(), true);

    private EncoderFormats() {}

    private static CodecFormat video(int type, String name, Map<String, String> fmtp) {
        return new CodecFormat(type, name, VideoFrame.CLOCK_RATE, 1, fmtp, Set.of(), CodecFormat.NO_RTX);
    }

    /** As what pictures of that codec are sent; H.264 is made of those that are not. */
    static CodecFormat of(Codec codec) {
        return switch (codec) {
            case AV1 -> AV1;
            case VP9 -> VP9;
            case H264, HEVC, VP8, OPUS, RED, OTHER -> H264;
        };
    }

    /** Pictures, which may become another codec's, in so many layers. */
    static PublishedMedia video(List<EncoderLayer> layers) {
        List<RidLayer> rids = new ArrayList<>();
        for (int i = 0; i < layers.size() && layers.size() > 1; i++) {
            rids.add(new RidLayer(layers.get(i).rid(), i, false, Map.of()));
        }
        List<CodecFormat> formats = List.of(H264, AV1, VP9);
        return new PublishedMedia("video", MediaKind.VIDEO, formats, rids, List.of(), Map.of(), true);
    }
}
