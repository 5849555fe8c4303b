package dev.millrace.media.rtmp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The codecs that are taken, by the FourCC of Enhanced RTMP; H.264 and AAC have their old numbers as well. */
public enum FlvCodec {
    /** In NAL units after their lengths; configured by an AVCDecoderConfigurationRecord. */
    AVC("avc1", true),
    /** In NAL units after their lengths; configured by an HEVCDecoderConfigurationRecord. */
    HEVC("hvc1", true),
    /** In OBUs with sizes; configured by an AV1CodecConfigurationRecord. */
    AV1("av01", true),
    /** In frames; configured by a VPCodecConfigurationRecord. */
    VP9("vp09", true),
    /** In raw data blocks; configured by an AudioSpecificConfig. */
    AAC("mp4a", false),
    /** In packets; configured by the identification header of RFC 7845. */
    OPUS("Opus", false);

    /** Every FourCC, as the answer to connect tells them. */
    static final List<String> FOUR_CCS =
            java.util.Arrays.stream(values()).map(FlvCodec::fourCc).toList();

    private final String fourCc;
    private final int value;
    private final boolean video;

    FlvCodec(String fourCc, boolean video) {
        this.fourCc = fourCc;
        this.value = valueOf4(fourCc);
        this.video = video;
    }

    String fourCc() {
        return fourCc;
    }

    public boolean isVideo() {
        return video;
    }

    /** Whether a picture of it carries a composition time offset in CodedFrames. */
    boolean hasCompositionTime() {
        return this == AVC || this == HEVC;
    }

    /** The codec of a FourCC read big-endian, or null for one that is not taken. */
    static @Nullable FlvCodec of(int fourCc, boolean video) {
        for (FlvCodec codec : ALL) {
            if (codec.value == fourCc && codec.video == video) {
                return codec;
            }
        }
        return null;
    }

    /** A FourCC as people read it; what cannot be printed is a dot. */
    static String text(int fourCc) {
        StringBuilder text = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            char c = (char) (fourCc >>> shift & 0xff);
            text.append(c > 0x20 && c < 0x7f ? c : '.');
        }
        return text.toString();
    }

    private static final FlvCodec[] ALL = values();

    private static int valueOf4(String text) {
        return text.charAt(0) << 24 | text.charAt(1) << 16 | text.charAt(2) << 8 | text.charAt(3);
    }
}
