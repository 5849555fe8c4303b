package dev.millrace.media.frames;

/**
 * NAL units of HEVC by their type (ITU-T H.265 section 7.3.1.2, table 7-1).
 *
 * <pre>
 * |F|   type    | layer id  | temporal id + 1 |
 * </pre>
 */
final class HevcUnit {
    static final int HEADER_BYTES = 2;

    /** Of broken links, instantaneous refreshes and clean random access: decoding may begin there. */
    private static final int FIRST_RANDOM_ACCESS = 16;

    private static final int LAST_RANDOM_ACCESS = 21;

    /** Types of slices are below. */
    private static final int VPS = 32;

    static final int SPS = 33;
    private static final int PPS = 34;

    private HevcUnit() {}

    static int type(byte[] b, int at) {
        return b[at] >>> 1 & 0x3f;
    }

    static boolean isSlice(int type) {
        return type < VPS;
    }

    static boolean isRandomAccess(int type) {
        return type >= FIRST_RANDOM_ACCESS && type <= LAST_RANDOM_ACCESS;
    }

    static boolean isParameterSet(int type) {
        return type >= VPS && type <= PPS;
    }
}
