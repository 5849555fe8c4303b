package dev.millrace.signaling.origin;

import dev.millrace.media.control.OriginReply;
import dev.millrace.signaling.http.ByteRange;
import dev.millrace.signaling.http.Gzip;
import dev.millrace.signaling.http.Problem;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Makes HTTP (RFC 9110) of what the origin replied to one request. Owned by the HTTP context. */
final class LiveAnswer {
    private static final CharSequence RANGES = HttpHeaders.createOptimized("bytes");
    private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");

    private static final int NOT_MODIFIED = 304;
    private static final int PARTIAL = 206;

    /** A server that can do no more, or a broadcast that stands still: not worth asking again sooner. */
    private static final int RETRY_S = 2;

    private final Vertx vertx;
    private final LiveHeaders fields;
    private final DirectCopies copies;
    private final HttpServerRequest request;
    private final String object;
    private final boolean byField;

    /** @param byField the caller showed a token by Authorization */
    LiveAnswer(
            Vertx vertx,
            LiveHeaders fields,
            DirectCopies copies,
            HttpServerRequest request,
            String object,
            boolean byField) {
        this.vertx = vertx;
        this.fields = fields;
        this.copies = copies;
        this.request = request;
        this.object = object;
        this.byField = byField;
    }

    /** @param sent is told the bytes of the body when there are no more */
    void send(OriginReply reply, LongConsumer sent) {
        Runnable ended = () -> sent.accept(response().bytesWritten());
        if (!(reply instanceof OriginReply.Growing)) {
            response().endHandler(v -> ended.run());
        }
        switch (reply) {
            case OriginReply.Text text -> text(text);
            case OriginReply.Whole whole -> {
                fields.whole(headers(), byField);
                bytes(whole.mediaType(), whole.pieces(), '"' + object + '"');
            }
            case OriginReply.Still still -> {
                fields.still(headers(), byField);
                bytes(still.mediaType(), List.of(still.bytes()), null);
            }
            case OriginReply.Growing growing -> growing(growing, ended);
            case OriginReply.Refused refused -> problem(refused).send(response());
        }
    }

    /** What the origin refused, as players and caches hear it. */
    static Problem problem(OriginReply.Refused refused) {
        return switch (refused.kind()) {
            case BAD_REQUEST -> Problem.of(Problem.Kind.BAD_REQUEST, refused.detail());
            case NOT_FOUND -> notFound(Problem.Kind.NOT_FOUND, refused.detail());
            case NOT_LIVE -> notFound(Problem.Kind.NOT_LIVE, refused.detail());
            case NOT_PLAYABLE -> notFound(Problem.Kind.NOT_PLAYABLE, refused.detail());
            case HALTED -> Problem.of(Problem.Kind.HALTED, refused.detail()).retryAfter(RETRY_S);
            case BUSY -> Problem.of(Problem.Kind.FULL, refused.detail()).retryAfter(RETRY_S);
        };
    }

    /** For a second at most: it may be there soon. */
    static Problem notFound(Problem.Kind kind, String detail) {
        return Problem.of(kind, detail).with("Cache-Control", "public, max-age=1");
    }

    private void text(OriginReply.Text text) {
        MultiMap headers = headers();
        fields.text(headers, text.freshness(), byField);
        String tag = text.text().tag();
        headers.set(HttpHeaders.ETAG, tag);
        if (isKnown(tag)) {
            response().setStatusCode(NOT_MODIFIED).end();
            return;
        }
        headers.set(HttpHeaders.CONTENT_TYPE, text.text().mediaType());
        boolean gzip = Gzip.isTakenBy(request);
        if (gzip) {
            headers.set(HttpHeaders.CONTENT_ENCODING, GZIP);
        }
        byte[] bytes = gzip ? text.text().gzip() : text.text().plain();
        body(List.of(bytes), 0, bytes.length);
    }

    private void bytes(String mediaType, List<byte[]> pieces, @Nullable String tag) {
        MultiMap headers = headers();
        headers.set(HttpHeaders.ACCEPT_RANGES, RANGES);
        if (tag != null) {
            headers.set(HttpHeaders.ETAG, tag);
            if (isKnown(tag)) {
                response().setStatusCode(NOT_MODIFIED).end();
                return;
            }
        }
        int length = length(pieces);
        ByteRange range = range(length, tag);
        if (range == null) {
            headers.set(HttpHeaders.CONTENT_TYPE, mediaType);
            body(pieces, 0, length);
        } else if (range.isSatisfiable()) {
            headers.set(HttpHeaders.CONTENT_TYPE, mediaType)
                    .set(HttpHeaders.CONTENT_RANGE, "bytes " + range.first() + "-" + range.last() + "/" + length);
            response().setStatusCode(PARTIAL);
            body(pieces, (int) range.first(), (int) range.length());
        } else {
            Problem.of(Problem.Kind.RANGE_NOT_SATISFIABLE, "The object has " + length + " bytes.")
                    .with("Content-Range", "bytes */" + length)
                    .send(response());
        }
    }

    private static int length(List<byte[]> pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        return length;
    }

    /** The range asked for, null for the whole: also when If-Range names something else (RFC 9110 section 13.1.5). */
    private @Nullable ByteRange range(int length, @Nullable String tag) {
        String condition = request.getHeader("If-Range");
        boolean fresh = condition == null || condition.strip().equals(tag);
        boolean get = request.method().equals(HttpMethod.GET);
        return fresh && get ? ByteRange.read(request.getHeader("Range"), length) : null;
    }

    private void body(List<byte[]> pieces, int from, int length) {
        HttpServerResponse response = response();
        headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
        if (isHead()) {
            response.end();
        } else if (length <= Pump.PIECE_BYTES) {
            response.end(Pump.shared(copies, pieces, from, length));
        } else {
            new Pump(vertx, request, copies).whole(pieces, from, length);
        }
    }

    /** Chunk by chunk in HTTP/1.1 (RFC 9112 section 7.1), frame by frame in HTTP/2. */
    private void growing(OriginReply.Growing growing, Runnable ended) {
        HttpServerResponse response = response();
        MultiMap headers = headers();
        fields.whole(headers, byField);
        headers.set(HttpHeaders.CONTENT_TYPE, growing.mediaType()).set(HttpHeaders.ETAG, '"' + object + '"');
        if (isHead()) {
            response.end();
            return;
        }
        response.setChunked(true);
        new GrowingAnswer(vertx, request, copies, ended).follow(growing.object());
    }

    private boolean isKnown(String tag) {
        String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        return known != null && (known.contains(tag) || known.strip().equals("*"));
    }

    private boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    private HttpServerResponse response() {
        return request.response();
    }

    private MultiMap headers() {
        return response().headers();
    }
}
