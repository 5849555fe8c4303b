package dev.millrace.media.ingest;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.H264Payload;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes RTP payloads of pictures (RFC 6184, packetization-mode 1): small NAL units together as STAP-A (section 5.7.1), large
 * ones as FU-A (5.8), parameter sets before each keyframe.
 *
 * <p>Fragments are as long as may be but for the last: equal packets leave as one message. Allocates nothing once it has
 * grown; owned by one loop.
 */
final class H264Packetizer implements Packetizer {
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final int FU_START = 0x80;
    private static final int FU_END = 0x40;
    private static final int REFERENCE_BITS = 0x60;
    private static final int TYPE_BITS = 0x1f;
    private static final int LENGTH_BYTES = 4;
    private static final int FIRST_UNITS = 16;

    private final int maxPayload;
    private final byte[] payload;
    private byte[] @Nullable [] units = new byte[FIRST_UNITS][];
    private int[] offs = new int[FIRST_UNITS];
    private int[] lens = new int[FIRST_UNITS];
    private int count;

    /** @param maxPayload bytes of a payload at most */
    H264Packetizer(int maxPayload) {
        this.maxPayload = maxPayload;
        this.payload = new byte[maxPayload];
    }

    @Override
    public void packetize(VideoFrame frame, Sink sink) {
        count = 0;
        if (frame.key() && frame.config() instanceof AvcConfig config) {
            config.sps().forEach(each -> add(each, 0, each.length));
            config.pps().forEach(each -> add(each, 0, each.length));
        }
        byte[] data = frame.data();
        for (int at = 0; at < data.length; ) {
            int length = (int) BigEndian.u32(data, at);
            at += LENGTH_BYTES;
            if ((data[at] & TYPE_BITS) != H264Payload.SEI) { // says nothing to a browser's decoder
                add(data, at, length);
            }
            at += length;
        }
        for (int i = 0; i < count; ) {
            i = lens[i] > maxPayload ? fragment(i, sink) : together(i, sink);
        }
        Arrays.fill(units, 0, count, null);
    }

    private void add(byte[] b, int off, int len) {
        if (count == lens.length) {
            units = Arrays.copyOf(units, 2 * count);
            offs = Arrays.copyOf(offs, 2 * count);
            lens = Arrays.copyOf(lens, 2 * count);
        }
        units[count] = b;
        offs[count] = off;
        lens[count++] = len;
    }

    private byte[] unit(int i) {
        byte[] unit = units[i];
        if (unit == null) {
            throw new IllegalStateException("no unit " + i);
        }
        return unit;
    }

    /** Answers the next unit that is not sent. */
    private int fragment(int i, Sink sink) {
        byte[] unit = unit(i);
        int at = offs[i] + 1;
        int end = offs[i] + lens[i];
        byte header = unit[offs[i]];
        payload[0] = (byte) ((header & ~TYPE_BITS) | FU_A);
        int start = FU_START;
        while (at < end) {
            int part = Math.min(end - at, maxPayload - 2);
            boolean over = at + part == end;
            payload[1] = (byte) (start | (over ? FU_END : 0) | (header & TYPE_BITS));
            System.arraycopy(unit, at, payload, 2, part);
            at += part;
            sink.onPayload(payload, 0, 2 + part, over && i == count - 1);
            start = 0;
        }
        return i + 1;
    }

    private int together(int first, Sink sink) {
        int size = 1;
        int next = first;
        while (next < count && size + 2 + lens[next] <= maxPayload) {
            size += 2 + lens[next++];
        }
        if (next <= first + 1) {
            sink.onPayload(unit(first), offs[first], lens[first], first == count - 1);
            return first + 1;
        }
        int header = 0;
        int at = 1;
        for (int i = first; i < next; i++) {
            byte[] unit = unit(i);
            header = Math.max(header, unit[offs[i]] & REFERENCE_BITS);
            BigEndian.put16(payload, at, lens[i]);
            System.arraycopy(unit, offs[i], payload, at + 2, lens[i]);
            at += 2 + lens[i];
        }
        payload[0] = (byte) (header | STAP_A);
        sink.onPayload(payload, 0, at, next == count);
        return next;
    }
}
