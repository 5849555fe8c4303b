package dev.millrace.e2e;

import java.util.HashMap;
import java.util.Map;

/** Options for the test peer's publish and play, in the words of resources/pages/peer.js. */
final class Peers {
    private Peers() {}

    static final Map<String, Object> CAMERA_360P = Map.of("kind", "fake", "width", 640, "height", 360);
    static final Map<String, Object> CAMERA_540P = Map.of("kind", "fake", "width", 960, "height", 540);
    static final Map<String, Object> CAMERA_720P = Map.of("kind", "fake", "width", 1280, "height", 720);
    static final Map<String, Object> BARCODE_720P = Map.of("kind", "barcode", "width", 1280, "height", 720);

    /** Costs bits like a filmed picture, so that layers reach the rates they are given. */
    static final Map<String, Object> SCENERY_720P = Map.of("kind", "scenery", "width", 1280, "height", 720);

    /** The fake camera opens in one size at a time for a whole browser: a second size has to be drawn. */
    static final Map<String, Object> CANVAS_540P = Map.of("kind", "barcode", "width", 960, "height", 540);

    static Map<String, Object> publish(String url, String codec, Map<String, Object> source) {
        return with(Map.of("url", url, "codec", codec, "source", source));
    }

    static Map<String, Object> play(String url) {
        return Map.of("url", url);
    }

    /** These options and more of them: name, value, name, value. */
    static Map<String, Object> with(Map<String, Object> options, Object... more) {
        Map<String, Object> all = new HashMap<>(options);
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }
}
