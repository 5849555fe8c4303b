package dev.millrace.media.scenario;

import java.util.List;

/**
 * What is published; bit rates are those of RTP packets with their headers, as a server measures them.
 *
 * @param layers encodings from low to high, at most three
 * @param framesPerSecond of all of them
 * @param temporalLayers 1, or 2 when every second picture is one that no other needs
 * @param audioBps Opus, 50 packets a second; 0 = none
 */
record Media(List<Layer> layers, int framesPerSecond, int temporalLayers, int audioBps) {
    /** One encoding; sides are multiples of 16. */
    record Layer(int bps, int width, int height) {}

    /** Three H.264 layers of 150, 500 and 1500 kb/s at 30 pictures a second, audio of 40 kb/s. */
    static Media simulcast() {
        return new Media(
                List.of(new Layer(150_000, 320, 176), new Layer(500_000, 640, 352), new Layer(1_500_000, 1280, 720)),
                30,
                1,
                40_000);
    }

    /** The same with pictures that may be left out. */
    Media withTemporalLayers() {
        return new Media(layers, framesPerSecond, 2, audioBps);
    }

    int top() {
        return layers.size() - 1;
    }

    /** What a layer costs on the wire together with the audio, about. */
    long costBps(int layer) {
        return (long) layers.get(layer).bps() + audioBps;
    }
}
