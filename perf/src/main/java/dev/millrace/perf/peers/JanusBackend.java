package dev.millrace.perf.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.media.sdp.SdpException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Janus' VideoRoom plugin: a room a stream, one publisher in it, whom the viewers subscribe to. It offers to its subscribers, so
 * that a viewer's answer is made of two offers; with {@code ice_lite} both may think they control. Safe for any thread.
 */
final class JanusBackend implements Backend {
    private static final String PLUGIN = "janus.plugin.videoroom";

    /** Rooms are numbers. */
    private static final long FIRST_ROOM = 1000;

    private final JanusApi api;
    private final Map<String, Room> rooms = new ConcurrentHashMap<>();

    /** A stream's room, and who publishes in it. */
    private record Room(long id, long publisher) {}

    JanusBackend(URI base) throws IOException, InterruptedException {
        api = new JanusApi(base);
    }

    @Override
    public Session publish(String stream, String offer) throws IOException, InterruptedException {
        long handle = api.attach(PLUGIN);
        Room known = rooms.get(stream);
        long room = known == null ? create(handle) : known.id();
        ObjectNode join = JanusApi.object()
                .put("request", "joinandconfigure")
                .put("ptype", "publisher")
                .put("room", room);
        JsonNode joined = api.ask(handle, join, jsep("offer", offer));
        long id = joined.path("plugindata").path("data").path("id").asLong();
        rooms.put(stream, new Room(room, id));
        api.noMoreCandidates(handle);
        return new Session(Long.toString(handle), sdp(joined));
    }

    private synchronized long create(long handle) throws IOException, InterruptedException {
        long id = FIRST_ROOM + rooms.size();
        ObjectNode create = JanusApi.object()
                .put("request", "create")
                .put("room", id)
                .put("publishers", 1)
                .put("audiocodec", "opus")
                .put("videocodec", "h264")
                .put("bitrate", 0);
        api.ask(handle, create, null);
        return id;
    }

    @Override
    public Session watch(String stream, String offer) throws IOException, InterruptedException {
        Room room = rooms.get(stream);
        if (room == null) {
            throw new RefusedException("nobody publishes " + stream);
        }
        long handle = api.attach(PLUGIN);
        ObjectNode join = JanusApi.object()
                .put("request", "join")
                .put("ptype", "subscriber")
                .put("room", room.id());
        join.putArray("streams").addObject().put("feed", room.publisher());
        TwoOffers both = both(offer, sdp(api.ask(handle, join, null)));
        api.ask(handle, JanusApi.object().put("request", "start"), jsep("answer", both.answerForServer()));
        api.noMoreCandidates(handle);
        return new Session(Long.toString(handle), both.answerForClient());
    }

    private static TwoOffers both(String client, String server) throws RefusedException {
        try {
            return new TwoOffers(client, server);
        } catch (SdpException e) {
            throw new RefusedException("an offer that cannot be read: " + e.getMessage());
        }
    }

    private static ObjectNode jsep(String type, String sdp) {
        return JanusApi.object().put("type", type).put("sdp", sdp);
    }

    private static String sdp(@Nullable JsonNode event) throws RefusedException {
        String sdp = event == null ? "" : event.path("jsep").path("sdp").asText();
        if (sdp.isEmpty()) {
            throw new RefusedException("Janus sent no session description: " + event);
        }
        return sdp;
    }

    @Override
    public void end(String id) throws IOException, InterruptedException {
        api.detach(Long.parseLong(id));
    }

    @Override
    public void close() {
        api.close();
    }
}
