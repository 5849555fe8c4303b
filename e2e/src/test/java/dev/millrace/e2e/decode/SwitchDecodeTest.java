package dev.millrace.e2e.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.sdp.MediaKind;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten thousand random switches a codec between the layers of what Chromium's encoders made: one unbroken stream, every
 * picture of which decodes to exactly what was encoded.
 */
class SwitchDecodeTest {
    private static final int SWITCHES = Integer.getInteger("millrace.switches", 10_000);

    /** Enough laps for every switch to wait for a keyframe of its own, and no endless test. */
    private static final long MAX_BATCHES = 3_000_000;

    @ParameterizedTest
    @CsvSource({"vp8-simulcast-l1t3-no-dd, false, 4"})
    void decodes(String name, boolean descriptor, long seed) {
        Capture capture = Capture.resource(name);
        Pictures pictures = Pictures.of(capture);
        Random random = new Random(seed);
        Replay replay = new Replay(capture, descriptor, random);
        try (Watcher watcher = new Watcher(capture, pictures, descriptor)) {
            replay.subscribe(watcher.path);
            for (long batch = 0; watcher.changes() < SWITCHES && batch < MAX_BATCHES; batch++) {
                replay.batch(watcher.path);
                if (random.nextInt(3) == 0) {
                    watcher.path.selectLayer(MediaKind.VIDEO, random.nextInt(capture.layers()), replay.nowNs());
                }
            }
            watcher.finish();
            assertThat(watcher.changes()).isGreaterThanOrEqualTo(SWITCHES);
            assertThat(watcher.decoded()).isEqualTo(watcher.sent());
        }
    }
}
