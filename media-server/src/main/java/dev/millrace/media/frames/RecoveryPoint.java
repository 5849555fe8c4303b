package dev.millrace.media.frames;

/**
 * Finds the SEI message that says of a picture in the middle of an open group that decoding may begin there (ITU-T H.264
 * section D.2.8). It is not passed on: what is packaged tells keyframes by its own flags, and a browser that believes the
 * message instead fails at the pictures before it that are decoded after it. Has no state.
 */
final class RecoveryPoint {
    private static final int PAYLOAD_TYPE = 6;

    private RecoveryPoint() {}

    /** Of a NAL unit of type 6, whose messages follow each other (section 7.3.2.3.1). */
    static boolean isToldBy(byte[] b, int off, int len) {
        int end = off + len;
        int at = off + 1;
        while (at + 1 < end && (b[at] & 0xff) != 0x80) {
            int type = 0;
            for (; at < end && (b[at] & 0xff) == 0xff; at++) {
                type += 0xff;
            }
            int size = 0;
            type += at < end ? b[at++] & 0xff : 0;
            for (; at < end && (b[at] & 0xff) == 0xff; at++) {
                size += 0xff;
            }
            size += at < end ? b[at++] & 0xff : 0;
            if (type == PAYLOAD_TYPE) {
                return true;
            }
            at += size; // emulation prevention bytes are in none of the short messages that come before it
        }
        return false;
    }
}
