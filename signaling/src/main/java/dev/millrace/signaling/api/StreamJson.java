package dev.millrace.signaling.api;

import dev.millrace.media.control.OriginInfo;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.StreamInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

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
        JsonArray warnings = new JsonArray();
        info.warnings().forEach(each -> warnings.add(JsonObject.mapFrom(each)));
        JsonObject json = new JsonObject()
                .put("name", info.name())
                .put("live", info.live())
                .put("liveSinceMs", info.liveSinceMs())
                .put("viewers", viewers(connected, info.origin()))
                .put("tracks", tracks)
                .put("warnings", warnings)
                .put("origin", info.origin() == null ? null : JsonObject.mapFrom(info.origin()));
        SessionInfo publisher = info.publisher();
        if (operator) {
            JsonArray sessions = new JsonArray();
            info.viewers().forEach(viewer -> sessions.add(session(viewer)));
            json.put("publisher", publisher == null ? null : session(publisher)).put("sessions", sessions);
        } else {
            json.put("publisher", publisher == null ? null : stranger(publisher));
        }
        return json;
    }

    private static JsonObject viewers(int webrtc, @Nullable OriginInfo origin) {
        int hls = origin == null ? 0 : origin.hls();
        int dash = origin == null ? 0 : origin.dash();
        return new JsonObject()
                .put("webrtc", webrtc)
                .put("hls", hls)
                .put("dash", dash)
                .put("total", webrtc + hls + dash);
    }

    private static JsonObject stranger(SessionInfo publisher) {
        return new JsonObject().put("state", publisher.state()).put("transport", publisher.transport());
    }

    static JsonObject session(SessionInfo info) {
        return JsonObject.mapFrom(info);
    }
}
