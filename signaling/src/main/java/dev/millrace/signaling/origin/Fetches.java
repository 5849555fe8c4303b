package dev.millrace.signaling.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.control.Watchers;
import dev.millrace.signaling.http.Caller;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.origin.WatcherCounts.Protocol;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the origin, holds requests until it replies or the client goes, and counts who was given what. Owned by the HTTP
 * context.
 */
final class Fetches {
    private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);

    private static final String DASH = "application/dash+xml";

    /** When so much waits already. */
    private static final int RETRY_S = 2;

    private final Vertx vertx;
    private final Origin origin;
    private final Caller caller;
    private final HeldRequests held;
    private final WatcherCounts watchers = new WatcherCounts();
    private final LiveMetrics metrics;
    private @Nullable Arrivals arrivals;

    Fetches(Vertx vertx, Origin origin, Caller caller, HeldRequests held, LiveMetrics metrics) {
        this.vertx = vertx;
        this.origin = origin;
        this.caller = caller;
        this.held = held;
        this.metrics = metrics;
    }

    /** Who watches what, as of now; to be asked once a second. */
    Map<String, Watchers> count(long nowNs) {
        Map<String, Watchers> counts = watchers.count(nowNs);
        metrics.watching(counts);
        return counts;
    }

    /** Answers the request once there is something to answer with. */
    void fetch(HttpServerRequest request, OriginRequest wanted, LiveAnswer answer) {
        CompletableFuture<OriginReply> reply = origin.fetch(wanted).toCompletableFuture();
        String address = caller.address(request);
        if (reply.isDone()) {
            answered(request, wanted.stream(), address, answer, reply);
            return;
        }
        switch (held.enter(address)) {
            case IN -> hold(request, wanted.stream(), address, answer, reply);
            case FULL -> {
                reply.cancel(false);
                metrics.refused(Problem.of(
                                        Problem.Kind.FULL,
                                        "Too many requests wait here (hls.held); try again in a few seconds.")
                                .retryAfter(RETRY_S))
                        .send(request.response());
            }
            case GREEDY -> {
                reply.cancel(false);
                metrics.refused(Problem.of(
                                        Problem.Kind.TOO_MANY_REQUESTS,
                                        "Too many requests of this address wait (hls.address).")
                                .retryAfter(RETRY_S))
                        .send(request.response());
            }
        }
    }

    private void hold(
            HttpServerRequest request,
            String stream,
            String address,
            LiveAnswer answer,
            CompletableFuture<OriginReply> reply) {
        HttpServerResponse response = request.response();
        response.closeHandler(v -> reply.cancel(false));
        Arrivals hop = arrivals();
        CompletionStage<OriginReply> stage = reply;
        stage.whenComplete((r, e) -> hop.add(() -> {
            held.leave(address);
            response.closeHandler(null);
            if (!response.closed()) {
                answered(request, stream, address, answer, reply);
            }
        }));
    }

    private Arrivals arrivals() {
        if (arrivals == null) {
            arrivals = new Arrivals(vertx.getOrCreateContext());
        }
        return arrivals;
    }

    private void answered(
            HttpServerRequest request,
            String stream,
            String address,
            LiveAnswer answer,
            CompletableFuture<OriginReply> reply) {
        try {
            OriginReply given = reply.join();
            answer.send(given, metrics.answered(count(request, stream, address, given), given));
        } catch (RuntimeException e) {
            fault(request, e);
        }
    }

    /** By what the request's player plays, as far as known. */
    private @Nullable Protocol count(HttpServerRequest request, String stream, String address, OriginReply given) {
        Protocol protocol = null;
        if (given instanceof OriginReply.Text text) {
            protocol = text.text().mediaType().equals(DASH) ? Protocol.DASH : Protocol.HLS;
        }
        if (!(given instanceof OriginReply.Refused) && !(given instanceof OriginReply.Still)) {
            String agent = request.getHeader(HttpHeaders.USER_AGENT);
            protocol = watchers.seen(stream, address, agent, protocol, System.nanoTime());
        }
        return protocol;
    }

    static void fault(HttpServerRequest request, @Nullable Throwable e) {
        LOG.error("{} {} failed", request.method(), request.path(), e);
        Problem.of(Problem.Kind.FAULT, "This is a fault of the server, not of the request; its log says more.")
                .send(request.response());
    }
}
