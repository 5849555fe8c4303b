package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.codec.H264Payload;
import java.util.List;
import java.util.Optional;

/**
 * Makes pictures of H.264 payloads in order: single NAL units, STAP-A and FU-A (RFC 6184 sections 5.6 to 5.8).
 *
 * <p>A picture that lacks anything is dropped with all after it up to the next keyframe. A picture is over with the
 * marker, or, for a source whose marker has lied once, with the next timestamp. Owned by one thread.
 */
public final class H264Assembler implements VideoAssembly {
    private static final int SINGLE_MAX = 23;
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final int FU_START = 0x80;
    private static final int FU_END = 0x40;
    private static final int FORBIDDEN_BIT = 0x80;
    private static final int ACCESS_UNIT_DELIMITER = 9;
    private static final int FILLER = 12;

    private final FrameListener listener;
    private final DropCounters drops;
    private final ParameterSets sets = new ParameterSets();
    private final UnitBuffer unit = new UnitBuffer();
    private final PictureWatch watch = new PictureWatch();
    private boolean waiting = true;
    private boolean open;
    private boolean broken;
    private boolean closedByMarker;
    private boolean continued;
    private boolean markerLies;
    private long rtpTime = -1;
    private long arrivalNs;
    private boolean anySlice;
    private boolean idr;
    private boolean discardable;
    private boolean inFragment;
    private long dropped;

    public H264Assembler(FrameListener listener, DropCounters drops) {
        this.listener = listener;
        this.drops = drops;
    }

    /** Parameter sets told elsewhere, as sprop-parameter-sets in SDP (RFC 6184 section 8.1). */
    public void outOfBand(List<byte[]> units) {
        units.forEach(each -> sets.addOutOfBand(each, 0, each.length));
    }

    @Override
    public void onPayload(long time, boolean marker, byte[] b, int off, int len, long nowNs) {
        if (len == 0) {
            return;
        }
        watch.onPacket(nowNs);
        if (open && time != rtpTime) {
            finish();
        }
        if (!open) {
            begin(time);
        }
        arrivalNs = nowNs;
        if (!broken && !take(b, off, len)) {
            drops.count(DropReason.CODEC_MALFORMED);
            lose();
        }
        if (marker && !markerLies) {
            finish();
            closedByMarker = true;
        }
    }

    @Override
    public void onLost(long packets, long nowNs) {
        arrivalNs = nowNs;
        lose();
    }

    private void begin(long time) {
        continued = closedByMarker && time == rtpTime;
        open = true;
        broken = false;
        closedByMarker = false;
        rtpTime = time;
        unit.reset();
        anySlice = false;
        idr = false;
        discardable = true;
        inFragment = false;
    }

    private boolean take(byte[] b, int off, int len) {
        if ((b[off] & FORBIDDEN_BIT) != 0 || !H264Payload.isValid(b, off, len)) {
            return false;
        }
        int type = b[off] & 0x1f;
        if (type == FU_A) {
            return takeFragment(b, off, len);
        }
        if (inFragment || type > STAP_A) {
            return false;
        }
        if (type <= SINGLE_MAX) {
            return takeUnit(b, off, len);
        }
        for (int at = off + 1; at < off + len; at += 2 + BigEndian.u16(b, at)) {
            if (!takeUnit(b, at + 2, BigEndian.u16(b, at))) {
                return false;
            }
        }
        return true;
    }

    private boolean takeUnit(byte[] b, int off, int len) {
        int type = b[off] & 0x1f;
        if (type == H264Payload.SPS || type == H264Payload.PPS) {
            return addParameters(b, off, len);
        }
        boolean leftOut = (type >= ACCESS_UNIT_DELIMITER && type <= FILLER)
                || (type == H264Payload.SEI && RecoveryPoint.isToldBy(b, off, len));
        if (leftOut) {
            return true;
        }
        return (len > 1 || type > H264Payload.IDR_SLICE)
                && noteSlice(b[off], len > 1 ? b[off + 1] : 0)
                && unit.begin(b[off])
                && unit.append(b, off + 1, len - 1)
                && end();
    }

    private boolean addParameters(byte[] b, int off, int len) {
        boolean added = sets.add(b, off, len);
        if (!added) {
            watch.onUnreadable();
        }
        return added;
    }

    private boolean takeFragment(byte[] b, int off, int len) {
        boolean start = (b[off + 1] & FU_START) != 0;
        boolean end = (b[off + 1] & FU_END) != 0;
        if (start == inFragment) {
            return false;
        }
        if (start) {
            byte header = (byte) ((b[off] & 0xe0) | (b[off + 1] & 0x1f));
            if (len < 3 || (header & 0x1f) == 0 || !noteSlice(header, b[off + 2]) || !unit.begin(header)) {
                return false;
            }
        }
        inFragment = !end;
        return unit.append(b, off + 2, len - 2) && (!end || end());
    }

    private boolean end() {
        unit.end();
        return true;
    }

    /** False if the picture begins in its middle: its first slice does not begin with the first macroblock. */
    private boolean noteSlice(byte header, byte next) {
        int type = header & 0x1f;
        if (type > H264Payload.IDR_SLICE) {
            return true;
        }
        boolean firstMacroblock = (next & 0x80) != 0;
        boolean wholeSoFar = anySlice || firstMacroblock;
        // More of a picture that the marker said was over: it was cut short, and the marker is worth nothing.
        markerLies |= continued && !wholeSoFar;
        anySlice = true;
        idr |= type == H264Payload.IDR_SLICE;
        discardable &= (header & 0x60) == 0;
        return wholeSoFar;
    }

    private void finish() {
        open = false;
        if (inFragment) {
            drops.count(DropReason.CODEC_MALFORMED);
            lose();
        }
        if (broken || !anySlice) {
            return; // lost, or parameter sets and SEI alone
        }
        boolean begins = idr && (!waiting || sets.complete());
        AvcConfig config = begins ? sets.commit() : sets.current();
        if ((waiting && !begins) || config == null) {
            drops.count(DropReason.WAITING_FOR_KEYFRAME);
            lose();
            return;
        }
        waiting = false;
        watch.onPicture(config, idr, arrivalNs);
        listener.onFrame(new VideoFrame(unit.copy(), rtpTime, idr, discardable && !idr, config, arrivalNs));
    }

    private void lose() {
        dropped += anySlice ? 1 : 0;
        waiting = true;
        broken = true;
        anySlice = false;
        inFragment = false;
        sets.abandon();
        listener.onKeyframeWanted(arrivalNs);
    }

    @Override
    public boolean isWaiting() {
        return waiting;
    }

    @Override
    public long dropped() {
        return dropped;
    }

    @Override
    public Optional<SourceTrouble> trouble(long nowNs) {
        return watch.trouble(nowNs);
    }
}
