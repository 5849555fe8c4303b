package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.H264Payload;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures of H.264 as containers carry it: NAL units after their lengths (ISO/IEC 14496-15 section 5.3.4.2), with
 * parameter sets told before, in the stream, or both.
 *
 * <p>A picture that makes no sense is dropped with all after it up to the next keyframe. Owned by one thread.
 */
public final class AvcPictures implements ContainedPictures {
    private static final int FORBIDDEN_BIT = 0x80;
    private static final int REFERENCE_BITS = 0x60;
    private static final int LENGTH_BYTES = 4;

    private final DropCounters drops;
    private final ParameterSets sets = new ParameterSets();
    private final UnitBuffer units = new UnitBuffer();
    private int lengthBytes = LENGTH_BYTES;
    private boolean waiting = true;
    private boolean anySlice;
    private boolean idr;
    private boolean recovers;
    private boolean discardable;
    private boolean asItIs;
    private boolean opens;

    public AvcPictures(DropCounters drops) {
        this.drops = drops;
    }

    /** Another configuration, in force from the next keyframe on. */
    public void configure(AvcRecord record) {
        lengthBytes = record.lengthBytes();
        record.sps().forEach(each -> sets.addOutOfBand(each, 0, each.length));
        record.pps().forEach(each -> sets.addOutOfBand(each, 0, each.length));
    }

    @Override
    public @Nullable VideoFrame read(byte[] data, boolean key, long rtpTime, long arrivalNs) {
        if (!scan(data)) {
            drops.count(DropReason.CODEC_MALFORMED);
            lose();
            return null;
        }
        if (!anySlice) {
            return null; // parameter sets and SEI alone
        }
        opens = (key || recovers) && !idr;
        boolean begins = idr && (!waiting || sets.complete());
        AvcConfig config = begins ? sets.commit() : sets.current();
        if ((waiting && !begins) || config == null) {
            drops.count(DropReason.WAITING_FOR_KEYFRAME);
            lose();
            return null;
        }
        waiting = false;
        byte[] kept = asItIs ? data : units.copy();
        return new VideoFrame(kept, rtpTime, idr, discardable && !idr, config, arrivalNs);
    }

    /** Looks at all units, and copies those that stay if there are others. */
    private boolean scan(byte[] data) {
        anySlice = false;
        idr = false;
        recovers = false;
        discardable = true;
        asItIs = lengthBytes == LENGTH_BYTES;
        units.reset();
        int at = 0;
        while (at < data.length) {
            int length = at + lengthBytes <= data.length ? length(data, at) : -1;
            int from = at + lengthBytes;
            if (length < 0 || length > data.length - from || (length > 0 && (data[from] & FORBIDDEN_BIT) != 0)) {
                return false;
            }
            if (length == 0 || !isKept(data, from, length)) {
                leaveOut(data, at);
            } else if (!asItIs && !append(data, from, length)) {
                return false;
            }
            at = from + length;
        }
        return true;
    }

    private int length(byte[] data, int at) {
        int length = 0;
        for (int i = 0; i < lengthBytes; i++) {
            length = (length << 8) | (data[at + i] & 0xff);
        }
        return length;
    }

    /** Notes what the unit is; false if a picture does not need it. */
    private boolean isKept(byte[] data, int off, int len) {
        int type = data[off] & 0x1f;
        if (type == H264Payload.SPS || type == H264Payload.PPS) {
            sets.add(data, off, len);
            return false;
        }
        if (type == H264Payload.SEI) {
            boolean recovery = RecoveryPoint.isToldBy(data, off, len);
            recovers |= recovery;
            return !recovery;
        }
        if (type == 0 || type > H264Payload.SEI) {
            return false; // delimiters, filler, and what extensions add
        }
        anySlice = true;
        idr |= type == H264Payload.IDR_SLICE;
        discardable &= (data[off] & REFERENCE_BITS) == 0;
        return true;
    }

    /** From here on, what stays is copied: what was before is as it was. */
    private void leaveOut(byte[] data, int end) {
        if (asItIs) {
            asItIs = false;
            for (int at = 0; at < end; ) {
                int length = length(data, at);
                append(data, at + lengthBytes, length);
                at += lengthBytes + length;
            }
        }
    }

    private boolean append(byte[] data, int off, int len) {
        if (!units.begin(data[off]) || !units.append(data, off + 1, len - 1)) {
            return false;
        }
        units.end();
        return true;
    }

    private void lose() {
        waiting = true;
        sets.abandon();
    }

    @Override
    public boolean opens() {
        return opens;
    }
}
