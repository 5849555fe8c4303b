package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.Sound;
import dev.millrace.media.transcode.wire.SoundMade;
import java.util.function.Consumer;

/**
 * One stream's AAC to Opus. Encoders round their times, some by 20 ms: what is off by less only moves the clock, slowly; more
 * is missing, and becomes silence, or is too much and is left out. Owned by one lane.
 */
final class OpusWork implements Lane.Work<Sound> {
    private static final long TOLERANCE_NS = 60_000_000L;
    private static final long MAX_FILL_NS = 1_000_000_000L;

    /** How fast the clock follows: a jitter of a millisecond is not heard in it, a drift of a part of a thousand is met. */
    private static final int FOLLOW = 16;

    private final int job;
    private final int bitrateBps;
    private final Consumer<Message> sink;
    private final SoundClock clock = new SoundClock();
    private final AacDecoder decoder;
    private final OpusEncoder encoder;
    private final SampleQueue queue;
    private boolean started;

    /** When the next sample is due. */
    private long lineNs;

    OpusWork(int job, String configuration, int bitrateBps, Consumer<Message> sink) {
        this.job = job;
        this.bitrateBps = bitrateBps;
        this.sink = sink;
        decoder = new AacDecoder(configuration);
        encoder = new OpusEncoder(AacDecoder.CHANNELS, bitrateBps);
        queue = new SampleQueue(
                AacDecoder.CHANNELS,
                OpusEncoder.FRAME,
                (interleaved, off) -> encoder.encode(interleaved, off, this::made));
    }

    @Override
    public void accept(Sound sound) {
        int samples = decoder.decode(sound.packet());
        if (samples <= 0) {
            return; // the next packet's time says how much is missing
        }
        // What came out began with what the resampler held back of the packets before.
        long firstNs = sound.captureNs() - SoundClock.ns(decoder.held());
        long off = started ? firstNs - lineNs : 0;
        int from = 0;
        if (!started || Math.abs(off) > MAX_FILL_NS) {
            queue.silence(started ? queue.untilFull() : 0);
            lineNs = firstNs;
        } else if (off > TOLERANCE_NS) {
            queue.silence((int) SoundClock.samples(off));
            lineNs = firstNs;
        } else if (off < -TOLERANCE_NS) {
            from = (int) Math.min(samples, SoundClock.samples(-off));
        } else {
            lineNs += off / FOLLOW;
        }
        started = true;
        clock.mark(queue.count(), lineNs);
        queue.append(decoder.samples(), from, samples - from);
        lineNs += SoundClock.ns(samples - from);
    }

    private void made(long sample, byte[] opus) {
        // What a decoder makes of it is late by what libopus looks ahead.
        long captureNs = clock.captureNs(sample) - SoundClock.ns(SoundWork.OPUS_DELAY);
        sink.accept(new SoundMade(job, captureNs, SoundClock.RATE_HZ, AacDecoder.CHANNELS, bitrateBps, opus));
    }

    @Override
    public void close() {
        encoder.close();
        decoder.close();
    }
}
