package dev.millrace.perf;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;

/** One viewer by segments: what the ways of watching have in common. Owned by its audience's loop. */
abstract class LightWatcher {
    /** Longer than any answer is held. */
    private static final long LIMIT_MS = 15_000;

    private static final int OK = 200;

    final LightAudience audience;

    LightWatcher(LightAudience audience) {
        this.audience = audience;
    }

    abstract void start();

    /** What its buffer does; empty before it knows its tracks. */
    abstract Optional<PlayoutModel> playout();

    /** Fetches all of an object; {@code failed} is told the status, or 0 when there was no answer. */
    final void get(URI address, Consumer<Buffer> whole, Consumer<Integer> failed) {
        open(
                address,
                response -> response.body().onComplete(body -> {
                    if (audience.closed) {
                        return;
                    }
                    if (body.succeeded()) {
                        whole.accept(body.result());
                    } else {
                        fail(0, failed);
                    }
                }),
                failed);
    }

    /** Fetches an object whose answer is read by the caller. */
    final void open(URI address, Consumer<HttpClientResponse> answered, Consumer<Integer> failed) {
        String path = address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
        audience.objects.add(path);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(address.getHost())
                .setPort(address.getPort())
                .setURI(path)
                .setIdleTimeout(LIMIT_MS);
        audience.http.request(options).compose(request -> request.send()).onComplete(result -> {
            if (audience.closed) {
                return;
            }
            if (result.failed()) {
                fail(0, failed);
            } else if (result.result().statusCode() != OK) {
                fail(result.result().statusCode(), failed);
            } else {
                answered.accept(result.result());
            }
        });
    }

    private void fail(int status, Consumer<Integer> failed) {
        audience.errors++;
        failed.accept(status);
    }
}
