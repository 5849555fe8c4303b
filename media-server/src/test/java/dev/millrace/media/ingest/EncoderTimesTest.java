package dev.millrace.media.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** When an encoder's media is shown does not depend on when it comes in, and who is too fast is held back. */
class EncoderTimesTest {
    private static final long MS = 1_000_000;
    private static final long HOUR_MS = 3_600_000;

    @Test
    void picturesAndSoundStayTogetherForTwoHoursWhateverTheNetworkDoes() {
        EncoderClock clock = new EncoderClock();
        Random random = new Random(3);
        long worst = 0;
        for (long ms = 0; ms < 2 * HOUR_MS; ms += 20) {
            // The encoder's clock is fast by 100 parts of a million; up to two seconds late.
            long encoderNs = ms * MS + ms * 100;
            long video = clock.at(encoderNs, (ms + random.nextInt(2_000)) * MS);
            long audio = clock.at(encoderNs + 7 * MS, (ms + random.nextInt(2_000)) * MS);
            worst = Math.max(worst, Math.abs(audio - video - 7 * MS));
        }
        assertThat(worst).isZero();
        assertThat(clock.jumps()).isZero();
    }

    @Test
    void aJumpOfHoursIsNoneForViewersAndMovesBothTracks() {
        EncoderClock clock = new EncoderClock();
        long before = 0;
        for (long ms = 0; ms < 20_000; ms += 20) {
            long jumpMs = ms < 10_000 ? 0 : 5 * HOUR_MS;
            long video = clock.at((ms + jumpMs) * MS, ms * MS);
            // Around the jump, sound from before it still comes.
            long audio = clock.at((ms < 10_060 ? ms : ms + jumpMs) * MS, ms * MS);
            assertThat(video - before).isBetween(0L, 60 * MS);
            assertThat(Math.abs(audio - video)).isLessThan(30 * MS);
            before = video;
        }
        assertThat(clock.jumps()).isEqualTo(1);
    }

    @Test
    void soundRoundedToMillisecondsFollowsWithoutAHole() {
        SoundLine line = new SoundLine();
        long packetNs = 1_024 * 1_000_000_000L / 44_100;
        long before = line.at(0, packetNs);
        for (long i = 1; i < 200_000; i++) {
            long told = Math.round(i * packetNs / 1e6) * MS;
            long at = line.at(told, packetNs);
            assertThat(Math.abs(at - before - packetNs)).isLessThan(MS / 20);
            assertThat(Math.abs(at - told)).isLessThan(2 * MS);
            before = at;
        }
    }

    @Test
    void picturesOfOneMillisecondAreAllShownInTheirOrder() {
        DistinctTimes times = new DistinctTimes();
        ShownInOrder order = new ShownInOrder();
        Random random = new Random(5);
        long ms = 0;
        int ofIt = 0;
        for (int i = 0; i < 10_000; i++) {
            boolean same = random.nextBoolean() && ofIt < 9;
            ofIt = same ? ofIt + 1 : 0;
            ms += same ? 0 : 1 + random.nextInt(40);
            long shownNs = ms * MS + times.laterNs(ms * MS);
            assertThat(shownNs - ms * MS).isBetween(0L, MS - 1);
            assertThat(order.accept(i == 0, false, shownNs)).as("picture %s", i).isTrue();
        }
    }

    @Test
    void whoIsAheadIsHeldBackAndWhoWasHeldUpIsNot() {
        Throttle steady = new Throttle();
        for (long ms = 0; ms < 60_000; ms += 10) {
            assertThat(steady.onMedia(ms * MS, ms * MS)).isZero();
        }
        for (long ms = 60_000; ms < 65_000; ms += 10) {
            assertThat(steady.onMedia(ms * MS, 65_000 * MS)).isZero(); // five seconds that stood in a queue
        }
        Throttle file = new Throttle();
        long nowNs = 0;
        for (long ms = 0; ms < 60_000; ms += 20) {
            nowNs += file.onMedia(ms * MS, nowNs);
        }
        assertThat(nowNs).isBetween(55_000 * MS, 60_000 * MS);
        assertThat(file.isHopeless()).isFalse();
    }

    @Test
    void whoGoesOnAllTheSameIsHopelessWhateverItsTimesSay() {
        Throttle deaf = new Throttle();
        Throttle jumping = new Throttle();
        Throttle still = new Throttle();
        for (long i = 0; i < 100_000; i++) {
            deaf.onMedia(i * 20 * MS, 0);
            jumping.onMedia(i % 2 * HOUR_MS * MS, 0);
            still.onMedia(0, 0);
        }
        assertThat(deaf.isHopeless()).isTrue();
        assertThat(jumping.isHopeless()).isTrue();
        assertThat(still.isHopeless()).isTrue();
    }
}
