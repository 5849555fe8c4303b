package dev.millrace.media.rtp.codec;

import org.jspecify.annotations.Nullable;

/**
 * The video usability information of H.264 (ITU-T H.264 section E.1.1), as far as players act on it. Every loop in it is
 * bounded by the standard's own limits.
 *
 * @param aspectWidth of a sample, with {@code aspectHeight}; 0 if not told
 * @param colour null if not told
 * @param unitsInTick with {@code timeScale}: two ticks a frame; 0 if not told
 * @param reorderFrames max_num_reorder_frames, or -1 if not told
 */
public record H264Vui(
        int aspectWidth,
        int aspectHeight,
        @Nullable Colour colour,
        long unitsInTick,
        long timeScale,
        int reorderFrames) {
    /** aspect_ratio_idc of a ratio that is written out. */
    private static final int EXTENDED_SAR = 255;

    /** Table E-1, width and height by turns. */
    private static final int[] ASPECTS = {
        0, 0, 1, 1, 12, 11, 10, 11, 16, 11, 40, 33, 24, 11, 20, 11, 32, 11, 80, 33, 18, 11, 15, 11, 64, 33, 160, 99, 4,
        3, 3, 2, 2, 1
    };

    /** cpb_cnt_minus1, section E.2.2. */
    private static final int MAX_BUFFERS = 32;

    /** The largest decoded picture buffer of any level. */
    private static final int MAX_REORDER = 16;

    /**
     * How samples become light; the numbers are those of ISO/IEC 23091-2, 2 for unspecified.
     *
     * @param fullRange luma from 0 to 255, not 16 to 235
     */
    public record Colour(int primaries, int transfer, int matrix, boolean fullRange) {}

    /** Reads on after vui_parameters_present_flag; null if it makes no sense. */
    static @Nullable H264Vui read(BitReader bits) {
        int aspectWidth = 0;
        int aspectHeight = 0;
        if (bits.readFlag()) {
            int idc = bits.readInt(8);
            boolean listed = 2 * idc + 1 < ASPECTS.length;
            aspectWidth = idc == EXTENDED_SAR ? bits.readInt(16) : listed ? ASPECTS[2 * idc] : 0;
            aspectHeight = idc == EXTENDED_SAR ? bits.readInt(16) : listed ? ASPECTS[2 * idc + 1] : 0;
        }
        if (bits.readFlag()) {
            bits.readFlag(); // overscan_appropriate_flag
        }
        Colour colour = readColour(bits);
        if (bits.readFlag()) {
            bits.readUnsignedGolomb(); // chroma_sample_loc_type_top_field
            bits.readUnsignedGolomb(); // chroma_sample_loc_type_bottom_field
        }
        long unitsInTick = 0;
        long timeScale = 0;
        if (bits.readFlag()) {
            unitsInTick = bits.read(32);
            timeScale = bits.read(32);
            bits.readFlag(); // fixed_frame_rate_flag
        }
        if (!skipBuffers(bits)) {
            return null;
        }
        int reorder = readReorderFrames(bits);
        boolean sensible = !bits.overrun() && reorder <= MAX_REORDER;
        return sensible ? new H264Vui(aspectWidth, aspectHeight, colour, unitsInTick, timeScale, reorder) : null;
    }

    private static @Nullable Colour readColour(BitReader bits) {
        if (!bits.readFlag()) {
            return null;
        }
        bits.readInt(3); // video_format
        boolean fullRange = bits.readFlag();
        if (!bits.readFlag()) {
            return new Colour(2, 2, 2, fullRange);
        }
        int primaries = bits.readInt(8);
        int transfer = bits.readInt(8);
        return new Colour(primaries, transfer, bits.readInt(8), fullRange);
    }

    /** hrd_parameters, twice at most. */
    private static boolean skipBuffers(BitReader bits) {
        boolean any = false;
        for (int i = 0; i < 2; i++) {
            if (bits.readFlag()) {
                any = true;
                long count = bits.readUnsignedGolomb() + 1;
                if (count > MAX_BUFFERS) {
                    return false;
                }
                bits.skip(8); // bit_rate_scale, cpb_size_scale
                for (int j = 0; j < count; j++) {
                    bits.readUnsignedGolomb();
                    bits.readUnsignedGolomb();
                    bits.readFlag();
                }
                bits.skip(20); // lengths of delays and of the time offset
            }
        }
        if (any) {
            bits.readFlag(); // low_delay_hrd_flag
        }
        bits.readFlag(); // pic_struct_present_flag
        return true;
    }

    private static int readReorderFrames(BitReader bits) {
        if (!bits.readFlag()) {
            return -1;
        }
        bits.readFlag(); // motion_vectors_over_pic_boundaries_flag
        for (int i = 0; i < 4; i++) {
            bits.readUnsignedGolomb();
        }
        return (int) Math.min(bits.readUnsignedGolomb(), MAX_REORDER + 1);
    }
}
