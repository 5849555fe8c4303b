package dev.millrace.media.frames;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.rtp.TimestampUnwrapper;
import dev.millrace.media.rtp.rtcp.NtpTime;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hours of a publisher's reports in virtual time: sound and picture stay together whatever its clocks do. */
class ClocksTest {
    private static final long MS = 1_000_000;
    private static final long S = 1_000 * MS;
    private static final long MINUTE = 60 * S;
    private static final long HOUR = 60 * MINUTE;

    @Test
    void soundAndPictureStayTogetherForTwoHoursOfDrift() {
        for (int seed = 0; seed < 4; seed++) {
            Publisher publisher = new Publisher(seed);
            publisher.audio.drift = 100e-6;
            publisher.video.drift = -30e-6;
            publisher.wallDrift = 60e-6;
            publisher.run(5 * S, MINUTE);
            assertThat(publisher.worstSkewNs)
                    .as("in the first minute, seed %d", seed)
                    .isLessThan(40 * MS);
            publisher.run(MINUTE, 2 * HOUR);
            assertThat(publisher.worstSkewNs).as("skew, seed %d", seed).isLessThan(10 * MS);
            assertThat(publisher.worstLagNs)
                    .as("behind our clock, seed %d", seed)
                    .isLessThan(60 * MS);
            assertThat(publisher.worstStepNs).as("uneven steps, seed %d", seed).isLessThan(MS);
        }
    }

    @Test
    void theWallClockMayBeSetWhileItRuns() {
        for (long step : new long[] {-HOUR, -2 * S, 3 * S, 24 * HOUR}) {
            Publisher publisher = new Publisher(7);
            publisher.run(0, 5 * MINUTE);
            publisher.wallStepNs = step;
            publisher.run(5 * MINUTE, 40 * MINUTE);
            assertThat(publisher.clock.steps()).isEqualTo(1);
            assertThat(publisher.worstSkewNs).as("set by %d", step).isLessThan(25 * MS);
            assertThat(publisher.worstStepNs).isLessThan(MS);
            assertThat(publisher.video.clock.jumps()).isZero();
        }
    }

    @Test
    void wildReportsChangeNothing() {
        Publisher publisher = new Publisher(8);
        publisher.wildReports = 0.1;
        publisher.run(0, MINUTE);
        publisher.run(MINUTE, HOUR);
        assertThat(publisher.worstSkewNs).isLessThan(20 * MS);
        assertThat(publisher.worstStepNs).isLessThan(MS);
    }

    @Test
    void withoutReportsArrivalTells() {
        Publisher publisher = new Publisher(9);
        publisher.audio.drift = 100e-6;
        publisher.reportsUntilNs = 0;
        publisher.run(0, 10 * S);
        publisher.run(10 * S, 2 * HOUR);
        assertThat(publisher.audio.clock.isByReports()).isFalse();
        // What is left is the time an encoder takes, which nothing tells.
        assertThat(publisher.worstSkewNs).isLessThan(Publisher.ENCODING_NS + 20 * MS);
    }

    @Test
    void whatReportsToldIsKeptWhenTheyStop() {
        Publisher publisher = new Publisher(10);
        publisher.audio.drift = 100e-6;
        publisher.reportsUntilNs = 10 * MINUTE;
        publisher.run(0, 10 * MINUTE);
        publisher.run(10 * MINUTE, 2 * HOUR);
        assertThat(publisher.audio.clock.isByReports()).isFalse();
        assertThat(publisher.worstSkewNs).isLessThan(20 * MS);
        assertThat(publisher.worstStepNs).isLessThan(MS);
    }

    @Test
    void aSourceWhoseTimestampsJumpGoesOnWhereItIs() {
        for (long jump : new long[] {90_000L * 3600, -90_000L * 3600, 1L << 31, 90_000 * 5}) {
            Publisher publisher = new Publisher(11);
            publisher.run(0, MINUTE);
            publisher.video.jumpTicks = jump;
            publisher.run(MINUTE, MINUTE + 10 * S);
            publisher.run(MINUTE + 10 * S, 10 * MINUTE);
            assertThat(publisher.video.clock.jumps()).isEqualTo(1);
            assertThat(publisher.worstSkewNs).as("jump of %d", jump).isLessThan(25 * MS);
        }
    }

    @Test
    void oneWildTimestampIsPutWhereItArrived() {
        TrackClock clock = new TrackClock(90_000, new PublisherClock());
        for (int i = 0; i < 100; i++) {
            clock.captureNs(i * 3000L, i * 33_333_333L);
        }
        assertThat(clock.captureNs(900_000_000L, 100 * 33_333_333L)).isBetween(3_330 * MS, 3_340 * MS);
        assertThat(clock.captureNs(101 * 3000L, 101 * 33_333_333L)).isBetween(3_360 * MS, 3_370 * MS);
        assertThat(clock.jumps()).isZero();
    }

    @Test
    void aStuckNetworkMovesNothing() {
        TrackClock clock = new TrackClock(90_000, new PublisherClock());
        long last = 0;
        for (int i = 0; i < 300; i++) {
            long arrival = i >= 100 && i < 160 ? 160 * 33_333_333L : i * 33_333_333L;
            long capture = clock.captureNs(i * 3000L, arrival);
            assertThat(capture - last).isBetween(i == 0 ? 0 : 33 * MS, 34 * MS);
            last = capture;
        }
        assertThat(clock.jumps()).isZero();
    }

