package dev.millrace.signaling.origin;

import dev.millrace.media.control.OriginReply.Freshness;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The header fields of what players and caches fetch: how long each object may be kept (rfc8216bis appendix B.1), what
 * pages of other origins may see of it (Fetch, section 3.2), and what time it is here (RFC 9110 section 6.6.1). Owned by
 * the HTTP context.
 */
final class LiveHeaders {
    /** How long caches may keep a still; another one comes every few seconds. */
    private static final int STILL_S = 2;

    /** Players load it once, and a rung that comes or goes is seen soon enough. */
    private static final int MULTIVARIANT_S = 10;

    /** The name of a stream may be used again at once, and who saw the end asks no more: little to save. */
    private static final int FINAL_S = 2;

    /** Segments are named so that no other is ever called the same; a day is longer than any window. */
    private static final int WHOLE_S = 86_400;

    /** A playlist by number is kept for six target durations. */
    private static final int NUMBERED_TARGETS = 6;

    private static final CharSequence AGE = HttpHeaders.createOptimized("age");
    private static final CharSequence ZERO = HttpHeaders.createOptimized("0");
    private static final CharSequence CACHE_CONTROL = HttpHeaders.createOptimized("cache-control");
    private static final CharSequence DATE = HttpHeaders.createOptimized("date");
    private static final CharSequence NO_SNIFF_NAME = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence RESOURCE_POLICY = HttpHeaders.createOptimized("cross-origin-resource-policy");
    private static final CharSequence CROSS_ORIGIN = HttpHeaders.createOptimized("cross-origin");
    private static final CharSequence TIMING = HttpHeaders.createOptimized("timing-allow-origin");
    private static final CharSequence ALLOW_ORIGIN = HttpHeaders.createOptimized("access-control-allow-origin");
    private static final CharSequence ANY = HttpHeaders.createOptimized("*");
    private static final CharSequence EXPOSE = HttpHeaders.createOptimized("access-control-expose-headers");

    /** Players tell the time by Date and how old a playlist is by Age. */
    private static final CharSequence EXPOSED = HttpHeaders.createOptimized(
            "Date, Age, ETag, Content-Length, Content-Range, Accept-Ranges, Retry-After, WWW-Authenticate");

    private static final CharSequence VARY = HttpHeaders.createOptimized("vary");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    /** Of one object: for caches that many share, and for the browser of who showed a token in a field. */
    private record Caching(CharSequence shared, CharSequence own) {
        static Caching of(int seconds, String more) {
            return new Caching(
                    HttpHeaders.createOptimized("public, max-age=" + seconds + more),
                    HttpHeaders.createOptimized("private, max-age=" + seconds + more));
        }
    }

    private final Caching multivariant = Caching.of(MULTIVARIANT_S, "");
    private final Caching now = Caching.of(1, "");
    private final Caching numbered;
    private final Caching done = Caching.of(FINAL_S, "");
    private final Caching whole = Caching.of(WHOLE_S, ", immutable");
    private final Caching still = Caching.of(STILL_S, "");

    private long dateSecond = -1;
    private CharSequence date = "";

    LiveHeaders(Duration segment) {
        numbered = Caching.of(Math.toIntExact(Math.max(1, segment.toSeconds()) * NUMBERED_TARGETS), "");
    }

    /** What every answer has, errors as well. */
    void common(HttpServerResponse response, long epochMs) {
        response.headers()
                .set(DATE, date(epochMs))
                .set(NO_SNIFF_NAME, NO_SNIFF)
                .set(RESOURCE_POLICY, CROSS_ORIGIN)
                .set(TIMING, ANY)
                .set(ALLOW_ORIGIN, ANY)
                .set(EXPOSE, EXPOSED);
    }

    private CharSequence date(long epochMs) {
        long second = Math.floorDiv(epochMs, 1000);
        if (second != dateSecond) {
            dateSecond = second;
            date = HttpHeaders.createOptimized(HTTP_DATE.format(Instant.ofEpochSecond(second)));
        }
        return date;
    }

    void text(MultiMap headers, Freshness freshness, boolean byField) {
        Caching caching =
                switch (freshness) {
                    case MULTIVARIANT -> multivariant;
                    case NOW -> now;
                    case NUMBERED -> numbered;
                    case FINAL -> done;
                };
        cache(headers, caching, byField);
        headers.set(VARY, byField ? "Accept-Encoding, Authorization" : "Accept-Encoding");
    }

    void whole(MultiMap headers, boolean byField) {
        media(headers, whole, byField);
    }

    void still(MultiMap headers, boolean byField) {
        media(headers, still, byField);
    }

    private static void media(MultiMap headers, Caching caching, boolean byField) {
        cache(headers, caching, byField);
        if (byField) {
            headers.set(VARY, "Authorization");
        }
    }

    /**
     * @param byField the right was shown by Authorization: the address is no secret then, so nobody else may be given what
     *     a cache has of it
     */
    private static void cache(MultiMap headers, Caching caching, boolean byField) {
        headers.set(CACHE_CONTROL, byField ? caching.own() : caching.shared()).set(AGE, ZERO);
    }
}
