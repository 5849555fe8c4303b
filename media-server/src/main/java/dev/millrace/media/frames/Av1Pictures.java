package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Av1SequenceHeader;
import dev.millrace.media.rtp.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures of AV1 as containers carry it (AV1 in ISOBMFF section 2.4): temporal units, made such as a decoder takes them,
 * with a temporal delimiter, a sequence header with each keyframe, and a size with each OBU. Owned by one thread.
 */
final class Av1Pictures implements ContainedPictures {
    private static final byte[] TEMPORAL_DELIMITER_OBU = {0x12, 0};
    private static final int SIZED = 2;

    /** show_existing_frame, frame_type and show_frame, the first bits of a frame header: a keyframe that is shown. */
    private static final int KEY_BITS = 0xf0;

    private static final int KEY = 0x10;

    private final InBandPictures pictures;
    private final byte[] told;
    private final Av1Obu obu = new Av1Obu();
    private final Av1SequenceHeader sequence = new Av1SequenceHeader();
    private final UnitBuffer unit = new UnitBuffer();
    private boolean anySequence;
    private boolean anyFrame;
    private boolean begins;

    Av1Pictures(Av1Record record, DropCounters drops) {
        told = record.sequenceHeader();
        pictures = new InBandPictures(Codec.AV1, drops);
        pictures.size(record.width(), record.height());
    }

    @Override
    public @Nullable VideoFrame read(byte[] data, boolean key, long rtpTime, long arrivalNs) {
        if (!scan(data)) {
            return pictures.malformed();
        }
        if (!anyFrame) {
            return null; // nothing to show, as a sequence header alone
        }
        boolean tellsSequence = begins && !anySequence;
        if (tellsSequence && told.length == 0) {
            begins = false;
        }
        unit.reset();
        boolean fits = unit.append(TEMPORAL_DELIMITER_OBU, 0, TEMPORAL_DELIMITER_OBU.length)
                && (!tellsSequence || unit.append(told, 0, told.length))
                && copy(data);
        return fits ? pictures.made(unit.copy(), rtpTime, begins, arrivalNs) : pictures.malformed();
    }

    /** Looks at all OBUs. */
    private boolean scan(byte[] data) {
        anySequence = false;
        anyFrame = false;
        begins = false;
        for (int at = 0; at < data.length; at = obu.end()) {
            if (!obu.wrap(data, at, data.length)) {
                return false;
            }
            int type = obu.type();
            if (type == Av1Obu.SEQUENCE_HEADER && sequence.read(data, obu.payloadOffset(), obu.payloadLength())) {
                anySequence = true;
                pictures.size(sequence.width(), sequence.height());
            } else if (!anyFrame && (type == Av1Obu.FRAME || type == Av1Obu.FRAME_HEADER) && obu.payloadLength() > 0) {
                anyFrame = true;
                begins = (data[obu.payloadOffset()] & KEY_BITS) == KEY;
            }
        }
        return true;
    }

    private boolean copy(byte[] data) {
        boolean fits = true;
        for (int at = 0; at < data.length && fits; at = obu.end()) {
            obu.wrap(data, at, data.length);
            int type = obu.type();
            if (type != Av1Obu.TEMPORAL_DELIMITER && type != Av1Obu.TILE_LIST && type != Av1Obu.PADDING) {
                fits = obu.isSized() ? unit.append(data, at, obu.end() - at) : append(data, at);
            }
        }
        return fits;
    }

    /** The last OBU, without a size of its own. */
    private boolean append(byte[] data, int at) {
        boolean fits = unit.append((byte) (data[at] | SIZED)) && unit.append(data, at + 1, obu.headerBytes() - 1);
        int left = obu.payloadLength();
        for (; left >= 0x80 && fits; left >>>= 7) {
            fits = unit.append((byte) (left | 0x80));
        }
        return fits && unit.append((byte) left) && unit.append(data, obu.payloadOffset(), obu.payloadLength());
    }

    @Override
    public boolean opens() {
        return false;
    }
}
