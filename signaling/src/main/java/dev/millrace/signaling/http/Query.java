package dev.millrace.signaling.http;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Fields of an address behind the question mark. */
public final class Query {
    private Query() {}

    /** The first of that name; null when there is none, or what is there cannot be decoded. */
    public static @Nullable String value(HttpServerRequest request, String name) {
        try {
            return request.getParam(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
