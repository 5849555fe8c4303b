package dev.millrace.media.rtp.codec;

/**
 * The sequence parameter set of H.264 up to its VUI (ITU-T H.264 section 7.3.2.1.1). A reusable view that allocates
 * nothing, for the packet path; {@link #sequence()} keeps what it read and reads on. Every loop in it is bounded by the
 * standard's own limits.
 */
public final class H264ParameterSet {
    /** num_ref_frames_in_pic_order_cnt_cycle, section 7.4.2.1.1. */
    private static final int MAX_CYCLE = 255;

    /** 8K twice over; more is garbage. */
    private static final int MAX_MACROBLOCKS = 1024;

    private static final int MAX_ID = 31;
    private static final int MAX_REFERENCE_FRAMES = 16;

    /** Bits over eight of a sample; there are no deeper profiles. */
    private static final int MAX_DEPTH_OVER_8 = 6;

    private final BitReader bits = new BitReader();
    private int id;
    private int profileIdc;
    private int constraints;
    private int levelIdc;
    private int chromaFormat;
    private boolean separatePlanes;
    private int depthLuma;
    private int depthChroma;
    private int orderType;
    private int referenceFrames;
    private int width;
    private int height;
    private boolean interlaced;

    /** Reads a NAL unit of type 7 with its header byte; false if it makes no sense. */
    public boolean read(byte[] b, int off, int len) {
        if (len < 4 || (b[off] & 0x1f) != H264Payload.SPS) {
            return false;
        }
        bits.wrapEscaped(b, off + 1, len - 1);
        profileIdc = bits.readInt(8);
        constraints = bits.readInt(8);
        levelIdc = bits.readInt(8);
        long setId = bits.readUnsignedGolomb();
        if (setId > MAX_ID || !readChromaFormat()) {
            return false;
        }
        bits.readUnsignedGolomb(); // log2_max_frame_num_minus4
        if (!readPictureOrder()) {
            return false;
        }
        long references = bits.readUnsignedGolomb();
        bits.readFlag(); // gaps_in_frame_num_value_allowed_flag
        id = (int) setId;
        referenceFrames = (int) Math.min(references, MAX_REFERENCE_FRAMES);
        return references <= MAX_REFERENCE_FRAMES && readSize() && !bits.overrun();
    }

    /** All of the set that was read last, once: its VUI is read on. */
    H264Sequence sequence() {
        return new H264Sequence(
                id,
                profileIdc,
                constraints,
                levelIdc,
                chromaFormat,
                depthLuma,
                depthChroma,
                width,
                height,
                interlaced,
                orderType,
                referenceFrames,
                bits.readFlag() ? H264Vui.read(bits) : null);
    }

    private static boolean hasChromaFormat(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    private boolean readChromaFormat() {
        chromaFormat = 1;
        separatePlanes = false;
        depthLuma = 8;
        depthChroma = 8;
        if (!hasChromaFormat(profileIdc)) {
            return true;
        }
        long format = bits.readUnsignedGolomb();
        if (format > 3) {
            return false;
        }
        chromaFormat = (int) format;
        separatePlanes = format == 3 && bits.readFlag();
        long luma = bits.readUnsignedGolomb();
        long chroma = bits.readUnsignedGolomb();
        if (luma > MAX_DEPTH_OVER_8 || chroma > MAX_DEPTH_OVER_8) {
            return false;
        }
        depthLuma += (int) luma;
        depthChroma += (int) chroma;
        bits.readFlag(); // qpprime_y_zero_transform_bypass_flag
        if (bits.readFlag()) {
            for (int i = 0; i < (format == 3 ? 12 : 8); i++) {
                if (bits.readFlag()) {
                    skipScalingList(i < 6 ? 16 : 64);
                }
            }
        }
        return true;
    }

    private void skipScalingList(int size) {
        long last = 8;
        long next = 8;
        for (int i = 0; i < size && next != 0; i++) {
            next = (last + bits.readSignedGolomb()) & 0xff;
            last = next == 0 ? last : next;
        }
    }

    private boolean readPictureOrder() {
        long type = bits.readUnsignedGolomb();
        long cycle = 0;
        if (type == 0) {
            bits.readUnsignedGolomb(); // log2_max_pic_order_cnt_lsb_minus4
        } else if (type == 1) {
            bits.readFlag(); // delta_pic_order_always_zero_flag
            bits.readSignedGolomb(); // offset_for_non_ref_pic
            bits.readSignedGolomb(); // offset_for_top_to_bottom_field
            cycle = bits.readUnsignedGolomb();
            for (int i = 0; i < Math.min(cycle, MAX_CYCLE); i++) {
                bits.readSignedGolomb();
            }
        }
        orderType = (int) Math.min(type, 3);
        return type <= 2 && cycle <= MAX_CYCLE;
    }

    private boolean readSize() {
        long columns = bits.readUnsignedGolomb() + 1;
        long rows = bits.readUnsignedGolomb() + 1;
        interlaced = !bits.readFlag();
        if (interlaced) {
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
        int fields = interlaced ? 2 : 1;
        boolean halfWidth = !separatePlanes && (chromaFormat == 1 || chromaFormat == 2);
        boolean halfHeight = !separatePlanes && chromaFormat == 1;
        long croppedWidth = 16 * columns - horizontalCrop * (halfWidth ? 2 : 1);
        long croppedHeight = 16 * rows * fields - verticalCrop * (halfHeight ? 2 : 1) * fields;
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
