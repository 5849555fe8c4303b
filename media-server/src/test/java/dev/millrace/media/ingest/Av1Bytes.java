package dev.millrace.media.ingest;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Pieces of AV1 as an encoder makes them. */
public final class Av1Bytes {
    /** Of libaom for 640x360: a whole OBU with its size. */
    public static final byte[] SEQUENCE_HEADER = HexFormat.of().parseHex("0a0b0000000cc4ff6736be4010");

    private Av1Bytes() {}

    public static void leb128(int value, ByteArrayOutputStream to) {
        int left = value;
        for (; left >= 0x80; left >>>= 7) {
            to.write(left | 0x80);
        }
        to.write(left);
    }
}
