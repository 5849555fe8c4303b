package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.Sound;
import dev.millrace.media.transcode.wire.SoundMade;
import java.util.function.Consumer;

/**
 * One stream's Opus to AAC. What is missing for less than a second becomes silence; after more, or when time goes back,
 * the samples are counted from a new beginning. Owned by one lane.
 */
final class SoundWork implements Lane.Work<Sound> {
    /**
     * What libopus looks ahead, and so what its decoder is late: 6.5 ms, for all that browsers send (the pre-skip of
     * RFC 7845 section 4.2 without the codec's restricted mode).
     */
    static final int OPUS_DELAY = 312;

    /** The sender's clock as it is estimated shifts by less; the shortest packet of Opus has 2.5 ms, the usual one 20. */
    private static final long TOLERANCE = 4 * SoundClock.RATE_HZ / 1000;

    private static final long MAX_FILL = SoundClock.RATE_HZ;

    private final int job;
    private final int channels;
    private final int bitrateBps;
    private final Consumer<Message> sink;
    private final SoundClock clock = new SoundClock();
    private final OpusDecoder decoder;
    private final AacEncoder encoder;
    private final SampleQueue queue;
    private boolean started;
    private long lastNs;

    SoundWork(int job, int channels, int bitrateBps, Consumer<Message> sink) {
        this.job = job;
        this.channels = channels;
        this.bitrateBps = bitrateBps;
        this.sink = sink;
        decoder = new OpusDecoder(channels);
        encoder = new AacEncoder(channels, bitrateBps);
        queue = new SampleQueue(
                channels, AacEncoder.FRAME, (interleaved, off) -> encoder.encode(interleaved, off, this::made));
    }

    @Override
    public void accept(Sound sound) {
        int samples = decoder.decode(sound.packet());
        if (samples <= 0) {
            return; // the next packet's time says how much is missing
        }
        long late = started ? SoundClock.samples(sound.captureNs() - lastNs) : 0;
        int from = 0;
        if (Math.abs(late) > MAX_FILL) {
            queue.silence(queue.untilFull());
        } else if (late > TOLERANCE) {
            queue.silence((int) late);
        } else if (late < -TOLERANCE) {
            from = (int) Math.min(samples, -late);
        }
        started = true;
        if (from == samples) {
            return;
        }
        clock.mark(queue.count(), sound.captureNs() + SoundClock.ns(from));
        queue.append(decoder.samples(), from, samples - from);
        lastNs = sound.captureNs() + SoundClock.ns(samples);
    }

    private void made(long sample, byte[] aac) {
        long captureNs = clock.captureNs(sample) - SoundClock.ns(OPUS_DELAY);
        sink.accept(new SoundMade(job, captureNs, SoundClock.RATE_HZ, channels, bitrateBps, aac));
    }

    @Override
    public void close() {
        encoder.close();
        decoder.close();
    }
}
