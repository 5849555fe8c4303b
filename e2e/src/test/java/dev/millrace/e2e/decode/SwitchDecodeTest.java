package dev.millrace.e2e.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten thousand random switches a codec between the layers, spatial layers and temporal layers of what Chromium's encoders
 * made, in virtual time: one unbroken stream, every picture of which decodes to exactly what was encoded, and every
 * retransmission the packet itself.
 */
class SwitchDecodeTest {
    /** Another one finds other moments. */
    private static final long SEED = Long.getLong("millrace.seed", 1);

    /** Enough laps for every switch to wait for a keyframe of its own, and no endless test. */
    private static final int MAX_BATCHES_A_SWITCH = 200;

    /** One batch in so many is followed by a report of a loss. */
    private static final int NACK_EVERY = 40;

    /**
     * Decodes one viewer's stream.
     *
     * @param descriptor the dependency descriptor is negotiated; otherwise only the codec's own payload tells layers
     * @param temporalIds the temporal layers that can then be told apart
     */
    @ParameterizedTest(name = "{0}, dependency descriptor {1}")
    @CsvSource({
        "h264-simulcast,           false,  0, 3000",
        "h264-simulcast-l1t3,      true, 012, 4000",
        "h264-simulcast-l1t3,      false, 12, 3000",
        "vp8-simulcast-l1t3,       true, 012, 4000",
        "vp8-simulcast-l1t3,       false,  2, 1000",
        "vp8-simulcast-l1t3-no-dd, false, 012, 5000",
        "vp9-simulcast-l1t3,       true, 012, 4000",
        "vp9-simulcast-l1t3,       false, 012, 2000",
        "vp9-svc-l3t3-key,         true, 012, 1500",
        "vp9-svc-l3t3-key,         false, 012, 1000",
        "vp9-svc-l3t3,             true, 012, 1000",
        "vp9-svc-l3t3,             false, 012, 500",
        "av1-simulcast-l1t3,       true, 012, 6000",
        "av1-simulcast-l1t3,       false,  2, 1000",
        "av1-svc-l3t3-key,         true, 012, 2000",
        "av1-svc-l3t3,             true, 012, 1000"
    })
    void everyPictureIsWhatWasEncoded(
            String name, boolean descriptor, String temporalIds, int switches, TestReporter reporter) {
        Capture capture = Capture.resource(name);
        Pictures pictures = Pictures.of(capture);
        Random random = new Random(SEED);
        Replay replay = new Replay(capture, descriptor, random);
        try (Watcher watcher = new Watcher(capture, pictures, descriptor)) {
            replay.subscribe(watcher.path);
            Chooser chooser = new Chooser(
                    watcher,
                    pictures,
                    capture.layers(),
                    temporalIds.chars().map(id -> id - '0').toArray(),
                    random);
            for (int batch = 0; watcher.changes() < switches && batch < MAX_BATCHES_A_SWITCH * switches; batch++) {
                replay.batch(watcher.path);
                chooser.maybeChoose(replay.nowNs());
                if (random.nextInt(NACK_EVERY) == 0) {
                    watcher.loseOne(random, replay.nowNs());
                }
            }
            watcher.finish();
            reporter.publishEntry(name, watcher.sent() + " pictures, switches: " + new TreeMap<>(watcher.switches()));
            assertThat(watcher.changes()).isGreaterThanOrEqualTo(switches);
            assertThat(watcher.decoded()).isEqualTo(watcher.sent());
            assertThat(watcher.repeated()).isPositive();
            assertThat(watcher.descriptors() > 0).isEqualTo(descriptor);
        } catch (AssertionError wrong) {
            throw new AssertionError(name + " with seed " + SEED + ": " + wrong.getMessage(), wrong);
        }
    }
}
