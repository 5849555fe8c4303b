package dev.millrace.signaling.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Gzip (RFC 1952) where it pays: whoever answers decides, and what never changes is compressed once. Any thread. */
public final class Gzip {
    private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
    private static final String REFUSED = ";q=0";

    private Gzip() {}

    /** Whether that client reads it (RFC 9110 section 12.5.3). */
    public static boolean isTakenBy(HttpServerRequest request) {
        String field = request.headers().get(HttpHeaders.ACCEPT_ENCODING);
        int at = field == null ? -1 : field.indexOf("gzip");
        if (field == null || at < 0) {
            return false;
        }
        int comma = field.indexOf(',', at);
        String weight = field.substring(at + "gzip".length(), comma < 0 ? field.length() : comma)
                .replace(" ", "");
        return !weight.startsWith(REFUSED)
                || weight.substring(REFUSED.length()).chars().anyMatch(c -> c != '0' && c != '.');
    }

    /** Ends the response with what is compressed already, or with the plain form for those who cannot read it. */
    public static void end(HttpServerRequest request, Buffer plain, Buffer packed) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (isTakenBy(request)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP).end(packed);
        } else {
            response.end(plain);
        }
    }

    /** Ends the response with a text that is never the same again. */
    public static void end(HttpServerRequest request, Buffer plain) {
        end(request, plain, isTakenBy(request) ? packed(plain) : plain);
    }

    /** The compressed form. */
    public static Buffer packed(Buffer plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length() / 2 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
