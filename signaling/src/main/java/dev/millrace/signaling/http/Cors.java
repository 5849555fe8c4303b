package dev.millrace.signaling.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Lets pages of other origins use WHIP and WHEP (Fetch, section 3.2); no cookies are used, so any origin may. */
final class Cors {
    /** What scripts may read of an answer. */
    private static final String EXPOSED =
            "Location, Link, ETag, Accept-Post, Accept-Patch, Allow, Retry-After, WWW-Authenticate";

    private static final String REQUEST_HEADERS = "Authorization, Content-Type, If-Match, Accept, Last-Event-ID";

    /** How long a browser need not ask again: a day. */
    private static final String MAX_AGE_SECONDS = "86400";

    private Cors() {}

    static void answer(HttpServerResponse response) {
        response.putHeader("Access-Control-Allow-Origin", "*").putHeader("Access-Control-Expose-Headers", EXPOSED);
    }

    static void preflight(HttpServerRequest request, HttpServerResponse response, List<String> methods) {
        response.putHeader("Access-Control-Allow-Methods", String.join(", ", methods))
                .putHeader("Access-Control-Allow-Headers", allowedHeaders(request))
                .putHeader("Access-Control-Max-Age", MAX_AGE_SECONDS);
    }

    /** Ours and, when they look like names, the ones asked for: no field of a request harms. */
    private static String allowedHeaders(HttpServerRequest request) {
        String asked = request.getHeader("Access-Control-Request-Headers");
        boolean plain = asked != null && asked.length() < 1000 && asked.matches("[A-Za-z0-9, _-]+");
        return plain ? REQUEST_HEADERS + ", " + asked : REQUEST_HEADERS;
    }
}
