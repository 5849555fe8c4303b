package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.media.transcode.wire.Sound;
import dev.millrace.media.transcode.wire.SoundMade;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoundWorkTest {
    private static final long PACKET_NS = 20_000_000;
    private static final long START_NS = 5_000_000_000L;
    private static final double MS = 1e6;

    @BeforeAll
    static void natives() {
        Natives.orSkip();
    }

    /** Silence, and a tone of 1 kHz in the first 100 ms of each whole second but the first. */
    private static double bursts(int sample) {
        boolean on = sample >= Tones.RATE && sample % Tones.RATE < Tones.RATE / 10;
        return on ? 0.5 * Math.sin(2 * Math.PI * 1000 * sample / Tones.RATE) : 0;
    }

    private static List<SoundMade> run(List<byte[]> opus, int channels, LongUnaryOperator captureNs) {
        List<SoundMade> made = new ArrayList<>();
        try (SoundWork work = new SoundWork(1, channels, 128_000, message -> made.add((SoundMade) message))) {
            for (int i = 0; i < opus.size(); i++) {
                long at = captureNs.applyAsLong(i);
                if (at >= 0) {
                    work.accept(new Sound(1, at, opus.get(i)));
                }
            }
        }
        return made;
    }

    /** When the tones begin by the AAC's own times. */
    private static List<Double> onsetsNs(List<SoundMade> made, int channels) {
        List<float[]> decoded =
                Tones.decodeAac(made.stream().map(SoundMade::data).toList(), channels);
        List<Double> onsets = new ArrayList<>();
        double quietSinceNs = 0;
        for (int i = 0; i < decoded.size(); i++) {
            for (int j = 0; j < decoded.get(i).length; j++) {
                double ns = made.get(i).captureNs() + j * 1e9 / Tones.RATE;
                if (Math.abs(decoded.get(i)[j]) > 0.15) {
                    if (ns - quietSinceNs > 200 * MS) {
                        onsets.add(ns);
                    }
                    quietSinceNs = ns;
                }
            }
        }
        return onsets;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aToneIsHeardWhenItWasCaptured(int channels) {
        List<byte[]> opus = Tones.opus(200, channels, SoundWorkTest::bursts);
        List<SoundMade> made = run(opus, channels, i -> START_NS + i * PACKET_NS);

        assertThat(made).allMatch(each -> each.channels() == channels && each.rateHz() == 48_000);
        List<Double> onsets = onsetsNs(made, channels);
        assertThat(onsets).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(onsets.get(i) - START_NS - (i + 1) * 1e9).isCloseTo(0, within(2 * MS));
        }
    }

    @Test
    void packetsFollowOneAnotherWithoutHoles() {
        List<SoundMade> made = run(Tones.opus(100, 2, sample -> 0), 2, i -> START_NS + i * PACKET_NS);
        for (int i = 1; i < made.size(); i++) {
            assertThat(made.get(i).captureNs() - made.get(i - 1).captureNs()).isCloseTo(21_333_333L, within(2L));
        }
        assertThat(made.getFirst().captureNs()).isCloseTo(START_NS - 6_500_000, within(2L));
    }

    @Test
    void aClockThatRunsFastIsFollowed() {
        double rate = 1 + 100e-6;
        byte[] silence = Tones.opus(1, 2, sample -> 0).getFirst();
        List<Double> errors = new ArrayList<>();
        long[] packets = new long[1];
        try (SoundWork work = new SoundWork(1, 2, 64_000, message -> {
            double sample = 1024.0 * packets[0]++;
            double trueNs = START_NS + (sample - SoundWork.OPUS_DELAY) * 1e9 / 48_000 * rate;
            errors.add(((SoundMade) message).captureNs() - trueNs);
        })) {
            for (int i = 0; i < 3 * 60 * 50; i++) {
                work.accept(new Sound(1, START_NS + (long) (i * PACKET_NS * rate), silence));
            }
        }
        assertThat(errors).hasSizeGreaterThan(8_000).allMatch(error -> Math.abs(error) < 10_000);
    }

    @Test
    void aClockIsFollowedForHours() {
        double rate = 1 - 100e-6;
        SoundClock clock = new SoundClock();
        for (long packet = 0; packet < 3L * 3600 * 50; packet++) {
            clock.mark(packet * 960, START_NS + (long) (packet * PACKET_NS * rate));
            long sample = packet * 960 - 1_000;
            if (sample >= 0) {
                double trueNs = START_NS + sample * 1e9 / 48_000 * rate;
                assertThat(Math.abs(clock.captureNs(sample) - trueNs)).isLessThan(10_000);
            }
        }
    }

    @Test
    void whatIsLostBecomesSilenceAndTheRestStaysInTime() {
        List<byte[]> opus = Tones.opus(200, 2, SoundWorkTest::bursts);
        List<SoundMade> made = run(opus, 2, i -> i >= 60 && i < 75 ? -1 : START_NS + i * PACKET_NS);

        List<Double> onsets = onsetsNs(made, 2);
        assertThat(onsets).hasSize(3);
        assertThat(onsets.get(2) - START_NS - 3e9).isCloseTo(0, within(2 * MS));
        assertThat(made).hasSizeGreaterThan(180);
    }

    @Test
    void aLongHoleIsANewBeginning() {
        List<byte[]> opus = Tones.opus(200, 2, SoundWorkTest::bursts);
        long jumpNs = 3_600_000_000_000L;
        List<SoundMade> made = run(opus, 2, i -> START_NS + i * PACKET_NS + (i < 120 ? 0 : jumpNs));

        List<Double> onsets = onsetsNs(made, 2);
        assertThat(onsets).hasSize(3);
        assertThat(onsets.get(2) - START_NS - jumpNs - 3e9).isCloseTo(0, within(2 * MS));
        assertThat(made).hasSizeLessThan(195);
    }

    @Test
    void timeThatGoesBackIsSurvived() {
        List<byte[]> opus = Tones.opus(200, 2, SoundWorkTest::bursts);
        List<SoundMade> made = run(opus, 2, i -> START_NS + i * PACKET_NS - (i < 120 ? 0 : 4_000_000_000L));
        assertThat(made).hasSizeGreaterThan(150);
        List<SoundMade> small = run(opus, 2, i -> START_NS + i * PACKET_NS - (i < 120 ? 0 : 100_000_000L));
        for (int i = 1; i < small.size(); i++) {
            assertThat(small.get(i).captureNs()).isGreaterThan(small.get(i - 1).captureNs());
        }
    }

    @Test
    void garbageIsNoSoundAndNoHarm() {
        List<byte[]> opus = new ArrayList<>(Tones.opus(100, 2, SoundWorkTest::bursts));
        java.util.Random random = new java.util.Random(5);
        for (int i = 20; i < 90; i += 3) {
            byte[] garbage = new byte[random.nextInt(1, 400)];
            random.nextBytes(garbage);
            opus.set(i, garbage);
        }
        assertThat(run(opus, 2, i -> START_NS + i * PACKET_NS)).hasSizeGreaterThan(80);
    }

    @Test
    void monoInStereoOutAndTheOtherWayRound() {
        IntToDoubleFunction signal = SoundWorkTest::bursts;
        assertThat(onsetsNs(run(Tones.opus(100, 1, signal), 2, i -> START_NS + i * PACKET_NS), 2))
                .hasSize(1);
        assertThat(onsetsNs(run(Tones.opus(100, 2, signal), 1, i -> START_NS + i * PACKET_NS), 1))
                .hasSize(1);
    }
}
