package dev.millrace.transcoder;

import java.util.Arrays;

/**
 * The header that AAC has in MPEG-TS (ADTS, ISO/IEC 14496-3 section 1.A.2.2).
 *
 * <pre>
 * 12 bits 1 | 1 version | 2 layer | 1 no CRC | 2 profile | 4 rate index | 1 private | 3 channels | … | 13 length | …
 * </pre>
 */
final class Adts {
    private static final int HEADER = 7;
    private static final int CRC = 2;

    private Adts() {}

    static boolean isHeader(byte[] packet) {
        return packet.length >= HEADER && packet[0] == (byte) 0xff && (packet[1] & 0xf6) == 0xf0;
    }

    /** AudioSpecificConfig (section 1.6.2.1): 5 bits object type, 4 rate index, 4 channels, 3 zero. */
    static byte[] configuration(byte[] packet) {
        int type = (packet[2] >> 6 & 3) + 1;
        int rate = packet[2] >> 2 & 0xf;
        int channels = (packet[2] & 1) << 2 | (packet[3] >> 6 & 3);
        int bits = type << 11 | rate << 7 | channels << 3;
        return new byte[] {(byte) (bits >> 8), (byte) bits};
    }

    /** The data block behind it; nothing if it is cut, or has several. */
    static byte[] raw(byte[] packet) {
        int header = HEADER + ((packet[1] & 1) == 0 ? CRC : 0);
        int length = (packet[3] & 3) << 11 | (packet[4] & 0xff) << 3 | (packet[5] & 0xff) >> 5;
        boolean one = (packet[6] & 3) == 0;
        return one && length > header && length <= packet.length
                ? Arrays.copyOfRange(packet, header, length)
                : new byte[0];
    }
}
