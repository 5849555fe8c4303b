package dev.millrace.signaling.http;

import dev.millrace.signaling.config.Addresses;
import dev.millrace.signaling.config.Settings;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who sends a request: address, Bearer, and whether it can only have come from this machine. */
public final class Caller {
    private static final String TOKEN = "([A-Za-z0-9._~+/:=-]{1,4096})";
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +" + TOKEN);
    private static final Pattern BARE = Pattern.compile(TOKEN);

    /** A subprotocol that is none: the one field of a WebSocket's request that pages may fill (RFC 6455 section 1.9). */
    private static final String PROTOCOL_PREFIX = "bearer.";

    private final List<String> proxies;

    public Caller(Settings settings) {
        this.proxies = settings.http().proxies();
    }

    /** The Bearer (RFC 6750 section 2.1), or null when there is none or it is no token. */
    public @Nullable String bearer(HttpServerRequest request) {
        String field = request.getHeader("Authorization");
        if (field == null) {
            return null;
        }
        var matcher = BEARER.matcher(field.strip());
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** The Bearer by its field, else as the subprotocol {@code bearer.…}, else as {@code token} of the query. */
    public @Nullable String webSocketBearer(HttpServerRequest request) {
        String shown = bearer(request);
        for (String field : request.headers().getAll("Sec-WebSocket-Protocol")) {
            for (String protocol : field.split(",", -1)) {
                if (shown == null && protocol.strip().startsWith(PROTOCOL_PREFIX)) {
                    shown = protocol.strip().substring(PROTOCOL_PREFIX.length());
                }
            }
        }
        String token = shown == null ? Query.value(request, "token") : shown;
        return token != null && BARE.matcher(token).matches() ? token : null;
    }

    /** The peer's address; behind a proxy that was named, the last address that proxy vouches for. */
    public String address(HttpServerRequest request) {
        String peer = peer(request);
        String forwarded = request.getHeader("X-Forwarded-For");
        if (forwarded == null || !proxies.contains(peer)) {
            return peer;
        }
        String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        return last.isEmpty() || last.length() > 64 ? peer : last;
    }

    /**
     * Whether only this machine's own user can have sent it: over loopback, through no proxy, to a loopback name (so
     * that no foreign name was pointed here), and not by a page of another origin.
     */
    public boolean isLocal(HttpServerRequest request) {
        if (!Addresses.isLoopback(peer(request))
                || request.getHeader("X-Forwarded-For") != null
                || request.getHeader("Forwarded") != null) {
            return false;
        }
        var authority = request.authority();
        if (authority == null || !Addresses.isLoopback(authority.host())) {
            return false;
        }
        String origin = request.getHeader("Origin");
        String site = request.getHeader("Sec-Fetch-Site");
        boolean foreign = site != null && !site.equals("same-origin") && !site.equals("none");
        return !foreign && (origin == null || origin.equals(request.scheme() + "://" + authority));
    }

    private static String peer(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        String host = remote == null ? null : remote.hostAddress();
        return host == null ? "unknown" : host;
    }
}
