package dev.millrace.e2e.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The captures are what their names say, without a hole, and decode by themselves. */
class CapturesTest {
    @ParameterizedTest
    @CsvSource({
        "h264-simulcast, 3, 1, 1",
        "h264-simulcast-l1t3, 3, 1, 3",
        "vp8-simulcast-l1t3, 3, 1, 3",
        "vp8-simulcast-l1t3-no-dd, 3, 1, 3",
        "vp9-simulcast-l1t3, 3, 1, 3",
        "av1-simulcast-l1t3, 3, 1, 3",
        "vp9-svc-l3t3-key, 1, 3, 3",
        "vp9-svc-l3t3, 1, 3, 3",
        "av1-svc-l3t3-key, 1, 3, 3",
        "av1-svc-l3t3, 1, 3, 3"
    })
    void holdWhatTheyPromise(String name, int layers, int spatial, int temporal) {
        Capture capture = Capture.resource(name);
        assertThat(capture.layers()).isEqualTo(layers);
        Pictures pictures = Pictures.of(capture);
        for (int layer = 0; layer < layers; layer++) {
            assertThat(pictures.spatialLayers(layer)).isEqualTo(spatial);
            assertThat(pictures.temporalLayers(layer)).isEqualTo(temporal);
        }
    }
}
