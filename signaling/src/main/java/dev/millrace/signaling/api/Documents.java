package dev.millrace.signaling.api;

import dev.millrace.signaling.http.Gzip;
import dev.millrace.signaling.http.Resource;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Documents that travel inside the jar. */
final class Documents {
    private Documents() {}

    static Resource resource(String name, String contentType) {
        Buffer text = read(name);
        Buffer packed = Gzip.packed(text);
        return new Resource().anyOrigin().get(ctx -> {
            ctx.response().putHeader("Content-Type", contentType).putHeader("Cache-Control", "no-cache");
            Gzip.end(ctx.request(), text, packed);
        });
    }

    private static Buffer read(String name) {
        try (InputStream in = Documents.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the build left out " + name);
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
