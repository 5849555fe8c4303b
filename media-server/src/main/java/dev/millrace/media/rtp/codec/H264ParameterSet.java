package dev.millrace.media.rtp.codec;

/**
 * The sequence parameter set of H.264, as far as the picture's size (ITU-T H.264 section 7.3.2.1.1). A reusable view;
 * every loop in it is bounded by the standard's own limits.
 */
public final class H264ParameterSet {
    /** num_ref_frames_in_pic_order_cnt_cycle, section 7.4.2.1.1. */
    private static final int MAX_CYCLE = 255;

    /** 8K twice over; more is garbage. */
    private static final int MAX_MACROBLOCKS = 1024;

    private final BitReader bits = new BitReader();
    private int profileIdc;
    private int constraints;
    private int levelIdc;
    private int width;
    private int height;

    /** Reads a NAL unit of type 7 with its header byte; false if it makes no sense. */
    public boolean read(byte[] b, int off, int len) {
        if (len < 4 || (b[off] & 0x1f) != H264Payload.SPS) {
            return false;
        }
        bits.wrapEscaped(b, off + 1, len - 1);
        profileIdc = bits.readInt(8);
        constraints = bits.readInt(8);
        levelIdc = bits.readInt(8);
        bits.readUnsignedGolomb(); // seq_parameter_set_id
        int chroma = hasChromaFormat(profileIdc) ? readChromaFormat() : 1;
        bits.readUnsignedGolomb(); // log2_max_frame_num_minus4
        if (chroma < 0 || !skipPictureOrder()) {
            return false;
        }
        bits.readUnsignedGolomb(); // max_num_ref_frames
        bits.readFlag(); // gaps_in_frame_num_value_allowed_flag
        return readSize(chroma) && !bits.overrun();
    }

    private static boolean hasChromaFormat(int profileIdc) {
        return switch (profileIdc) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    /** The chroma format (0 for separate planes, too), or -1. */
    private int readChromaFormat() {
        long format = bits.readUnsignedGolomb();
        if (format > 3) {
            return -1;
        }
        boolean separate = format == 3 && bits.readFlag();
        bits.readUnsignedGolomb(); // bit_depth_luma_minus8
        bits.readUnsignedGolomb(); // bit_depth_chroma_minus8
        bits.readFlag(); // qpprime_y_zero_transform_bypass_flag
        if (bits.readFlag()) {
            for (int i = 0; i < (format == 3 ? 12 : 8); i++) {
                if (bits.readFlag()) {
                    skipScalingList(i < 6 ? 16 : 64);
                }
            }
        }
        return separate ? 0 : (int) format;
    }

    private void skipScalingList(int size) {
        long last = 8;
        long next = 8;
        for (int i = 0; i < size && next != 0; i++) {
            next = (last + bits.readSignedGolomb()) & 0xff;
            last = next == 0 ? last : next;
        }
    }

    private boolean skipPictureOrder() {
        long type = bits.readUnsignedGolomb();
        if (type == 0) {
            bits.readUnsignedGolomb(); // log2_max_pic_order_cnt_lsb_minus4
        } else if (type == 1) {
            bits.readFlag();
            bits.readSignedGolomb();
            bits.readSignedGolomb();
            long cycle = bits.readUnsignedGolomb();
            for (int i = 0; i < Math.min(cycle, MAX_CYCLE); i++) {
                bits.readSignedGolomb();
            }
            return cycle <= MAX_CYCLE;
        }
        return type <= 2;
    }

    private boolean readSize(int chroma) {
        long columns = bits.readUnsignedGolomb() + 1;
        long rows = bits.readUnsignedGolomb() + 1;
        boolean framesOnly = bits.readFlag();
        if (!framesOnly) {
            bits.readFlag(); // mb_adaptive_frame_field_flag
        }
        bits.readFlag(); // direct_8x8_inference_flag
        if (columns > MAX_MACROBLOCKS || rows > MAX_MACROBLOCKS) {
            return false;
        }
        long horizontalCrop = 0;
        long verticalCrop = 0;
        if (bits.readFlag()) {
            horizontalCrop = bits.readUnsignedGolomb() + bits.readUnsignedGolomb();
            verticalCrop = bits.readUnsignedGolomb() + bits.readUnsignedGolomb();
        }
        int fields = framesOnly ? 1 : 2;
        long croppedWidth = 16 * columns - horizontalCrop * (chroma == 1 || chroma == 2 ? 2 : 1);
        long croppedHeight = 16 * rows * fields - verticalCrop * (chroma == 1 ? 2 : 1) * fields;
        width = (int) croppedWidth;
        height = (int) croppedHeight;
        return croppedWidth > 0 && croppedHeight > 0;
    }

    public int profileIdc() {
        return profileIdc;
    }

    /** constraint_set flags, set 0 in the highest bit. */
    public int constraints() {
        return constraints;
    }

    /** Ten times the level. */
    public int levelIdc() {
        return levelIdc;
    }

    /** In luma samples, after cropping. */
    public int width() {
        return width;
    }

    public int height() {
        return height;
    }
}