    @Test
    void ticksAndNanosecondsDoNotOverflow() {
        long year = 365L * 24 * 3600;
        assertThat(Ticks.toNs(100 * year * 90_000, 90_000)).isEqualTo(100 * year * S);
        assertThat(Ticks.ofNs(100 * year * S + 1, 48_000)).isEqualTo(100 * year * 48_000);
        assertThat(Ticks.ofNs(Ticks.toNs(123_456_789, 90_000), 90_000)).isEqualTo(123_456_789);
        assertThat(Ticks.toNs(-1, 1_000_000_000)).isEqualTo(-1);
    }

    /** One source of media: its RTP clock, how it is packetized, what is told of it. */
    private static final class Source {
        final TrackClock clock;
        final int rate;
        final long frameNs;
        final long delayNs;
        final long reportNs;
        final long firstTicks;
        final TimestampUnwrapper times = new TimestampUnwrapper();
        double drift;
        long jumpTicks;
        long nextFrameNs;
        long nextReportNs;
        long lastErrorNs = Long.MIN_VALUE;

        Source(int rate, long frameNs, long delayNs, long reportNs, long firstTicks, PublisherClock publisher) {
            this.clock = new TrackClock(rate, publisher);
            this.rate = rate;
            this.frameNs = frameNs;
            this.delayNs = delayNs;
            this.reportNs = reportNs;
            this.firstTicks = firstTicks;
        }

        int timestamp(long atNs) {
            return (int) (firstTicks + jumpTicks + Math.round(atNs * (1 + drift) * rate / 1e9));
        }
    }

    /** A browser: 30 pictures a second that take 25 ms to encode, Opus, reports each second and each five. */
    private static final class Publisher {
        static final long ENCODING_NS = 25 * MS;
        private static final long STARTED_UNIX_NS = 1_800_000_000L * S;

        final PublisherClock clock = new PublisherClock();
        // Both wrap within the first minutes.
        final Source video = new Source(90_000, S / 30, ENCODING_NS, S, (1L << 32) - 90_000 * 200, clock);
        final Source audio = new Source(48_000, 20 * MS, 5 * MS, 5 * S, (1L << 32) - 48_000 * 100, clock);
        final Random random;
        double wallDrift;
        long wallStepNs;
        double wildReports;
        long reportsUntilNs = Long.MAX_VALUE;
        long worstSkewNs;
        long worstLagNs;
        long worstStepNs;

        Publisher(long seed) {
            random = new Random(seed);
            video.nextReportNs = 700 * MS;
            audio.nextReportNs = 2_500 * MS;
        }

        /** The worst that happens between two moments; time goes on from where it was. */
        void run(long fromNs, long untilNs) {
            worstSkewNs = 0;
            worstLagNs = 0;
            worstStepNs = 0;
            while (Math.min(video.nextFrameNs, audio.nextFrameNs) < untilNs) {
                Source source = video.nextFrameNs < audio.nextFrameNs ? video : audio;
                long now = source.nextFrameNs;
                if (source.nextReportNs <= now) {
                    report(source, now);
                }
                frame(source, now, now >= fromNs);
            }
        }

        private void frame(Source source, long captureNs, boolean judged) {
            source.nextFrameNs += source.frameNs;
            long arrival = captureNs + source.delayNs + networkNs();
            long told = source.clock.captureNs(source.times.unwrap(source.timestamp(captureNs)), arrival);
            long error = told - captureNs;
            if (judged && source.lastErrorNs != Long.MIN_VALUE) {
                Source other = source == video ? audio : video;
                worstSkewNs = Math.max(worstSkewNs, Math.abs(error - other.lastErrorNs));
                worstLagNs = Math.max(worstLagNs, Math.abs(error));
                worstStepNs = Math.max(worstStepNs, Math.abs(error - source.lastErrorNs));
            }
            source.lastErrorNs = error;
        }

        /** Reports are some milliseconds wrong, as those of browsers are. */
        private void report(Source source, long nowNs) {
            source.nextReportNs += source.reportNs / 2 + (long) (random.nextDouble() * source.reportNs);
            if (nowNs >= reportsUntilNs) {
                return;
            }
            long wrongNs = (long) (random.nextGaussian() * 3 * MS);
            long wall = STARTED_UNIX_NS + nowNs + (long) (nowNs * wallDrift) + wallStepNs;
            if (random.nextDouble() < wildReports) {
                wall += (long) (random.nextGaussian() * HOUR);
                wrongNs = (long) (random.nextGaussian() * HOUR);
            }
            source.clock.onReport(source.timestamp(nowNs + wrongNs), NtpTime.ofUnixNanos(wall), nowNs + networkNs());
        }

        /** 10 ms at least, a few more usually, many at times. */
        private long networkNs() {
            double busy = random.nextInt(100) == 0 ? 60 : 4;
            return 10 * MS + (long) (Math.abs(random.nextGaussian()) * busy * MS);
        }
    }
}
