package dev.millrace.media.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.Track;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewestPeriodTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final Packaged b = new Packaged();
    private final Track pictures = b.video("v");
    private final Track sound = b.audio("a");
    private final NewestPeriod period = new NewestPeriod();
    private double ms;

    @Test
    void isToldOnceSoundIsInItAsItWasBefore() {
        play(3_000, true);
        assertThat(decide(3, Set.of(pictures, sound))).isTrue();
        b.packager().interrupt();
        play(1_000, false);
        assertThat(decide(4, Set.of(pictures, sound))).isFalse();
        assertThat(period.told()).isZero();
        play(1_000, true);
        assertThat(decide(5, Set.of(pictures, sound))).isTrue();
        assertThat(period.told()).isOne();
        assertThat(decide(6, Set.of(pictures, sound))).isFalse();
    }

    @Test
    void isNotHeldForSoundThatIsNotSentAnyMoreNorForLong() {
        play(3_000, true);
        decide(3, Set.of(pictures, sound));
        b.packager().interrupt();
        play(1_000, false);
        assertThat(decide(4, Set.of(pictures))).isTrue();
        b.packager().interrupt();
        play(1_000, true);
        assertThat(decide(5, Set.of(pictures, sound))).isTrue();
        b.packager().interrupt();
        play(1_000, false);
        assertThat(decide(6, Set.of(pictures, sound))).isFalse();
        assertThat(decide(11, Set.of(pictures, sound))).isTrue();
    }

    private boolean decide(long atS, Set<Track> sent) {
        return period.decide(b.packager().epoch(), sent, atS * SECOND_NS);
    }

    private void play(int forMs, boolean withSound) {
        boolean first = true;
        for (double end = ms + forMs; ms < end; ms += 40) {
            b.picture(pictures, ms, first, Packaged.SMALL);
            first = false;
            if (withSound) {
                b.sound(sound, ms);
                b.sound(sound, ms + 20);
            }
        }
    }
}
