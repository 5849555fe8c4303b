package dev.millrace.media.send;

import dev.millrace.media.rtp.RtpPacket;

/**
 * Makes packets that leave together equally long: one UDP_SEGMENT message carries equal datagrams and one shorter last one,
 * and senders cut a picture into fragments that differ by a byte, the longer ones last.
 *
 * <p>The few missing bytes are RTP padding (RFC 3550 section 5.1). It is decided once for all viewers, when a batch is
 * about to be sent, and remembered with each packet. Stateless; on the source's loop.
 */
public final class SegmentPadding {
    /** More would be paid for by the viewer's connection; a power of two less one. */
    static final int MAX_BYTES = 15;

    private SegmentPadding() {}

    /** Looks at the source's batch before it is walked. */
    public static void equalise(TrackSource source) {
        int size = source.batchSize();
        for (int from = 0; from < size; ) {
            from = equaliseRun(source, from, size);
        }
    }

    /** From {@code from} on, packets of one layer that are about equally long; answers where the next run begins. */
    private static int equaliseRun(TrackSource source, int from, int size) {
        int layer = source.batchLayer(from);
        int shortest = payloadLength(source, from);
        int longest = shortest;
        int end = from + 1;
        while (end < size && source.batchLayer(end) == layer) {
            int length = payloadLength(source, end);
            int shorter = Math.min(shortest, length);
            int longer = Math.max(longest, length);
            if (longer - shorter > MAX_BYTES || shorter <= 0) {
                break;
            }
            shortest = shorter;
            longest = longer;
            end++;
        }
        // The last may be shorter, and if it is longer it is the longest.
        for (int i = from; i < end - 1 && shortest < longest; i++) {
            pad(source, i, longest - payloadLength(source, i));
        }
        return end;
    }

    /** 0 if it is not kept any more. */
    private static int payloadLength(TrackSource source, int i) {
        PacketCache cache = source.layer(source.batchLayer(i)).cache;
        int slot = cache.slot(source.batchSequence(i));
        return slot < 0 ? 0 : payloadLength(cache.bytes(slot), cache.length(slot));
    }

    /** Of a kept packet, which is whole. */
    private static int payloadLength(byte[] b, int length) {
        int header = RtpPacket.headerLength(b, 0);
        boolean padded = (b[0] & 0x20) != 0;
        return length - header - (padded ? b[length - 1] & 0xff : 0);
    }

    private static void pad(TrackSource source, int i, int bytes) {
        PacketCache cache = source.layer(source.batchLayer(i)).cache;
        int slot = cache.slot(source.batchSequence(i));
        cache.flags(slot, PacketFlags.withPadding(cache.flags(slot), bytes));
    }
}
