package dev.millrace.media.frames;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes H.264 payloads as a browser sends them: parameter sets in a STAP-A, long slices in FU-As. */
public final class H264Packets {
    /** What Chromium sends for 640x360 in its constrained baseline, reordering told as none. */
    public static final byte[] SPS = hex("6742c00c8c8d4146937010d01078442350");

    /** The same encoder, another size. */
    public static final byte[] OTHER_SPS = hex("6742c0158c8d40a0c937010d010784423500");

    public static final byte[] PPS = hex("68ce3c80");

    private H264Packets() {}

    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** A slice of so many bytes that begins a picture. */
    public static byte[] slice(boolean idr, int bytes) {
        return nal(idr ? 0x65 : 0x41, true, bytes);
    }

    static byte[] nal(int header, boolean firstMacroblock, int bytes) {
        byte[] unit = new byte[bytes];
        unit[0] = (byte) header;
        unit[1] = (byte) (firstMacroblock ? 0x88 : 0x48);
        for (int i = 2; i < bytes; i++) {
            unit[i] = (byte) (i * 31 + bytes);
        }
        return unit;
    }

    static byte[] stapA(byte[]... units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x78);
        for (byte[] unit : units) {
            out.write(unit.length >> 8);
            out.write(unit.length);
            out.writeBytes(unit);
        }
        return out.toByteArray();
    }

    static List<byte[]> fuA(byte[] unit, int fragmentBytes) {
        List<byte[]> fragments = new ArrayList<>();
        for (int at = 1; at < unit.length; at += fragmentBytes) {
            int end = Math.min(unit.length, at + fragmentBytes);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write((unit[0] & 0xe0) | 28);
            out.write((unit[0] & 0x1f) | (at == 1 ? 0x80 : 0) | (end == unit.length ? 0x40 : 0));
            out.write(unit, at, end - at);
            fragments.add(out.toByteArray());
        }
        return fragments;
    }

    /** All payloads of a keyframe. */
    static List<byte[]> keyframe(byte[] sps, int bytes) {
        List<byte[]> payloads = new ArrayList<>();
        payloads.add(stapA(sps, PPS));
        byte[] slice = slice(true, bytes);
        payloads.addAll(bytes <= 1000 ? List.of(slice) : fuA(slice, 1000));
        return payloads;
    }

    /** A picture as {@link VideoFrame} holds it. */
    static byte[] lengthPrefixed(byte[]... units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] unit : units) {
            out.writeBytes(new byte[] {0, 0, (byte) (unit.length >> 8), (byte) unit.length});
            out.writeBytes(unit);
        }
        return out.toByteArray();
    }
}
