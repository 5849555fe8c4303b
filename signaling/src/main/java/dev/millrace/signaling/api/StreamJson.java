package dev.millrace.signaling.api;

import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.StreamInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Streams and sessions as the API shows them. A session's id is a capability and an address is personal: only
 * operators see them.
 */
final class StreamJson {
    private StreamJson() {}

    static JsonObject of(StreamInfo info, boolean operator) {
        int connected = (int) info.viewers().stream()
                .filter(viewer -> viewer.state().equals("connected"))
                .count();
        JsonArray tracks = new JsonArray();
        info.tracks().forEach(track -> tracks.add(JsonObject.mapFrom(track)));
        JsonObject json = new JsonObject()
                .put("name", info.name())
                .put("live", info.live())
                .put("liveSinceMs", info.liveSinceMs())
                .put("viewers", new JsonObject().put("webrtc", connected).put("total", connected))
                .put("tracks", tracks);
        SessionInfo publisher = info.publisher();
        if (operator) {
            JsonArray sessions = new JsonArray();
            info.viewers().forEach(viewer -> sessions.add(session(viewer)));
            json.put("publisher", publisher == null ? null : session(publisher)).put("sessions", sessions);
        } else {
            json.put("publisher", publisher == null ? null : new JsonObject().put("state", publisher.state()));
        }
        return json;
    }

    static JsonObject session(SessionInfo info) {
        return JsonObject.mapFrom(info);
    }
}
