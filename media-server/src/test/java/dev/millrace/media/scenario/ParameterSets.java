package dev.millrace.media.scenario;

import java.util.Arrays;

/** Writes a sequence parameter set of constrained baseline, level 3.1 (ITU-T H.264 section 7.3.2.1.1). */
final class ParameterSets {
    private final byte[] bytes = new byte[32];
    private int bits;

    private ParameterSets() {}

    /** For a picture of that size, whose sides are multiples of 16. */
    static byte[] sps(int width, int height) {
        ParameterSets w = new ParameterSets();
        w.fixed(0x67, 8).fixed(0x42, 8).fixed(0xc0, 8).fixed(31, 8);
        w.golomb(0).golomb(0).golomb(2).golomb(1).fixed(0, 1);
        w.golomb(width / 16 - 1).golomb(height / 16 - 1);
        w.fixed(0b1100, 4); // frames only, direct 8x8 inference, no cropping, no VUI
        w.fixed(1, 1); // the stop bit
        return Arrays.copyOf(w.bytes, (w.bits + 7) / 8);
    }

    private ParameterSets fixed(int value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            bytes[bits / 8] |= (byte) ((value >> i & 1) << (7 - bits % 8));
            bits++;
        }
        return this;
    }

    private ParameterSets golomb(int value) {
        int length = 32 - Integer.numberOfLeadingZeros(value + 1);
        return fixed(0, length - 1).fixed(value + 1, length);
    }
}
