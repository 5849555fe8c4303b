package dev.millrace.transcoder;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 8.3.3.1) of parameter sets that stand in the stream: who reads it
 * looks at the sets, so profile and level are left open in it.
 *
 * <pre>
 * u8 1 | 20 bytes | 6 bits, 2 bits length of lengths - 1 | u8 arrays, each: u8 type, u16 number, each: u16 length, bytes
 * </pre>
 */
final class HevcRecord {
    private static final int HEAD_BYTES = 23;
    private static final int LENGTH_AT = 21;
    private static final int FIRST_SET = 32;
    private static final int SET_TYPES = 3;

    private HevcRecord() {}

    /** A record of the parameter sets among these NAL units, for lengths of four bytes. */
    static byte[] of(List<byte[]> units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] head = new byte[HEAD_BYTES];
        head[0] = 1;
        head[LENGTH_AT] = 3;
        head[HEAD_BYTES - 1] = SET_TYPES;
        out.writeBytes(head);
        for (int type = FIRST_SET; type < FIRST_SET + SET_TYPES; type++) {
            int wanted = type;
            List<byte[]> sets =
                    units.stream().filter(unit -> type(unit) == wanted).toList();
            out.write(type);
            out.writeBytes(ByteBuffer.allocate(2).putShort((short) sets.size()).array());
            sets.forEach(set -> out.writeBytes(ByteBuffer.allocate(2 + set.length)
                    .putShort((short) set.length)
                    .put(set)
                    .array()));
        }
        return out.toByteArray();
    }

    private static int type(byte[] unit) {
        return unit[0] >>> 1 & 0x3f;
    }
}
