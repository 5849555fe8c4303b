package dev.millrace.signaling.http;

import dev.millrace.media.control.RefusalKind;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An error as problem+json (RFC 9457): a stable type, and a sentence that tells what to do.
 *
 * @param kind what it is; each has its paragraph in docs/errors.md
 * @param detail what to do about it
 * @param headers further header fields
 */
public record Problem(Kind kind, String detail, Map<String, String> headers) {

    /** Where {@code type} points to; the server itself answers there. */
    static final String TYPES = "/api/v1/errors";

    /** Every problem there is; the constant's name in lower case with dashes is the end of its type. */
    public enum Kind {
        BAD_REQUEST(400, "The request cannot be read"),
        BAD_STREAM_NAME(400, "Not a stream name"),
        BAD_SDP(400, "The SDP cannot be read"),
        BAD_EVENTS(400, "Not a list of events"),
        NO_SUCH_LAYER(400, "No such layer"),
        UNAUTHORIZED(401, "Not authorized"),
        FORBIDDEN(403, "Not allowed"),
        NOT_FOUND(404, "Nothing is here"),
        NOT_LIVE(404, "Nobody broadcasts this stream now"),
        NOT_PLAYABLE(404, "The broadcast has nothing players can be given"),
        NO_SUCH_SESSION(404, "No such session"),
        NO_SUCH_STREAM(404, "No such stream"),
        NO_SUCH_MESSAGE(404, "No such message"),
        NO_SUCH_PARTICIPANT(404, "No such participant"),
        NO_SUCH_RECORDING(404, "No such recording"),
        NO_SUCH_RESTREAM(404, "No such restream"),
        CHAT_OFF(404, "There is no chat here"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        NOT_ACCEPTABLE(406, "Nothing acceptable can be answered"),
        REQUEST_TIMEOUT(408, "The request took too long"),
        CONFLICT(409, "The session cannot do this now"),
        STALE_TAG(412, "The ICE session was restarted meanwhile"),
        TOO_LARGE(413, "The body is too large"),
        URI_TOO_LONG(414, "The address is too long"),
        UNSUPPORTED_TYPE(415, "Unsupported content type"),
        RANGE_NOT_SATISFIABLE(416, "The object has no such bytes"),
        UNACCEPTABLE_SDP(422, "The SDP cannot be served"),
        UNSUPPORTED_CODEC(422, "No codec in common"),
        UNSUPPORTED_SELECTION(422, "Layers cannot be chosen that way"),
        UPGRADE_REQUIRED(426, "This address speaks WebSocket"),
        IF_MATCH_REQUIRED(428, "If-Match is required"),
        TOO_MANY_REQUESTS(429, "Too many requests"),
        HEADERS_TOO_LARGE(431, "The header fields are too large"),
        FAULT(500, "A fault of the server"),
        NOT_READY(503, "Not there yet"),
        DRAINING(503, "The server takes no new sessions"),
        FULL(503, "The server is full"),
        HALTED(503, "The broadcast has come to a halt"),
        MEDIA_UNREACHABLE(503, "The media server does not answer");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        public int status() {
            return status;
        }

        /** The anchor in docs/errors.md. */
        public String anchor() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    public Problem {
        headers = Map.copyOf(headers);
    }

    public static Problem of(Kind kind, String detail) {
        return new Problem(kind, detail, Map.of());
    }

    public Problem with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Problem(kind, detail, more);
    }

    /** Whoever must wait is told for how long, in seconds. */
    public Problem retryAfter(int seconds) {
        return with("Retry-After", Integer.toString(seconds));
    }

    /** What the media server refused, as the HTTP client hears it. */
    public static Problem of(RefusalKind kind, String detail) {
        return switch (kind) {
            case MALFORMED -> of(Kind.BAD_SDP, detail);
            case UNACCEPTABLE -> of(Kind.UNACCEPTABLE_SDP, detail);
            case UNSUPPORTED_CODEC -> of(Kind.UNSUPPORTED_CODEC, detail);
            case NO_SUCH_SESSION -> of(Kind.NO_SUCH_SESSION, "The session is over; POST again for a new one.");
            case NO_SUCH_LAYER -> of(Kind.NO_SUCH_LAYER, detail);
            case NO_SUCH_MESSAGE -> of(Kind.NO_SUCH_MESSAGE, detail);
            case NO_SUCH_PARTICIPANT -> of(Kind.NO_SUCH_PARTICIPANT, detail);
            case NO_SUCH_RECORDING -> of(Kind.NO_SUCH_RECORDING, detail);
            case NOT_READY -> of(Kind.NOT_READY, detail).retryAfter(5);
            case NOT_ALLOWED -> of(Kind.FORBIDDEN, detail);
            case STALE_TAG ->
                of(Kind.STALE_TAG, "If-Match names an older ICE session; use the ETag of the last answer.");
            case CONFLICT -> of(Kind.CONFLICT, detail);
            case DRAINING ->
                of(Kind.DRAINING, "This server is being emptied; try another, or later.")
                        .retryAfter(30);
            case FULL -> of(Kind.FULL, detail).retryAfter(10);
        };
    }

    /** The kind of problem that was sent as the answer to this request. */
    public static Optional<Kind> sentIn(RoutingContext ctx) {
        return Optional.ofNullable(ctx.<Problem>get(Problem.class.getName())).map(Problem::kind);
    }

    /** Sends it, whatever became of the response so far. */
    public void send(RoutingContext ctx) {
        ctx.put(Problem.class.getName(), this);
        send(ctx.response());
    }

    /** The same without a route. */
    public void send(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        response.putHeader("Cache-Control", "no-store");
        headers.forEach(response::putHeader);
        JsonObject body = new JsonObject()
                .put("type", TYPES + "#" + kind.anchor())
                .put("title", kind.title)
                .put("status", kind.status)
                .put("detail", detail);
        response.setStatusCode(kind.status)
                .putHeader("Content-Type", "application/problem+json")
                .end(body.encode());
    }
}
