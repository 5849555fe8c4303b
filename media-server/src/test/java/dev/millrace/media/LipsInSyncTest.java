package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.AacConfig;
import dev.millrace.media.ingest.EncoderClock;
import dev.millrace.media.net.ManualLoop;
import dev.millrace.media.transcode.SourcePicture;
import dev.millrace.media.transcode.TranscodeJob;
import dev.millrace.media.transcode.TranscodeListener;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sound and picture of an encoder stay together for two simulated hours, as a browser puts them together: by RTP timestamps and
 * sender reports. AAC of 44.1 kHz, 29.97 pictures a second, RTMP's times in whole milliseconds, a network that is uneven, and a
 * sound card whose clock is off.
 */
class LipsInSyncTest {
    private static final long MS = 1_000_000;
    private static final double NS_PER_S = 1e9;
    private static final double TWO_HOURS_NS = 7_200 * NS_PER_S;
    private static final double PICTURE_NS = NS_PER_S * 1_001 / 30_000;
    private static final long REPORT_NS = 500 * MS;

    /** What is at most between what is heard and what is seen, of the table. */
    private static final double MOST_MS = 40;

    private final Random random = new Random(7);
    private final EncoderClock clock = new EncoderClock();
    private final Heard pictures = new Heard(90_000);
    private final Heard sounds = new Heard(48_000);
    private final EncoderSource source = new EncoderSource(new ManualLoop(), null, null);
    private final EncoderSound sound =
            new EncoderSound("show", new FakeTranscoder(this::open), 96_000, Runnable::run, this::onOpus);
    private @Nullable Worker worker;
    private double cardPpm;
    private long nowNs;

    private void onOpus(byte[] opus, long ticks, long shownNs) {
        sounds.on(ticks, shownNs, Objects.requireNonNull(worker).trueNs(), nowNs);
    }

    private TranscodeJob open(TranscodeListener to) {
        Worker opened = new Worker(to);
        worker = opened;
        return opened;
    }

    @ParameterizedTest
    @CsvSource({"0", "100", "-100"})
    void fromTheFirstSecondToTheEndOfTheSecondHour(double ppm) {
        cardPpm = ppm;
        sound.configureAac(Objects.requireNonNull(AacConfig.read(HexFormat.of().parseHex("1208")))); // 44.1 kHz, mono
        double worst = 0;
        double worstFirst = 0;
        long picture = 0;
        long packet = 0;
        double packetNs = 1_024 * NS_PER_S / 44_100 * (1 + cardPpm / 1e6);
        for (double atNs = 0; atNs < TWO_HOURS_NS; ) {
            boolean next = picture * PICTURE_NS <= packet * packetNs;
            atNs = next ? picture++ * PICTURE_NS : packet++ * packetNs;
            nowNs = Math.max(nowNs, (long) atNs + random.nextLong(80 * MS));
            long toldNs = Math.round(atNs / MS) * MS;
            if (next) {
                long shownNs = clock.at(toldNs, nowNs);
                pictures.on(Math.floorDiv(shownNs * 9, 100_000), shownNs, atNs, nowNs);
            } else {
                sound.accept(new byte[] {1}, clock.at(toldNs, nowNs), true, source, nowNs);
            }
            double skewMs = Math.abs(sounds.offNs - pictures.offNs) / MS;
            if (sounds.any && pictures.any) {
                worst = Math.max(worst, skewMs);
                worstFirst = atNs < 2 * NS_PER_S ? Math.max(worstFirst, skewMs) : worstFirst;
            }
        }
        System.out.printf(
                "skew of sound and picture, sound card off by %.0f ppm: at most %.1f ms in the first 2 s, %.1f ms in 2 h%n",
                cardPpm, worstFirst, worst);
        assertThat(worstFirst).isLessThan(MOST_MS);
        assertThat(worst).isLessThan(MOST_MS);
        assertThat(clock.jumps()).isZero();
    }

    /** One track as a browser takes it: a report says what one timestamp is called by the other clock. */
    private static final class Heard {
        private final int rateHz;
        private boolean any;
        private long reportTicks;
        private long reportNs;
        private long reportedNs = Long.MIN_VALUE / 2;
        private double offNs;

        Heard(int rateHz) {
            this.rateHz = rateHz;
        }

        void on(long ticks, long shownNs, double trueNs, long nowNs) {
            if (nowNs - reportedNs >= REPORT_NS) {
                reportedNs = nowNs;
                reportTicks = ticks;
                reportNs = shownNs;
            }
            any = true;
            offNs = reportNs + (ticks - reportTicks) * NS_PER_S / rateHz - trueNs;
        }
    }

    /**
     * The worker's clock (OpusWork): packets of 20 ms at 48 kHz of whatever comes in; what the times are off by less than 60 ms
     * moves its line by a 16th.
     */
    private final class Worker implements TranscodeJob {
        private static final double PACKET_NS = 20 * MS;
        private static final double LOOKAHEAD_NS = 6.5 * MS;
        private static final int FOLLOW = 16;

        private final TranscodeListener to;
        private double lineNs;
        private double contentNs;
        private double queuedNs;
        private double madeNs;
        private boolean started;
        private long packets;

        Worker(TranscodeListener to) {
            this.to = to;
        }

        @Override
        public void audio(byte[] data, long captureNs) {
            double inNs = 1_024 * NS_PER_S / 44_100;
            lineNs = started ? lineNs + (captureNs - lineNs) / FOLLOW : captureNs;
            contentNs = packets++ * inNs * (1 + cardPpm / 1e6);
            started = true;
            for (queuedNs += inNs; queuedNs >= PACKET_NS; queuedNs -= PACKET_NS) {
                double before = queuedNs - inNs; // of what was there before this packet
                madeNs = contentNs - before - LOOKAHEAD_NS;
                to.onOpus(new byte[] {(byte) (1 << 3), 0}, (long) (lineNs - before - LOOKAHEAD_NS));
            }
            lineNs += inNs;
        }

        /** When the first of the samples was recorded, by the encoder's wall clock. */
        double trueNs() {
            return madeNs;
        }

        @Override
        public void video(SourcePicture picture, long captureNs) {}

        @Override
        public void close() {}
    }
}
