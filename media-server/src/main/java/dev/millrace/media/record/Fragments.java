package dev.millrace.media.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is whole at the end of a file that a crash cut short: CMAF chunks, each a moof and its mdat, together in
 * segments that begin with styp (ISO/IEC 23000-19 section 7.3.2).
 */
final class Fragments {
    private static final int HEADER = 8;

    /** A moof lists samples of a part; a hundred times what one needs. */
    private static final int MAX_MOOF = 1 << 20;

    private static final int TRUN_DATA_OFFSET = 0x1;
    private static final int TRUN_FIRST_FLAGS = 0x4;
    private static final int TRUN_DURATION = 0x100;

    /** The fields a sample of a trun may have, 4 bytes each. */
    private static final int TRUN_SAMPLE_FIELDS = 0xf00;

    private static final long NS_PER_S = 1_000_000_000L;

    /**
     * Whole chunks of one segment.
     *
     * @param offset in the file
     */
    record Found(long offset, int bytes, long startTicks, long endTicks) {
        long startNs(int timescale) {
            return Fragments.ns(startTicks, timescale);
        }

        long endNs(int timescale) {
            return Fragments.ns(endTicks, timescale);
        }
    }

    private record Box(String type, long size) {}

    private record Times(long startTicks, long endTicks) {}

    private final SeekableByteChannel file;
    private final List<Found> found = new ArrayList<>();
    private long segmentAt;
    private long wholeUntil;
    private long startTicks = -1;
    private long endTicks;

    private Fragments(SeekableByteChannel file, long from) {
        this.file = file;
        this.segmentAt = from;
        this.wholeUntil = from;
    }

    /** The segments that begin at or after {@code from}, as far as they are whole. */
    static List<Found> after(SeekableByteChannel file, long from) throws IOException {
        Fragments fragments = new Fragments(file, from);
        fragments.scan(from);
        fragments.end();
        return fragments.found;
    }

    private void scan(long from) throws IOException {
        long at = from;
        Times times = null;
        for (Box box = box(at); box != null; box = box(at)) {
            switch (box.type()) {
                case "styp" -> {
                    end();
                    segmentAt = at;
                    wholeUntil = at;
                }
                case "moof" -> {
                    times = moof(at, box.size());
                    if (times == null) {
                        return;
                    }
                }
                case "mdat" -> {
                    if (times == null) {
                        return;
                    }
                    startTicks = startTicks < 0 ? times.startTicks() : startTicks;
                    endTicks = times.endTicks();
                    wholeUntil = at + box.size();
                    times = null;
                }
                case "prft" -> {}
                default -> {
                    return; // nothing of ours
                }
            }
            at += box.size();
        }
    }

    private void end() {
        if (startTicks >= 0) {
            found.add(new Found(segmentAt, (int) (wholeUntil - segmentAt), startTicks, endTicks));
        }
        startTicks = -1;
    }

    /** Null if it is not all there. */
    private @Nullable Box box(long at) throws IOException {
        if (at + HEADER > file.size()) {
            return null;
        }
        ByteBuffer header = read(at, HEADER);
        long size = Integer.toUnsignedLong(header.getInt());
        byte[] type = new byte[4];
        header.get(type);
        return size < HEADER || at + size > file.size()
                ? null
                : new Box(new String(type, StandardCharsets.ISO_8859_1), size);
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.position(at);
        while (bytes.hasRemaining()) {
            if (file.read(bytes) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    /** When its samples begin and end; null if it does not say. */
    private @Nullable Times moof(long at, long size) throws IOException {
        if (size > MAX_MOOF) {
            return null;
        }
        ByteBuffer moof = read(at, (int) size).position(HEADER);
        ByteBuffer traf = child(moof, "traf");
        ByteBuffer tfdt = traf == null ? null : child(traf, "tfdt");
        ByteBuffer trun = traf == null ? null : child(traf, "trun");
        if (tfdt == null || trun == null || tfdt.remaining() < 12 || trun.remaining() < 8) {
            return null;
        }
        long start = tfdt.getLong(tfdt.position() + 4);
        long duration = duration(trun);
        return duration < 0 || start < 0 ? null : new Times(start, start + duration);
    }

    /** The content of a child; null if there is none that fits. */
    private static @Nullable ByteBuffer child(ByteBuffer parent, String wanted) {
        ByteBuffer rest = parent.duplicate();
        while (rest.remaining() >= HEADER) {
            int size = rest.getInt(rest.position());
            if (size < HEADER || size > rest.remaining()) {
                return null;
            }
            byte[] type = new byte[4];
            rest.get(rest.position() + 4, type);
            if (new String(type, StandardCharsets.ISO_8859_1).equals(wanted)) {
                return rest.slice(rest.position() + HEADER, size - HEADER);
            }
            rest.position(rest.position() + size);
        }
        return null;
    }

    private static long duration(ByteBuffer trun) {
        int flags = trun.getInt() & 0xff_ffff;
        int count = trun.getInt();
        int skip = ((flags & TRUN_DATA_OFFSET) != 0 ? 4 : 0) + ((flags & TRUN_FIRST_FLAGS) != 0 ? 4 : 0);
        int stride = 4 * Integer.bitCount(flags & TRUN_SAMPLE_FIELDS);
        if ((flags & TRUN_DURATION) == 0 || count < 0 || trun.remaining() < skip + (long) count * stride) {
            return -1;
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Integer.toUnsignedLong(trun.getInt(trun.position() + skip + i * stride));
        }
        return sum;
    }

    private static long ns(long ticks, int timescale) {
        return ticks / timescale * NS_PER_S + ticks % timescale * NS_PER_S / timescale;
    }
}
