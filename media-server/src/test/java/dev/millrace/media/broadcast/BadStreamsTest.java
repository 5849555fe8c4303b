package dev.millrace.media.broadcast;

import static dev.millrace.media.broadcast.SimulatedPublisher.MS;
import static dev.millrace.media.broadcast.SimulatedPublisher.S;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.H264Packets;
import dev.millrace.media.frames.SourceTrouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishers that are broken or lie: what is kept stays bounded, the trouble has a name, and nothing stays stuck. */
class BadStreamsTest {
    /** 20 s of two tracks of 30 kb/s, with all that is written around them. */
    private static final long MOST_BYTES = 600_000;

    /** A segment and what its cut may be late: while a clock is being learned anew, parts come in bursts. */
    private static final long STUCK_NS = 2500 * MS;

    @Test
    void aGoodStreamHasNoTrouble() {
        SimulatedBroadcast b = new SimulatedBroadcast(1);
        b.run(20 * S);
        b.judgeAnew();
        b.run(300 * S);
        assertFine(b, 40 * MS);
        assertThat(b.longestPauseNs).isLessThan(800 * MS);
        assertThat(b.inits).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {3_600_000, -3_600_000, 5_000, -5_000, -2_000, -500, 1_000, 23_860_929, -23_860_930})
    void timestampsThatJump(long ms) {
        for (boolean video : new boolean[] {true, false}) {
            SimulatedBroadcast b = new SimulatedBroadcast(2);
            b.run(60 * S);
            if (video) {
                b.publisher.videoJumpTicks = ms * 90;
            } else {
                b.publisher.audioJumpTicks = ms * 48;
            }
            b.run(70 * S);
            assertGoesOn(b);
            // A jump too small to be told from a slow network is learned within 40 s and followed at 1 %.
            b.run(190 * S);
            b.judgeAnew();
            b.run(260 * S);
            assertFine(b, 60 * MS);
        }
    }

    @Test
    void timestampsWithoutSense() {
        SimulatedBroadcast b = new SimulatedBroadcast(3);
        b.run(60 * S);
        b.publisher.wildTimestamps = 0.5;
        b.run(120 * S);
        assertGoesOn(b);
        assertThat(b.videoClock.trouble(b.nowNs)).contains(SourceTrouble.TIMESTAMPS_JUMP);
        b.publisher.wildTimestamps = 0;
        b.run(240 * S);
        b.judgeAnew();
        b.run(300 * S);
        assertFine(b, 60 * MS);
    }

    @Test
    void noKeyframeEver() {
        SimulatedBroadcast b = new SimulatedBroadcast(4);
        b.publisher.keyframes = false;
        b.run(20 * S);
        assertThat(b.pictures.trouble(b.nowNs)).contains(SourceTrouble.NO_KEYFRAME);
        assertThat(b.audioPauseNs()).as("sound goes on without").isLessThan(500 * MS);
        assertThat(b.video.segments()).isEmpty();
        b.publisher.keyframes = true;
        b.run(30 * S);
        assertGoesOn(b);
        assertThat(b.pictures.trouble(b.nowNs)).isEmpty();
    }

    @Test
    void keyframesThatStop() {
        SimulatedBroadcast b = new SimulatedBroadcast(5);
        b.run(20 * S);
        b.publisher.keyframes = false;
        b.run(60 * S);
        assertGoesOn(b);
        assertThat(b.packager.forcedCuts()).isGreaterThan(15);
        b.lossRate = 0.01;
        b.run(120 * S);
        assertThat(b.pictures.trouble(b.nowNs)).contains(SourceTrouble.NO_KEYFRAME);
        assertThat(b.audioPauseNs()).isLessThan(500 * MS);
        assertThat(b.mostKeptBytes).isLessThan(MOST_BYTES);
        b.lossRate = 0;
        b.publisher.keyframes = true;
        b.run(150 * S);
        assertFine(b, Long.MAX_VALUE);
    }

    @Test
    void otherParametersWithEachKeyframe() {
        SimulatedBroadcast b = new SimulatedBroadcast(6);
        b.publisher.sps = number -> number % 2 == 0 ? H264Packets.SPS : H264Packets.OTHER_SPS;
        b.run(120 * S);
        assertGoesOn(b);
        assertThat(b.pictures.trouble(b.nowNs)).contains(SourceTrouble.PARAMETERS_CHANGE);
        assertThat(b.inits).isBetween(50L, 200L);
        b.publisher.sps = number -> H264Packets.SPS;
        b.run(180 * S);
        assertFine(b, Long.MAX_VALUE);
    }

    @Test
    void parametersWithoutSense() {
        Random random = new Random(7);
        SimulatedBroadcast b = new SimulatedBroadcast(7);
        b.publisher.sps = number -> {
            byte[] sps = H264Packets.SPS.clone();
            sps[4 + random.nextInt(sps.length - 4)] = (byte) random.nextInt();
            return number % 3 == 2 ? new byte[] {0x67, 0x42} : sps;
        };
        b.run(600 * S);
        assertThat(b.mostKeptBytes).isLessThan(MOST_BYTES);
        assertThat(b.audioPauseNs()).isLessThan(500 * MS);
        b.publisher.sps = number -> new byte[] {0x67, 0x42};
        b.run(640 * S);
        b.lossRate = 0.3; // what came before is of no use any more
        b.run(660 * S);
        b.lossRate = 0;
        b.run(680 * S);
        assertThat(b.pictures.trouble(b.nowNs)).contains(SourceTrouble.UNREADABLE_PARAMETERS);
        b.publisher.sps = number -> H264Packets.SPS;
        b.run(750 * S);
        assertFine(b, Long.MAX_VALUE);
    }

