package dev.millrace.media.origin;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.H264Sequence;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;

/**
 * Black pictures, for as long as sound comes from a broadcaster who sends no pictures: players that know of playlists of
 * pictures play nothing while those stand still, and gaps in all of them neither.
 *
 * <p>Every picture is an IDR of 256x144 in constrained baseline (ITU-T H.264 section 7.3): the first macroblock holds its
 * samples, all others are predicted from their neighbours without a residual. 530 bytes each. Owned by the origin's thread.
 */
final class DarkPictures {
    private static final int COLUMNS = 16;
    private static final int ROWS = 9;
    private static final int LENGTH_BYTES = 4;
    private static final long HOLE_NS = 1_000_000_000L;

    /** Black in limited range, and no colour. */
    private static final int LUMA = 16;

    private static final int CHROMA = 128;
    private static final int LUMA_SAMPLES = 256;
    private static final int CHROMA_SAMPLES = 128;

    private static final int BASELINE = 66;
    private static final int CONSTRAINED = 0xc0;

    /** Level 1.1: 3,000 macroblocks a second are 20 pictures. */
    private static final int LEVEL = 11;

    private static final AvcConfig CONFIG = config();
    private static final List<byte[]> PICTURES = List.of(picture(0), picture(1));

    /** Takes the pictures. */
    interface Sink {
        void onVideo(VideoFrame frame, long captureNs);
    }

    private final long stepNs;
    private boolean begun;
    private long nextNs;
    private int count;

    /** @param stepNs from one to the next */
    DarkPictures(long stepNs) {
        this.stepNs = stepNs;
    }

    /** Sound has come to that time. */
    void until(long captureNs, Sink sink) {
        if (!begun || captureNs - nextNs > HOLE_NS) {
            begun = true;
            nextNs = captureNs;
        }
        while (nextNs <= captureNs) {
            // IDR pictures that follow each other differ in their number (section 7.4.3).
            byte[] data = PICTURES.get(count++ % PICTURES.size());
            sink.onVideo(new VideoFrame(data, 0, true, false, CONFIG, nextNs), nextNs);
            nextNs += stepNs;
        }
    }

    private static AvcConfig config() {
        byte[] sps = new Bits(0x67)
                .bits(8, BASELINE)
                .bits(8, CONSTRAINED)
                .bits(8, LEVEL)
                .ue(0) // its number
                .ue(0) // frame_num has 4 bits
                .ue(2) // shown in the order of decoding
                .ue(1) // reference frame
                .bits(1, 0)
                .ue(COLUMNS - 1)
                .ue(ROWS - 1)
                .bits(1, 1) // frames only
                .bits(1, 1)
                .bits(1, 0) // not cropped
                .bits(1, 0) // no VUI
                .end();
        byte[] pps = new Bits(0x68)
                .ue(0)
                .ue(0)
                .bits(2, 0) // CAVLC
                .ue(0) // slice group
                .ue(0)
                .ue(0)
                .bits(3, 0) // no weighted prediction
                .ue(0)
                .ue(0)
                .ue(0) // usual quantizers
                .bits(1, 1) // slices say how they are deblocked
                .bits(2, 0)
                .end();
        return new AvcConfig(List.of(sps), List.of(pps), Objects.requireNonNull(H264Sequence.read(sps, 0, sps.length)));
    }

    private static byte[] picture(int number) {
        Bits bits = new Bits(0x65)
                .ue(0) // from the first macroblock
                .ue(7) // all slices are I
                .ue(0)
                .bits(4, 0) // frame_num
                .ue(number)
                .bits(2, 0) // no long-term reference
                .ue(0)
                .ue(1); // not deblocked
        for (int at = 0; at < COLUMNS * ROWS; at++) {
            if (at == 0) {
                samples(bits);
            } else {
                // What counts the coefficients of a neighbour that holds samples is the table for 8 and more.
                predicted(bits, at == 1 || at == COLUMNS);
            }
        }
        byte[] unit = bits.end();
        byte[] data = new byte[LENGTH_BYTES + unit.length];
        BigEndian.put32(data, 0, unit.length);
        System.arraycopy(unit, 0, data, LENGTH_BYTES, unit.length);
        return data;
    }

    /** I_PCM (section 7.3.5). */
    private static void samples(Bits bits) {
        bits.ue(25).align();
        for (int i = 0; i < LUMA_SAMPLES; i++) {
            bits.bits(8, LUMA);
        }
        for (int i = 0; i < CHROMA_SAMPLES; i++) {
            bits.bits(8, CHROMA);
        }
    }

    /** I_16x16_2_0_0: the mean of what is beside and above it, and no coefficients (table 9-5). */
    private static void predicted(Bits bits, boolean besideSamples) {
        bits.ue(3).ue(0).ue(0);
        if (besideSamples) {
            bits.bits(6, 3);
        } else {
            bits.bits(1, 1);
        }
    }

    /** A NAL unit, bit by bit; none of these needs emulation prevention. */
    private static final class Bits {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int current;
        private int filled;

        Bits(int header) {
            bytes.write(header);
        }

        Bits bits(int count, int value) {
            for (int i = count - 1; i >= 0; i--) {
                current = current << 1 | (value >> i & 1);
                if (++filled == Byte.SIZE) {
                    bytes.write(current);
                    current = 0;
                    filled = 0;
                }
            }
            return this;
        }

        /** Exponential Golomb (section 9.1). */
        Bits ue(int value) {
            int length = Integer.SIZE - Integer.numberOfLeadingZeros(value + 1);
            return bits(2 * length - 1, value + 1);
        }

        void align() {
            bits((Byte.SIZE - filled) % Byte.SIZE, 0);
        }

        byte[] end() {
            bits(1, 1).align();
            return bytes.toByteArray();
        }
    }
}
