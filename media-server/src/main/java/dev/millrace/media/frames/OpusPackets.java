package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.codec.OpusPayload;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Makes frames of Opus payloads in order, one each (RFC 7587 section 4.2), and fills what is missing with silence, so
 * that sound never stops: after a loss, and while a sender that knows it is silent sends next to nothing.
 *
 * <p>Owned by one thread, told the time.
 */
public final class OpusPackets implements PayloadSink {
    /** 20 ms of nothing: CELT, full band, mono, one frame with the silence flag (RFC 6716 sections 3.1, 4.3). */
    private static final byte[] SILENCE = {(byte) 0xf8, (byte) 0xff, (byte) 0xfe};

    static final int SILENCE_TICKS = 960;

    /** A packet this late is taken for one that does not come: three of the usual ones. */
    private static final long PATIENCE_NS = 60_000_000;

    /** A longer hole is a new beginning rather than a loss: nothing is filled in. */
    private static final int MAX_FILL_TICKS = 2 * AudioFrame.CLOCK_RATE;

    private static final long NS_PER_TICK_TIMES_3 = 62_500; // 1e9 / 48,000 is 20,833 1/3

    private final Consumer<AudioFrame> listener;
    private final DropCounters drops;
    private boolean started;
    private long nextRtpTime;
    private long dueNs;
    private long filled;

    public OpusPackets(Consumer<AudioFrame> listener, DropCounters drops) {
        this.listener = listener;
        this.drops = drops;
    }

    @Override
    public void onPayload(long rtpTime, boolean marker, byte[] b, int off, int len, long arrivalNs) {
        int ticks = OpusPayload.durationTicks(b, off, len);
        if (ticks <= 0) {
            if (len > 0) {
                drops.count(DropReason.CODEC_MALFORMED);
            }
            return;
        }
        long hole = rtpTime - nextRtpTime;
        if (started && hole < 0 && hole > -MAX_FILL_TICKS) {
            drops.count(DropReason.RTP_TOO_OLD); // silence has taken its place
            // It is late for good, as after a change of ways: what follows is due as late, or there was silence
            // forever.
            dueNs = Math.max(dueNs, arrivalNs - ticksToNs((int) hole) + PATIENCE_NS);
            return;
        }
        if (started && hole > 0 && hole <= MAX_FILL_TICKS) {
            fillUpTo(rtpTime, arrivalNs);
        }
        started = true;
        emit(new AudioFrame(Arrays.copyOfRange(b, off, off + len), rtpTime, ticks, arrivalNs));
        dueNs = arrivalNs + ticksToNs(ticks) + PATIENCE_NS;
    }

    /** Nothing to do: the next timestamp tells how much is missing. */
    @Override
    public void onLost(long packets, long nowNs) {}

    private void fillUpTo(long rtpTime, long nowNs) {
        while (rtpTime - nextRtpTime >= SILENCE_TICKS) {
            fill(nowNs);
        }
    }

    private void fill(long nowNs) {
        filled++;
        emit(new AudioFrame(SILENCE, nextRtpTime, SILENCE_TICKS, nowNs));
    }

    private void emit(AudioFrame frame) {
        nextRtpTime = frame.endRtpTime();
        listener.accept(frame);
    }

    /** What ought to have come by now is silence. */
    public void onDeadline(long nowNs) {
        while (started && nowNs >= dueNs) {
            fill(nowNs);
            dueNs += ticksToNs(SILENCE_TICKS);
        }
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNs() {
        return started ? dueNs : Long.MAX_VALUE;
    }

    /** The source is gone: no more silence. */
    public void stop() {
        started = false;
    }

    /** Frames of silence put in since the start. */
    public long filled() {
        return filled;
    }

    private static long ticksToNs(int ticks) {
        return ticks * NS_PER_TICK_TIMES_3 / 3;
    }
}
