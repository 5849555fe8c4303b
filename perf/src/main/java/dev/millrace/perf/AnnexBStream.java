package dev.millrace.perf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a file of H.264 (ITU-T H.264 annex B) into its pictures (section 7.4.1.2.3), for one picture a frame time. */
final class AnnexBStream {
    private static final long SECOND_NS = 1_000_000_000;
    private static final int SLICE = 1;
    private static final int IDR_SLICE = 5;
    private static final int SEI = 6;
    private static final int DELIMITER = 9;
    private static final int START_CODE_BYTES = 3;

    private AnnexBStream() {}

    /** The pictures of a stream without B-frames, each shown when it is sent. */
    static List<Clip.Picture> pictures(byte[] stream, int framesPerSecond) {
        List<Clip.Picture> pictures = new ArrayList<>();
        int begin = 0;
        boolean slices = false;
        boolean key = false;
        for (int at = unit(stream, 0); at < stream.length; at = unit(stream, at)) {
            int type = stream[at] & 0x1f;
            if (slices && opens(stream, at, type)) {
                int end = codeBefore(stream, at);
                add(pictures, Arrays.copyOfRange(stream, begin, end), key, framesPerSecond);
                begin = end;
                slices = false;
                key = false;
            }
            slices |= type == SLICE || type == IDR_SLICE;
            key |= type == IDR_SLICE;
        }
        if (slices) {
            add(pictures, Arrays.copyOfRange(stream, begin, stream.length), key, framesPerSecond);
        }
        return pictures;
    }

    private static void add(List<Clip.Picture> pictures, byte[] annexB, boolean key, int framesPerSecond) {
        long atNs = pictures.size() * SECOND_NS / framesPerSecond;
        pictures.add(new Clip.Picture(annexB, atNs, atNs, key));
    }

    /** Whether a unit behind slices belongs to the next picture: what stands before slices, or macroblock 0. */
    private static boolean opens(byte[] stream, int at, int type) {
        boolean slice = type == SLICE || type == IDR_SLICE;
        // first_mb_in_slice is Exp-Golomb: a leading one is 0.
        return slice ? at + 1 < stream.length && stream[at + 1] < 0 : type >= SEI && type <= DELIMITER;
    }

    /** Where the next unit begins, behind its start code; the end if there is none. */
    private static int unit(byte[] stream, int from) {
        for (int i = from; i + START_CODE_BYTES < stream.length; i++) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                return i + START_CODE_BYTES;
            }
        }
        return stream.length;
    }

    /** Where the start code of the unit at {@code at} begins, its leading zero included. */
    private static int codeBefore(byte[] stream, int at) {
        int code = at - START_CODE_BYTES;
        return code > 0 && stream[code - 1] == 0 ? code - 1 : code;
    }
}
