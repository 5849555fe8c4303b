package dev.millrace.media.segment;

import dev.millrace.media.rtp.BigEndian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Reads boxes back, strictly: whatever does not add up throws. */
public final class Boxes {
    private static final Set<String> CONTAINERS =
            Set.of("moov", "trak", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf");

    /** One box; {@code offset} is where it begins in what was read. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Box(String type, int offset, byte[] content, List<Box> children) {
        Box child(String name) {
            return children.stream()
                    .filter(each -> each.type.equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        int version() {
            return content[0];
        }

        int flags() {
            return BigEndian.i32(content, 0) & 0xff_ffff;
        }
    }

    /** One sample as a chunk tells of it, in ticks. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Read(long decode, long duration, long composition, boolean sync, byte[] data) {}

    private Boxes() {}

    static List<Box> read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    private static List<Box> read(byte[] bytes, int from, int end) {
        List<Box> boxes = new ArrayList<>();
        for (int at = from; at < end; ) {
            int size = BigEndian.i32(bytes, at);
            if (size < 8 || at + size > end) {
                throw new AssertionError("a box of " + size + " bytes in " + (end - at));
            }
            String type = new String(bytes, at + 4, 4, StandardCharsets.US_ASCII);
            byte[] content = Arrays.copyOfRange(bytes, at + 8, at + size);
            List<Box> children = CONTAINERS.contains(type) ? read(bytes, at + 8, at + size) : List.of();
            boxes.add(new Box(type, at, content, children));
            at += size;
        }
        return boxes;
    }

    static Box find(List<Box> boxes, String type) {
        return boxes.stream()
                .filter(each -> each.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /** All samples of one or more chunks. */
    public static List<Read> samples(byte[] chunks) {
        List<Read> samples = new ArrayList<>();
        List<Box> boxes = read(chunks);
        for (int i = 0; i < boxes.size(); i++) {
            if (boxes.get(i).type().equals("moof")) {
                chunk(chunks, boxes.get(i), boxes.get(i + 1), samples);
            }
        }
        return samples;
    }

    private static void chunk(byte[] bytes, Box moof, Box mdat, List<Read> samples) {
        Box traf = moof.child("traf");
        long decode = BigEndian.i64(traf.child("tfdt").content(), 4);
        Box trun = traf.child("trun");
        byte[] b = trun.content();
        int count = BigEndian.i32(b, 4);
        int data = moof.offset() + BigEndian.i32(b, 8);
        if (data != mdat.offset() + 8) {
            throw new AssertionError("the data is not where trun says");
        }
        int at = 12;
        for (int i = 0; i < count; i++) {
            long duration = BigEndian.u32(b, at);
            int size = BigEndian.i32(b, at + 4);
            at += 8;
            boolean sync = true;
            if ((trun.flags() & 0x400) != 0) {
                sync = (BigEndian.i32(b, at) & 0x1_0000) == 0;
                at += 4;
            }
            long composition = 0;
            if ((trun.flags() & 0x800) != 0) {
                composition = BigEndian.i32(b, at);
                at += 4;
            }
            samples.add(new Read(decode, duration, composition, sync, Arrays.copyOfRange(bytes, data, data + size)));
            decode += duration;
            data += size;
        }
        if (at != b.length || data != mdat.offset() + 8 + mdat.content().length) {
            throw new AssertionError("trun and mdat do not add up");
        }
    }
}
