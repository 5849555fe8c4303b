package dev.millrace.e2e.film;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Pictures of H.264 that tell when they were painted, to be read by the pages that play them ({@code sources.js}): a white
 * cell, a black one, 38 bits of the time in tenths of a millisecond, 8 bits of CRC, in two rows. Owned by one thread.
 */
public final class Barcodes implements AutoCloseable {
    private static final int COLUMNS = 24;
    private static final int STAMP_BITS = 38;
    private static final int CRC_BITS = 8;
    private static final int CRC_POLYNOMIAL = 0x07;
    private static final byte WHITE = (byte) 235;
    private static final byte BLACK = 16;
    private static final byte GREY = (byte) 128;

    /** Of 1280 pixels in a row, as the pages count them. */
    private static final double CELL = 48 / 1280.0;

    private final FilmEncoder encoder;
    private final int cellPixels;

    /** @param groupPictures from one keyframe to the next */
    public Barcodes(int width, int height, int groupPictures) {
        cellPixels = (int) Math.round(width * CELL);
        encoder = new FilmEncoder(
                width,
                height,
                "force-cfr=1:bframes=0:rc-lookahead=0:sync-lookahead=0:keyint=" + groupPictures + ":min-keyint="
                        + groupPictures);
    }

    /** A picture that tells this moment, in H.264 annex B, with parameter sets where it is a keyframe. */
    public byte[] picture(long shownMs, long epochTenthsMs) {
        List<FilmEncoder.Encoded> made = encoder.encode(shownMs, () -> paint(epochTenthsMs));
        if (made.size() != 1) {
            throw new IllegalStateException("x264 holds pictures back: " + made.size() + " came of one");
        }
        return made.getFirst().annexB();
    }

    private void paint(long epochTenthsMs) {
        AVFrame frame = encoder.frame();
        int stride = frame.linesize(0);
        long stamp = epochTenthsMs & ((1L << STAMP_BITS) - 1);
        long word = 0b10L << (STAMP_BITS + CRC_BITS) | stamp << CRC_BITS | crc(stamp);
        byte[] ground = new byte[stride];
        for (int y = 0; y < frame.height(); y++) {
            byte[] row = ground;
            if (y % cellPixels == 0 || y == 2 * cellPixels) {
                row = new byte[stride];
                Arrays.fill(row, (byte) (60 + (y + epochTenthsMs / 50) % 120));
                if (y < 2 * cellPixels) {
                    cells(row, word >> (y / cellPixels == 0 ? COLUMNS : 0));
                }
                ground = row;
            }
            frame.data(0).position((long) y * stride).put(row, 0, stride);
        }
        byte[] grey = new byte[frame.linesize(1)];
        Arrays.fill(grey, GREY);
        for (int y = 0; y < frame.height() / 2; y++) {
            for (int plane = 1; plane <= 2; plane++) {
                frame.data(plane).position((long) y * grey.length).put(grey, 0, grey.length);
            }
        }
    }

    /** The lowest bits of {@code word}, the highest of them first. */
    private void cells(byte[] row, long word) {
        for (int i = 0; i < COLUMNS; i++) {
            boolean lit = (word >> (COLUMNS - 1 - i) & 1) == 1;
            Arrays.fill(row, i * cellPixels, (i + 1) * cellPixels, lit ? WHITE : BLACK);
        }
    }

    private static int crc(long stamp) {
        int crc = 0;
        for (int i = STAMP_BITS - 1; i >= 0; i--) {
            boolean odd = ((stamp >> i & 1) ^ (crc >> (CRC_BITS - 1))) == 1;
            crc = ((crc << 1) & 0xff) ^ (odd ? CRC_POLYNOMIAL : 0);
        }
        return crc;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
