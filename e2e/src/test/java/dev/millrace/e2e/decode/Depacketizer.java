package dev.millrace.e2e.decode;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.Vp8Descriptor;
import dev.millrace.media.rtp.codec.Vp9Descriptor;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Makes of the payloads of one picture what a decoder takes, in order and without loss; throws where they do not fit. */
interface Depacketizer {
    /** The next payload of the picture. */
    void payload(byte[] b, int off, int len);

    /** The picture is whole; begins a new one. */
    Unit finish();

    /**
     * One picture.
     *
     * @param packets what to feed the decoder, one after the other
     * @param top the part that makes the picture: the frame of its highest spatial layer, or its last OBU
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Unit(List<byte[]> packets, byte[] top) {}

    /** One for the codec of that name. */
    static Depacketizer of(String codec) {
        return switch (codec) {
            case "H264" -> new H264();
            case "VP8" -> new Vp8();
            case "VP9" -> new Vp9();
            case "AV1" -> new Av1();
            default -> throw new IllegalArgumentException(codec);
        };
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }

    /** RFC 6184: single NAL units, STAP-A and FU-A, to start codes. */
    final class H264 implements Depacketizer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private boolean inFragment;

        @Override
        public void payload(byte[] b, int off, int len) {
            int type = b[off] & 0x1f;
            check(!inFragment || type == 28, "a fragmented NAL unit is cut short");
            if (type == 24) {
                for (int at = off + 1; at < off + len; at += 2 + BigEndian.u16(b, at)) {
                    unit(b, at + 2, BigEndian.u16(b, at));
                }
            } else if (type == 28) {
                fragment(b, off, len);
            } else {
                check(type > 0 && type < 24, "NAL unit type " + type);
                unit(b, off, len);
            }
        }

        private void fragment(byte[] b, int off, int len) {
            boolean start = (b[off + 1] & 0x80) != 0;
            check(start != inFragment, "a fragment begins inside another one, or lacks its beginning");
            if (start) {
                unit(new byte[] {(byte) ((b[off] & 0xe0) | (b[off + 1] & 0x1f))}, 0, 1);
            }
            out.write(b, off + 2, len - 2);
            inFragment = (b[off + 1] & 0x40) == 0;
        }

        private void unit(byte[] b, int off, int len) {
            out.writeBytes(new byte[] {0, 0, 0, 1});
            out.write(b, off, len);
        }

        @Override
        public Unit finish() {
            check(!inFragment, "the picture ends inside a fragmented NAL unit");
            byte[] picture = out.toByteArray();
            out.reset();
            return new Unit(List.of(picture), picture);
        }
    }

    /** RFC 7741: the descriptor goes, the rest is put together. */
    final class Vp8 implements Depacketizer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final Vp8Descriptor descriptor = new Vp8Descriptor();

        @Override
        public void payload(byte[] b, int off, int len) {
            check(descriptor.wrap(b, off, len), "no VP8");
            check(
                    descriptor.isFrameStart() == (out.size() == 0),
                    "a frame begins in the middle, or not at its beginning");
            out.write(b, descriptor.payloadOffset(), off + len - descriptor.payloadOffset());
        }

        @Override
        public Unit finish() {
            byte[] picture = out.toByteArray();
            out.reset();
            return new Unit(List.of(picture), picture);
        }
    }

    /** RFC 9628: one packet for each spatial layer of the picture, lowest first. */
    final class Vp9 implements Depacketizer {
        private final Vp9Descriptor descriptor = new Vp9Descriptor();
        private final ByteArrayOutputStream frame = new ByteArrayOutputStream();
        private List<byte[]> layers = new ArrayList<>();
        private boolean open;
        private int spatialId = -1;

        @Override
        public void payload(byte[] b, int off, int len) {
            check(descriptor.wrap(b, off, len), "no VP9");
            check(descriptor.isFrameStart() != open, "a layer frame begins inside another one, or lacks its beginning");
            check(
                    open ? descriptor.spatialId() == spatialId : descriptor.spatialId() > spatialId,
                    "spatial layers mixed");
            spatialId = descriptor.spatialId();
            open = true;
            frame.write(b, descriptor.payloadOffset(), off + len - descriptor.payloadOffset());
            if (descriptor.isFrameEnd()) {
                layers.add(frame.toByteArray());
                frame.reset();
                open = false;
            }
        }

        @Override
        public Unit finish() {
            check(!open, "the picture ends inside a layer frame");
            List<byte[]> picture = layers;
            layers = new ArrayList<>();
            spatialId = -1;
            return new Unit(picture, picture.getLast());
        }
    }

    /** RTP payload format for AV1, section 4: OBU elements become a temporal unit whose OBUs tell their size. */
    final class Av1 implements Depacketizer {
        private static final byte[] TEMPORAL_DELIMITER = {0x12, 0};

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream fragment = new ByteArrayOutputStream();
        private byte[] last = {};
        private boolean open;
        private int at;

        @Override
        public void payload(byte[] b, int off, int len) {
            boolean continues = (b[off] & 0x80) != 0;
            check(continues == open, "an OBU is cut short, or lacks its beginning");
            boolean goesOn = (b[off] & 0x40) != 0;
            int elements = (b[off] >>> 4) & 3;
            int end = off + len;
            at = off + 1;
            for (int i = 1; at < end; i++) {
                int size = i == elements ? end - at : leb128(b);
                check(size <= end - at, "an OBU element is longer than its packet");
                fragment.write(b, at, size);
                at += size;
                open = at == end && goesOn;
                if (!open) {
                    obu(fragment.toByteArray());
                    fragment.reset();
                }
            }
        }

        private int leb128(byte[] b) {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                int next = b[at++];
                value |= (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        private void obu(byte[] obu) {
            last = obu;
            if ((obu[0] & 2) != 0) {
                out.writeBytes(obu);
                return;
            }
            int head = (obu[0] & 4) != 0 ? 2 : 1;
            out.write(obu[0] | 2);
            out.write(obu, 1, head - 1);
            int left = obu.length - head;
            while (left >= 0x80) {
                out.write((left & 0x7f) | 0x80);
                left >>>= 7;
            }
            out.write(left);
            out.write(obu, head, obu.length - head);
        }

        @Override
        public Unit finish() {
            check(!open, "the picture ends inside an OBU");
            byte[] units = out.toByteArray();
            out.reset();
            byte[] picture = new byte[2 + units.length];
            System.arraycopy(TEMPORAL_DELIMITER, 0, picture, 0, 2);
            System.arraycopy(units, 0, picture, 2, units.length);
            return new Unit(List.of(picture), last);
        }
    }
}
