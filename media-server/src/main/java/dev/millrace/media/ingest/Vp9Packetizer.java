package dev.millrace.media.ingest;

import dev.millrace.media.frames.VideoConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.BigEndian;

/**
 * Makes RTP payloads of VP9 frames (RFC 9628 section 4.2): one layer, not flexible, with picture ids of 15 bits and the size
 * of the pictures in each keyframe.
 *
 * <pre>
 * |I|P|L|F|B|E|V|Z| M PICTURE ID (15) | TID U SID D = 0 | TL0PICIDX | [N_S = 0, Y, no G | width (16) | height (16)]
 * </pre>
 *
 * Allocates nothing; owned by one loop.
 */
final class Vp9Packetizer implements Packetizer {
    private static final int PICTURE_ID = 0x80;
    private static final int PREDICTED = 0x40;
    private static final int LAYERS = 0x20;
    private static final int BEGINS = 0x08;
    private static final int ENDS = 0x04;
    private static final int STRUCTURE = 0x02;
    private static final int NOT_FOR_UPPER_LAYERS = 0x01;
    private static final int SIZES = 0x10;
    private static final int LONG_ID = 0x8000;
    private static final int HEAD_BYTES = 5;
    private static final int STRUCTURE_BYTES = 5;

    private final byte[] payload;
    private int pictureId;
    private int tl0PicIdx;

    Vp9Packetizer(int maxPayload) {
        this.payload = new byte[maxPayload];
    }

    @Override
    public void packetize(VideoFrame frame, Sink sink) {
        byte[] data = frame.data();
        pictureId = (pictureId + 1) & 0x7fff;
        tl0PicIdx = (tl0PicIdx + 1) & 0xff;
        int flags = PICTURE_ID | LAYERS | NOT_FOR_UPPER_LAYERS | (frame.key() ? 0 : PREDICTED);
        for (int at = 0; at < data.length; ) {
            boolean first = at == 0;
            int head = head(frame, first && frame.key());
            int part = Math.min(data.length - at, payload.length - head);
            System.arraycopy(data, at, payload, head, part);
            at += part;
            boolean last = at == data.length;
            payload[0] =
                    (byte) (flags | (first ? BEGINS : 0) | (last ? ENDS : 0) | (head > HEAD_BYTES ? STRUCTURE : 0));
            sink.onPayload(payload, 0, head + part, last);
        }
    }

    /** All but the flags; answers where the data begins. */
    private int head(VideoFrame frame, boolean sizes) {
        BigEndian.put16(payload, 1, LONG_ID | pictureId);
        payload[3] = 0;
        payload[4] = (byte) tl0PicIdx;
        if (!sizes
                || !(frame.config() instanceof VideoConfig.InBand size)
                || size.width() > 0xffff
                || size.height() > 0xffff) {
            return HEAD_BYTES;
        }
        payload[HEAD_BYTES] = SIZES;
        BigEndian.put16(payload, HEAD_BYTES + 1, size.width());
        BigEndian.put16(payload, HEAD_BYTES + 3, size.height());
        return HEAD_BYTES + STRUCTURE_BYTES;
    }
}
