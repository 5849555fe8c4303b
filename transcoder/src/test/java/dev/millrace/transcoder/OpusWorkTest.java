package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.transcode.wire.Sound;
import dev.millrace.media.transcode.wire.SoundMade;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** AAC becomes Opus of the same time. */
class OpusWorkTest {
    @BeforeAll
    static void natives() {
        Natives.orSkip();
    }

    @Test
    void packetsFollowEachOtherAndKeepTheTime() {
        List<SoundMade> made = new ArrayList<>();
        try (OpusWork work = new OpusWork(7, "1190", 96_000, message -> made.add((SoundMade) message));
                AacEncoder encoder = new AacEncoder(2, 128_000)) {
            float[] tone = new float[AacEncoder.FRAME * 2];
            for (int packet = 0; packet < 500; packet++) {
                for (int i = 0; i < AacEncoder.FRAME; i++) {
                    double at = (packet * (double) AacEncoder.FRAME + i) / SoundClock.RATE_HZ;
                    tone[2 * i] = (float) (0.5 * Math.sin(2 * Math.PI * 440 * at));
                    tone[2 * i + 1] = tone[2 * i];
                }
                encoder.encode(
                        tone,
                        0,
                        (sample, aac) -> work.accept(new Sound(7, SoundClock.ns(sample) / 1_000_000 * 1_000_000, aac)));
            }
        }
        assertThat(made).hasSizeGreaterThan(500);
        for (int i = 1; i < made.size(); i++) {
            assertThat(made.get(i).captureNs() - made.get(i - 1).captureNs()).isBetween(19_000_000L, 21_000_000L);
        }
        double sum = 0;
        int count = 0;
        try (OpusDecoder decoder = new OpusDecoder(2)) {
            decoder.decode(made.getFirst().data()); // fades in
            for (SoundMade each : made.subList(1, made.size())) {
                int samples = decoder.decode(each.data());
                for (int i = 0; i < 2 * samples; i++, count++) {
                    double sample = decoder.samples()[i];
                    sum += sample * sample;
                }
            }
        }
        assertThat(Math.sqrt(sum / count)).isBetween(0.33, 0.37); // a sine's of half the range is 0.354
    }
}
