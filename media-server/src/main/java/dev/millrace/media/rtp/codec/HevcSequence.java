package dev.millrace.media.rtp.codec;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of an HEVC sequence parameter set (ITU-T H.265 section 7.3.2.2.1).
 *
 * @param chromaFormat 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @param width in luma samples, after cropping
 */
public record HevcSequence(int chromaFormat, int bitDepth, int width, int height) {
    private static final int HEADER_BYTES = 2;

    /** sps_max_sub_layers_minus1, section 7.4.3.2.1. */
    private static final int MAX_SUB_LAYERS_MINUS_1 = 6;

    /** general_profile_space to general_level_idc, section 7.3.3. */
    private static final int GENERAL_BITS = 96;

    private static final int SUB_LAYER_PROFILE_BITS = 88;
    private static final int SUB_LAYER_LEVEL_BITS = 8;
    private static final int CHROMA_444 = 3;

    /** 8K twice over; more is garbage. */
    private static final int MAX_SIDE = 16_384;

    /** Reads a NAL unit of type 33 with its header; null if it makes no sense. */
    public static @Nullable HevcSequence read(byte[] b, int off, int len) {
        if (len <= HEADER_BYTES) {
            return null;
        }
        BitReader bits = new BitReader().wrapEscaped(b, off + HEADER_BYTES, len - HEADER_BYTES);
        bits.skip(4); // sps_video_parameter_set_id
        int subLayers = bits.readInt(3);
        bits.skip(1); // sps_temporal_id_nesting_flag
        if (subLayers > MAX_SUB_LAYERS_MINUS_1) {
            return null;
        }
        skipProfile(bits, subLayers);
        bits.readUnsignedGolomb(); // sps_seq_parameter_set_id
        long chroma = bits.readUnsignedGolomb();
        if (chroma == CHROMA_444) {
            bits.skip(1); // separate_colour_plane_flag
        }
        return chroma > CHROMA_444 ? null : read(bits, (int) chroma);
    }

    private static @Nullable HevcSequence read(BitReader bits, int chroma) {
        long width = bits.readUnsignedGolomb();
        long height = bits.readUnsignedGolomb();
        if (bits.readFlag()) {
            int across = chroma == 1 || chroma == 2 ? 2 : 1;
            int down = chroma == 1 ? 2 : 1;
            width -= across * (bits.readUnsignedGolomb() + bits.readUnsignedGolomb());
            height -= down * (bits.readUnsignedGolomb() + bits.readUnsignedGolomb());
        }
        long depth = 8 + Math.max(bits.readUnsignedGolomb(), bits.readUnsignedGolomb());
        boolean sense = width > 0 && width <= MAX_SIDE && height > 0 && height <= MAX_SIDE && depth <= 16;
        return sense && !bits.overrun() ? new HevcSequence(chroma, (int) depth, (int) width, (int) height) : null;
    }

    /** profile_tier_level, section 7.3.3. */
    private static void skipProfile(BitReader bits, int subLayers) {
        bits.skip(GENERAL_BITS);
        int skipped = 0;
        for (int i = 0; i < subLayers; i++) {
            skipped += (bits.readFlag() ? SUB_LAYER_PROFILE_BITS : 0) + (bits.readFlag() ? SUB_LAYER_LEVEL_BITS : 0);
        }
        for (int i = subLayers; subLayers > 0 && i < 8; i++) {
            bits.skip(2); // reserved_zero_2bits
        }
        bits.skip(skipped);
    }
}
