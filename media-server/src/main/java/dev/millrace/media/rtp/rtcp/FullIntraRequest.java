package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * Demands a keyframe (FIR, RFC 5104 section 4.3.1); PT 206, FMT 4.
 *
 * <pre>
 * |                              SSRC                             |
 * | Seq nr.       |    Reserved                                   |
 * </pre>
 *
 * <p>A repeated demand keeps its number. A reusable view; allocates nothing.
 */
public final class FullIntraRequest {
    /** Bytes of a demand to one source. */
    public static final int LENGTH = 20;

    private static final int FORMAT = 4;
    private static final int ENTRY_LENGTH = 8;

    private byte[] buffer = new byte[Feedback.LENGTH];
    private int offset;
    private int count;

    /** Looks at the reader's packet; false if it is no FIR. */
    public boolean wrap(RtcpReader reader) {
        if (!reader.isFeedback(RtcpReader.PAYLOAD_FEEDBACK, FORMAT)) {
            return false;
        }
        buffer = reader.buffer();
        offset = reader.offset();
        count = (reader.length() - Feedback.LENGTH) / ENTRY_LENGTH;
        return true;
    }

    /** Sources a keyframe is demanded of. */
    public int count() {
        return count;
    }

    public int mediaSsrc(int index) {
        return BigEndian.i32(buffer, offset + Feedback.LENGTH + ENTRY_LENGTH * index);
    }

    /** 0 to 255. */
    public int number(int index) {
        return BigEndian.u8(buffer, offset + Feedback.LENGTH + ENTRY_LENGTH * index + 4);
    }

    /** Writes a demand to one source; answers {@link #LENGTH}. */
    public static int write(byte[] b, int off, int senderSsrc, int mediaSsrc, int number) {
        Feedback.write(b, off, RtcpReader.PAYLOAD_FEEDBACK, FORMAT, LENGTH, senderSsrc, 0);
        BigEndian.put32(b, off + 12, mediaSsrc);
        BigEndian.put32(b, off + 16, number << 24);
        return LENGTH;
    }
}
