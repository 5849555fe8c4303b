package dev.millrace.media.router;

/** Writes bits, most significant first. */
final class BitWriter {
    private final byte[] bytes = new byte[255];
    private int position;

    BitWriter put(int value, int bits) {
        for (int i = bits - 1; i >= 0; i--) {
            bytes[position >>> 3] |= (byte) (((value >>> i) & 1) << (7 - (position & 7)));
            position++;
        }
        return this;
    }

    byte[] bytes() {
        return java.util.Arrays.copyOf(bytes, (position + 7) / 8);
    }
}
