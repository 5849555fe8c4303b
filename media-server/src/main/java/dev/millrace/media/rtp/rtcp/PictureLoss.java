package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/** Asks for a keyframe (PLI, RFC 4585 section 6.3.1); PT 206, FMT 1, no FCI. */
public final class PictureLoss {
    public static final int LENGTH = Feedback.LENGTH;

    private static final int FORMAT = 1;

    private PictureLoss() {}

    /** True if the reader's packet is one. */
    public static boolean is(RtcpReader reader) {
        return reader.isFeedback(RtcpReader.PAYLOAD_FEEDBACK, FORMAT);
    }

    /** Whose keyframe is asked for; only if {@link #is}. */
    public static int mediaSsrc(RtcpReader reader) {
        return BigEndian.i32(reader.buffer(), reader.offset() + 8);
    }

    /** Writes {@link #LENGTH} bytes and answers their number. */
    public static int write(byte[] b, int off, int senderSsrc, int mediaSsrc) {
        Feedback.write(b, off, RtcpReader.PAYLOAD_FEEDBACK, FORMAT, LENGTH, senderSsrc, mediaSsrc);
        return LENGTH;
    }
}
