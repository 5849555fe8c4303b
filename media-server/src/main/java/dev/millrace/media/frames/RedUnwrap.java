package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.OpusPayload;
import dev.millrace.media.rtp.codec.RedPayload;

/**
 * Takes Opus out of redundant audio in order (RFC 2198 section 3): the primary block of each payload, and before it those
 * older blocks whose packets did not come. Owned by one thread.
 */
public final class RedUnwrap implements PayloadSink {
    /** An older block this far behind what came last is of packets long past, or of timestamps that jumped. */
    private static final long MAX_AGE_TICKS = 2L * AudioFrame.CLOCK_RATE;

    private final PayloadSink opus;
    private final DropCounters drops;
    private final RedPayload red = new RedPayload();
    private boolean started;
    private long nextRtpTime;
    private long recovered;

    public RedUnwrap(PayloadSink opus, DropCounters drops) {
        this.opus = opus;
        this.drops = drops;
    }

    @Override
    public void onPayload(long rtpTime, boolean marker, byte[] b, int off, int len, long arrivalNs) {
        if (len == 0) {
            return;
        }
        if (!red.wrap(b, off, len)) {
            drops.count(DropReason.CODEC_MALFORMED);
            return;
        }
        if (started && rtpTime - nextRtpTime > 0 && rtpTime - nextRtpTime < MAX_AGE_TICKS) {
            recover(rtpTime, b, arrivalNs);
        }
        started = true;
        pass(rtpTime, marker, b, red.primaryOffset(), red.primaryLength(), arrivalNs);
    }

    private void recover(long rtpTime, byte[] b, long arrivalNs) {
        for (int i = 0; i < red.redundantBlocks(); i++) {
            long time = rtpTime - red.redundantTimestampOffset(i);
            boolean opusToo = red.redundantPayloadType(i) == red.primaryPayloadType();
            if (opusToo && red.redundantLength(i) > 0 && time >= nextRtpTime && time < rtpTime) {
                recovered++;
                pass(time, false, b, red.redundantOffset(i), red.redundantLength(i), arrivalNs);
            }
        }
    }

    private void pass(long rtpTime, boolean marker, byte[] b, int off, int len, long arrivalNs) {
        nextRtpTime = rtpTime + Math.max(0, OpusPayload.durationTicks(b, off, len));
        opus.onPayload(rtpTime, marker, b, off, len, arrivalNs);
    }

    @Override
    public void onLost(long packets, long nowNs) {
        opus.onLost(packets, nowNs);
    }

    /** Packets that did not come, and were heard all the same. */
    public long recovered() {
        return recovered;
    }
}
