package dev.millrace.transcoder;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** NAL units after start codes (ITU-T H.264 annex B), as codecs like them, and after lengths, as files do. */
final class AnnexB {
    private static final int LENGTH_BYTES = 4;
    private static final int TYPE = 0x1f;
    private static final int SLICE = 1;
    private static final int IDR = 5;
    static final int SPS = 7;
    static final int PPS = 8;

    private AnnexB() {}

    /** The units after start codes, parameter sets before them; null if the lengths lie. */
    static byte @Nullable [] of(List<byte[]> sps, List<byte[]> pps, byte[] units) {
        int extra = 0;
        for (byte[] set : sps) {
            extra += LENGTH_BYTES + set.length;
        }
        for (byte[] set : pps) {
            extra += LENGTH_BYTES + set.length;
        }
        ByteBuffer out = ByteBuffer.allocate(extra + units.length);
        sps.forEach(set -> out.putInt(1).put(set));
        pps.forEach(set -> out.putInt(1).put(set));
        int start = out.position();
        out.put(units);
        int at = 0;
        while (at < units.length) {
            if (units.length - at < LENGTH_BYTES) {
                return null;
            }
            int length = out.getInt(start + at);
            if (length <= 0 || length > units.length - at - LENGTH_BYTES) {
                return null;
            }
            out.putInt(start + at, 1);
            at += LENGTH_BYTES + length;
        }
        return out.array();
    }

    /** Whether a slice of an IDR picture is among units after their lengths. */
    static boolean hasIdr(byte[] units) {
        ByteBuffer in = ByteBuffer.wrap(units);
        while (in.remaining() > LENGTH_BYTES) {
            int length = in.getInt();
            if (length <= 0 || length > in.remaining()) {
                return false;
            }
            if ((in.get(in.position()) & TYPE) == IDR) {
                return true;
            }
            in.position(in.position() + length);
        }
        return false;
    }

    /** The units of a stream with start codes. */
    static List<byte[]> units(byte[] stream) {
        List<byte[]> units = new ArrayList<>();
        int start = next(stream, 0);
        while (start < stream.length) {
            int code = next(stream, start);
            int end = code == stream.length ? code : code - 3;
            while (end > start && stream[end - 1] == 0) {
                end--; // trailing zeros, the fourth byte of a start code among them
            }
            if (end > start) {
                units.add(Arrays.copyOfRange(stream, start, end));
            }
            start = code;
        }
        return units;
    }

    /** Behind the next start code, or the end. */
    private static int next(byte[] b, int from) {
        for (int i = from; i + 2 < b.length; i++) {
            if (b[i] == 0 && b[i + 1] == 0 && b[i + 2] == 1) {
                return i + 3;
            }
        }
        return b.length;
    }

    static int type(byte[] unit) {
        return unit[0] & TYPE;
    }

    static List<byte[]> ofType(List<byte[]> units, int type) {
        return units.stream().filter(unit -> type(unit) == type).toList();
    }

    /** The slices alone, each after its length: without parameter sets, delimiters and what an encoder says of itself. */
    static byte[] slices(List<byte[]> units) {
        return lengths(units.stream()
                .filter(unit -> type(unit) >= SLICE && type(unit) <= IDR)
                .toList());
    }

    /** All of them, each after its length. */
    static byte[] lengths(List<byte[]> units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] unit : units) {
            out.writeBytes(ByteBuffer.allocate(LENGTH_BYTES).putInt(unit.length).array());
            out.writeBytes(unit);
        }
        return out.toByteArray();
    }
}
