package dev.millrace.signaling.origin;

import dev.millrace.media.control.OriginReply.GrowingObject;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** Sends a segment while it is being made, each part as soon as there is one. Owned by the HTTP context. */
final class GrowingAnswer {
    private final Context context;
    private final HttpServerResponse response;
    private final Pump pump;
    private final Runnable ended;
    private @Nullable Runnable unsubscribe;
    private boolean over;

    /** @param ended runs once, when nothing more is sent */
    GrowingAnswer(Vertx vertx, HttpServerRequest request, DirectCopies copies, Runnable ended) {
        this.context = vertx.getOrCreateContext();
        this.response = request.response();
        this.pump = new Pump(vertx, request, copies);
        this.ended = ended;
    }

    void follow(GrowingObject object) {
        response.closeHandler(v -> stop());
        response.endHandler(v -> stop());
        unsubscribe = object.subscribe(
                part -> context.runOnContext(v -> pump.part(part)),
                complete -> context.runOnContext(v -> end(complete)));
        if (over) {
            unsubscribe.run();
        }
    }

    /** A segment that was broken off is no segment: caches must not keep it. */
    private void end(boolean complete) {
        if (complete) {
            pump.end();
        } else {
            pump.cut();
        }
    }

    private void stop() {
        if (!over) {
            ended.run();
        }
        over = true;
        pump.stop();
        if (unsubscribe != null) {
            unsubscribe.run();
        }
    }
}