    @Test
    void reportsThatNeverCome() {
        SimulatedBroadcast b = new SimulatedBroadcast(8);
        b.publisher.reports = false;
        b.run(20 * S);
        b.judgeAnew();
        b.run(600 * S);
        assertFine(b, 60 * MS);
        assertThat(b.videoClock.isByReports()).isFalse();
    }

    @Test
    void reportsThatCannotBeTrue() {
        SimulatedBroadcast b = new SimulatedBroadcast(9);
        b.publisher.wildReports = 1;
        b.run(20 * S);
        b.judgeAnew();
        b.run(300 * S);
        assertGoesOn(b);
        assertThat(b.worstSkewNs).isLessThan(100 * MS);
        assertThat(b.videoClock.trouble(b.nowNs)).contains(SourceTrouble.REPORTS_UNUSABLE);
        b.publisher.wildReports = 0;
        b.run(420 * S);
        b.judgeAnew();
        b.run(500 * S);
        assertFine(b, 60 * MS);
    }

    @Test
    void silenceThatIsNotSent() {
        SimulatedBroadcast b = new SimulatedBroadcast(10);
        b.publisher.audioDrift = -100e-6;
        for (int i = 1; i < 5; i++) {
            b.publisher.discontinuous = true;
            b.run(i * 400L * S);
            assertThat(b.audioPauseNs()).isLessThan(500 * MS);
            b.publisher.discontinuous = false;
            b.run(i * 400L * S + 10 * S);
            b.judgeAnew();
            b.run(i * 400L * S + 60 * S);
            assertFine(b, 60 * MS);
            assertThat(b.audioError.atNs).as("what is said is heard again").isGreaterThan(b.nowNs - S);
        }
    }

    @Test
    void aNetworkThatGetsSlowerForGood() {
        SimulatedBroadcast b = new SimulatedBroadcast(11);
        b.run(60 * S);
        b.delayNs = 400 * MS;
        b.run(65 * S);
        assertThat(b.audioError.atNs).as("sound goes on").isGreaterThan(b.nowNs - S);
        b.run(180 * S);
        assertThat(b.videoClock.isByReports()).isTrue();
        b.judgeAnew();
        b.run(240 * S);
        assertFine(b, 60 * MS);
    }

    @Test
    void everythingAtOnce() {
        for (int seed = 0; seed < 5; seed++) {
            SimulatedBroadcast b = new SimulatedBroadcast(100 + seed);
            Random random = new Random(seed);
            for (int i = 1; i <= 60; i++) {
                b.publisher.videoJumpTicks = random.nextInt(4) == 0 ? random.nextInt() : 0;
                b.publisher.audioJumpTicks = random.nextInt(4) == 0 ? random.nextInt() : 0;
                b.publisher.wildTimestamps = random.nextInt(4) == 0 ? 0.1 : 0;
                b.publisher.wildReports = random.nextInt(4) == 0 ? 0.5 : 0;
                b.publisher.keyframes = random.nextInt(4) > 0;
                b.publisher.discontinuous = random.nextInt(4) == 0;
                b.publisher.reports = random.nextInt(4) > 0;
                b.lossRate = random.nextInt(4) == 0 ? 0.1 : 0;
                b.delayNs = random.nextInt(4) == 0 ? 900 * MS : 10 * MS;
                b.run(i * 5L * S);
            }
            assertThat(b.mostKeptBytes).isLessThan(MOST_BYTES);
            calm(b);
            b.run(400 * S);
            b.judgeAnew();
            b.run(450 * S);
            assertFine(b, 100 * MS);
        }
    }

    private static void calm(SimulatedBroadcast b) {
        b.publisher.videoJumpTicks = 0;
        b.publisher.audioJumpTicks = 0;
        b.publisher.wildTimestamps = 0;
        b.publisher.wildReports = 0;
        b.publisher.keyframes = true;
        b.publisher.discontinuous = false;
        b.publisher.reports = true;
        b.lossRate = 0;
        b.delayNs = 10 * MS;
    }

    private static void assertGoesOn(SimulatedBroadcast b) {
        assertThat(b.videoPauseNs()).as("since the last part of pictures").isLessThan(STUCK_NS);
        assertThat(b.audioPauseNs()).as("since the last part of sound").isLessThan(STUCK_NS);
        assertThat(b.mostKeptBytes).isLessThan(MOST_BYTES);
    }

    private static void assertFine(SimulatedBroadcast b, long skewNs) {
        assertGoesOn(b);
        assertThat(b.pictures.trouble(b.nowNs)).isEmpty();
        assertThat(b.videoClock.trouble(b.nowNs)).isEmpty();
        assertThat(b.audioClock.trouble(b.nowNs)).isEmpty();
        assertThat(b.worstSkewNs).as("sound from picture").isLessThan(skewNs);
    }
}
