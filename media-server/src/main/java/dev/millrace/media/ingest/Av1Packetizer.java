package dev.millrace.media.ingest;

import dev.millrace.media.frames.Av1Obu;
import dev.millrace.media.frames.VideoFrame;
import java.util.Arrays;

/**
 * Makes RTP payloads of temporal units (RTP payload format for AV1, sections 4.3 to 4.5 and 5): OBUs without their sizes and
 * without delimiters, as many of them in a payload as fit, large ones cut.
 *
 * <pre>
 * |Z|Y| W |N|-|-|-|   Z: begins with a fragment, Y: ends with one, W: elements, N: a decoder can begin here
 * each element but the last after its length (leb128)
 * </pre>
 *
 * Allocates nothing once it has grown; owned by one loop.
 */
final class Av1Packetizer implements Packetizer {
    private static final int CONTINUES = 0x80;
    private static final int GOES_ON = 0x40;
    private static final int ELEMENTS_SHIFT = 4;
    private static final int NEW_SEQUENCE = 0x08;
    private static final int SIZED = 2;

    /** What W can count; more would need a length each. */
    private static final int MAX_ELEMENTS = 3;

    /** A shorter piece of an OBU is not worth its own element. */
    private static final int LEAST_PIECE = 16;

    private final int maxPayload;
    private final byte[] payload;
    private final Av1Obu obu = new Av1Obu();

    /** All OBUs of a picture, without their sizes; where each ends. */
    private byte[] flat = new byte[16 << 10];

    private int[] ends = new int[16];
    private int count;

    /** The elements of the payload that is being made, as pieces of {@link #flat}. */
    private final int[] from = new int[MAX_ELEMENTS];

    private final int[] lengths = new int[MAX_ELEMENTS];

    Av1Packetizer(int maxPayload) {
        this.maxPayload = maxPayload;
        this.payload = new byte[maxPayload];
    }

    @Override
    public void packetize(VideoFrame frame, Sink sink) {
        flatten(frame.data());
        int at = 0;
        int next = 0;
        boolean continues = false;
        int sequence = frame.key() ? NEW_SEQUENCE : 0;
        while (next < count) {
            int size = 1;
            int elements = 0;
            while (next < count && elements < MAX_ELEMENTS) {
                int room = maxPayload - size - (elements == 0 ? 0 : lengthBytes(lengths[elements - 1]));
                if (elements > 0 && room < LEAST_PIECE) {
                    break;
                }
                size = maxPayload - room;
                from[elements] = at;
                lengths[elements] = Math.min(room, ends[next] - at);
                at += lengths[elements];
                size += lengths[elements++];
                if (at < ends[next]) {
                    break;
                }
                next++;
            }
            boolean goesOn = next < count && at > (next == 0 ? 0 : ends[next - 1]);
            int head = (continues ? CONTINUES : 0) | (goesOn ? GOES_ON : 0) | elements << ELEMENTS_SHIFT | sequence;
            sink.onPayload(payload, 0, write(head, elements), next == count);
            continues = goesOn;
            sequence = 0;
        }
    }

    private int write(int head, int elements) {
        payload[0] = (byte) head;
        int to = 1;
        for (int i = 0; i < elements; i++) {
            if (i < elements - 1) {
                int left = lengths[i];
                for (; left >= 0x80; left >>>= 7) {
                    payload[to++] = (byte) (left | 0x80);
                }
                payload[to++] = (byte) left;
            }
            System.arraycopy(flat, from[i], payload, to, lengths[i]);
            to += lengths[i];
        }
        return to;
    }

    private static int lengthBytes(int length) {
        return length < 0x80 ? 1 : length < 0x4000 ? 2 : 3;
    }

    private void flatten(byte[] data) {
        if (flat.length < data.length) {
            flat = new byte[Math.max(data.length, 2 * flat.length)];
        }
        count = 0;
        int to = 0;
        for (int at = 0; at < data.length; at = obu.end()) {
            if (!obu.wrap(data, at, data.length)) {
                throw new IllegalArgumentException("a temporal unit that was not looked at");
            }
            if (obu.type() == Av1Obu.TEMPORAL_DELIMITER) {
                continue;
            }
            int header = obu.headerBytes();
            System.arraycopy(data, at, flat, to, header);
            flat[to] &= ~SIZED;
            System.arraycopy(data, obu.payloadOffset(), flat, to + header, obu.payloadLength());
            to += header + obu.payloadLength();
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
            }
            ends[count++] = to;
        }
    }
}
