package dev.millrace.transcoder;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1), read for its parameter sets, and made of such.
 *
 * <pre>
 * u8 1 | u8 profile | u8 constraints | u8 level | 6 bits 1, 2 bits length of lengths - 1
 * | 3 bits 1, 5 bits number of SPS, each: u16 length, bytes | u8 number of PPS, each: u16 length, bytes | …
 * </pre>
 */
final class AvcRecord {
    private static final int HEAD_BYTES = 5;

    /** Of an SPS: its type, and the three that begin the record. */
    static final int PROFILE_BYTES = 4;

    private static final int SPS_COUNT = 0x1f;

    private AvcRecord() {}

    /** All parameter sets, each after its length in four bytes; nothing if this is no such record. */
    static byte[] sets(byte[] record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(record);
        if (record.length <= HEAD_BYTES || record[0] != 1) {
            return new byte[0];
        }
        in.position(HEAD_BYTES);
        boolean whole = copy(in, SPS_COUNT, out) && copy(in, 0xff, out);
        return whole ? out.toByteArray() : new byte[0];
    }

    /** A record of these sets, for lengths of four bytes. */
    static byte[] of(List<byte[]> sps, List<byte[]> pps) {
        byte[] first = sps.getFirst();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {1, first[1], first[2], first[3], (byte) 0xff});
        out.write(0xe0 | sps.size());
        sps.forEach(set -> write(set, out));
        out.write(pps.size());
        pps.forEach(set -> write(set, out));
        return out.toByteArray();
    }

    private static void write(byte[] set, ByteArrayOutputStream out) {
        out.write(set.length >> 8);
        out.write(set.length);
        out.writeBytes(set);
    }

    private static boolean copy(ByteBuffer in, int countMask, ByteArrayOutputStream out) {
        if (!in.hasRemaining()) {
            return false;
        }
        for (int left = in.get() & countMask; left > 0; left--) {
            int length = in.remaining() < Short.BYTES ? Integer.MAX_VALUE : in.getShort() & 0xffff;
            if (in.remaining() < length) {
                return false;
            }
            byte[] set = new byte[length];
            in.get(set);
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            out.writeBytes(set);
        }
        return true;
    }
}
