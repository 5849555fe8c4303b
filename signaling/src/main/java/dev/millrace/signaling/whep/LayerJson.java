package dev.millrace.signaling.whep;

import dev.millrace.media.control.TrackInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The data of a {@code layers} event: for the viewer's video section an array of layers, highest first. */
final class LayerJson {
    private LayerJson() {}

    static String of(int videoIndex, List<TrackInfo> tracks) {
        JsonArray layers = new JsonArray();
        tracks.stream()
                .filter(track -> track.kind().equals("video"))
                .findFirst()
                .ifPresent(track -> {
                    for (TrackInfo.LayerInfo layer : track.layers().reversed()) {
                        if (layer.rid() != null) {
                            layers.add(layer(layer));
                        }
                    }
                });
        return new JsonObject().put(Integer.toString(videoIndex), layers).encode();
    }

    /**
     * A layer without packets has bitrate 0: that is how the draft calls it inactive. One that rests for want of viewers
     * may be chosen and comes back for it, so it keeps the bitrate it had.
     */
    private static JsonObject layer(TrackInfo.LayerInfo layer) {
        JsonObject json = new JsonObject()
                .put("rid", layer.rid())
                .put("encodingId", layer.rid())
                .put("bitrate", layer.active() || layer.dormant() ? layer.bitrateBps() : 0);
        if (layer.dormant()) {
            json.put("dormant", true);
        }
        if (layer.width() > 0) {
            json.put("width", layer.width()).put("height", layer.height());
        }
        return json;
    }
}
