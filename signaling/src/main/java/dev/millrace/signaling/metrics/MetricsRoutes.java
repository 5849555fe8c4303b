package dev.millrace.signaling.metrics;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.signaling.bus.ChatLink;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.bus.StreamStates;
import dev.millrace.signaling.http.Gzip;
import dev.millrace.signaling.http.Problem;
import dev.millrace.signaling.http.Resource;
import dev.millrace.signaling.http.Routes;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/** {@code /metrics}, {@code /healthz} and {@code /readyz}. Owned by the HTTP context. */
public final class MetricsRoutes {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final MediaLink media;
    private final StreamStates states;
    private final ChatLink chat;
    private final MediaMetrics mediaMetrics;
    private final RoomMetrics roomMetrics;
    private final RestreamMetrics restreamMetrics;

    private MetricsRoutes(
            PrometheusMeterRegistry registry, MediaLink media, ChatLink chat, StreamStates states, int maxStreams) {
        this.registry = registry;
        this.media = media;
        this.chat = chat;
        this.states = states;
        this.mediaMetrics = new MediaMetrics(registry, maxStreams);
        this.roomMetrics = new RoomMetrics(registry, maxStreams);
        this.restreamMetrics = new RestreamMetrics(registry, maxStreams);
    }

    /** Serves the three addresses; {@code draining} tells whether no new sessions are taken. */
    public static void mount(
            Routes routes,
            PrometheusMeterRegistry registry,
            MediaLink media,
            ChatLink chat,
            StreamStates states,
            int maxStreams,
            BooleanSupplier draining) {
        MetricsRoutes metrics = new MetricsRoutes(registry, media, chat, states, maxStreams);
        routes.add("/metrics", new Resource().get(metrics::scrape));
        routes.add("/healthz", new Resource().get(ctx -> text(ctx, 200, "alive\n")));
        routes.add("/readyz", new Resource().get(ctx -> metrics.ready(ctx, draining.getAsBoolean())));
    }

    private void scrape(RoutingContext ctx) {
        Future<MediaReply> ofMedia = media.ask(new MediaCommand.Count());
        Future<MediaReply> ofChat = chat.ask(new ChatCommand.CountChat());
        Future<MediaReply> ofRestreams = media.ask(new MediaCommand.ListRestreams(null));
        Future.join(ofMedia, ofChat, ofRestreams).onComplete(asked -> {
            if (ofMedia.succeeded() && ofMedia.result() instanceof MediaReply.Counted counted) {
                mediaMetrics.update(counted, states.all());
            }
            if (ofChat.succeeded() && ofChat.result() instanceof MediaReply.ChatCounted counted) {
                roomMetrics.update(counted);
            }
            if (ofRestreams.succeeded() && ofRestreams.result() instanceof MediaReply.Restreams restreams) {
                restreamMetrics.update(restreams.restreams());
            }
            ctx.response().putHeader("Content-Type", PROMETHEUS);
            Gzip.end(ctx.request(), Buffer.buffer(registry.scrape()));
        });
    }

    private void ready(RoutingContext ctx, boolean draining) {
        if (draining) {
            text(ctx, 503, "draining\n");
            return;
        }
        media.ask(new MediaCommand.Count()).onComplete(asked -> {
            if (asked.succeeded()) {
                text(ctx, 200, "ready\n");
            } else {
                Problem.of(Problem.Kind.MEDIA_UNREACHABLE, "The media server does not answer.")
                        .send(ctx);
            }
        });
    }

    private static void text(RoutingContext ctx, int status, String text) {
        ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(text);
    }
}
