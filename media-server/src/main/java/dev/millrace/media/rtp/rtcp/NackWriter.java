package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/** Writes a {@link Nack} from ascending sequence numbers, packing up to 17 into four bytes; reusable. */
public final class NackWriter {
    private byte[] buffer = new byte[0];
    private int offset;
    private int limit;
    private int at;

    /** Begins a message of at most {@code maxLength} bytes. */
    public NackWriter begin(byte[] b, int off, int maxLength, int senderSsrc, int mediaSsrc) {
        Feedback.write(b, off, RtcpReader.TRANSPORT_FEEDBACK, Nack.FORMAT, Feedback.LENGTH, senderSsrc, mediaSsrc);
        buffer = b;
        offset = off;
        limit = off + maxLength;
        at = off + Feedback.LENGTH;
        return this;
    }

    /** Asks for one more packet; false if there is no more room. */
    public boolean add(int sequenceNumber) {
        if (at > offset + Feedback.LENGTH) {
            int last = at - Nack.ITEM_LENGTH;
            int ahead = (sequenceNumber - BigEndian.u16(buffer, last)) & 0xffff;
            if (ahead == 0) {
                return true;
            }
            if (ahead <= 16) {
                BigEndian.put16(buffer, last + 2, BigEndian.u16(buffer, last + 2) | 1 << (ahead - 1));
                return true;
            }
        }
        if (at + Nack.ITEM_LENGTH > limit) {
            return false;
        }
        BigEndian.put16(buffer, at, sequenceNumber);
        BigEndian.put16(buffer, at + 2, 0);
        at += Nack.ITEM_LENGTH;
        return true;
    }

    /** The message's length, or 0 if nothing was asked for. */
    public int finish() {
        int length = at - offset;
        if (length == Feedback.LENGTH) {
            return 0;
        }
        BigEndian.put16(buffer, offset + 2, length / 4 - 1);
        return length;
    }
}
