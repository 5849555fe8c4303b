package dev.millrace.signaling.api;

import dev.millrace.media.control.StreamLatency;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Where a stream's milliseconds go, as the API shows it: who the viewers are is only for operators. */
final class LatencyJson {
    private LatencyJson() {}

    static JsonObject of(StreamLatency latency, boolean operator) {
        JsonArray viewers = new JsonArray();
        latency.viewers().forEach(viewer -> viewers.add(of(viewer, operator)));
        return JsonObject.mapFrom(latency).put("viewers", viewers);
    }

    private static JsonObject of(StreamLatency.ViewerLatency viewer, boolean operator) {
        JsonObject json = JsonObject.mapFrom(viewer);
        if (!operator) {
            json.remove("session");
            json.remove("participant");
        }
        return json;
    }
}
