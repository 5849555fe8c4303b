package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.HevcSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures of HEVC as containers carry it: NAL units after their lengths (ISO/IEC 14496-15 section 8.3.3.2), made such
 * that each picture that decoding may begin with has its parameter sets before it, and each length four bytes.
 *
 * <p>A picture of clean random access counts as a keyframe: what belongs before it and cannot be decoded, decoders leave out
 * (ITU-T H.265 section 8.1.3). Owned by one thread.
 */
final class HevcPictures implements ContainedPictures {
    private static final int FORBIDDEN_BIT = 0x80;

    private final InBandPictures pictures;
    private final int lengthBytes;
    private final List<byte[]> sets;
    private final UnitBuffer units = new UnitBuffer();
    private boolean anySets;
    private boolean anySlice;
    private boolean begins;

    HevcPictures(HevcRecord record, DropCounters drops) {
        lengthBytes = record.lengthBytes();
        sets = record.sets();
        pictures = new InBandPictures(Codec.HEVC, drops);
        pictures.size(record.width(), record.height());
    }

    @Override
    public @Nullable VideoFrame read(byte[] data, boolean key, long rtpTime, long arrivalNs) {
        if (!scan(data)) {
            return pictures.malformed();
        }
        if (!anySlice) {
            return null; // parameter sets and SEI alone
        }
        begins &= anySets || !sets.isEmpty();
        units.reset();
        boolean fits = true;
        for (int i = 0; i < sets.size() && begins && !anySets && fits; i++) {
            fits = append(sets.get(i), 0, sets.get(i).length);
        }
        for (int at = 0; at < data.length && fits; ) {
            int length = length(data, at);
            at += lengthBytes;
            fits = length == 0 || append(data, at, length);
            at += length;
        }
        return fits ? pictures.made(units.copy(), rtpTime, begins, arrivalNs) : pictures.malformed();
    }

    private boolean scan(byte[] data) {
        anySets = false;
        anySlice = false;
        begins = false;
        for (int at = 0; at < data.length; ) {
            int length = at + lengthBytes <= data.length ? length(data, at) : -1;
            at += lengthBytes;
            boolean empty = length == 0;
            if (length < 0 || length > data.length - at || (!empty && length < HevcUnit.HEADER_BYTES)) {
                return false;
            }
            if (!empty && !note(data, at, length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private boolean note(byte[] data, int at, int length) {
        int type = HevcUnit.type(data, at);
        if (type == HevcUnit.SPS) {
            HevcSequence sequence = HevcSequence.read(data, at, length);
            anySets = sequence != null;
            pictures.size(sequence == null ? 0 : sequence.width(), sequence == null ? 0 : sequence.height());
        } else if (HevcUnit.isSlice(type) && !anySlice) {
            anySlice = true;
            begins = HevcUnit.isRandomAccess(type);
        }
        return (data[at] & FORBIDDEN_BIT) == 0;
    }

    private int length(byte[] data, int at) {
        return switch (lengthBytes) {
            case 1 -> data[at] & 0xff;
            case 2 -> BigEndian.u16(data, at);
            default -> BigEndian.i32(data, at);
        };
    }

    private boolean append(byte[] b, int off, int len) {
        if (!units.begin(b[off]) || !units.append(b, off + 1, len - 1)) {
            return false;
        }
        units.end();
        return true;
    }

    @Override
    public boolean opens() {
        return false;
    }
}
