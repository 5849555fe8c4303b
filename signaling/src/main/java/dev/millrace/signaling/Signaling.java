package dev.millrace.signaling;

import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Origin;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.SrtReceivers;
import dev.millrace.signaling.api.ApiRoutes;
import dev.millrace.signaling.api.Drain;
import dev.millrace.signaling.api.PullRoutes;
import dev.millrace.signaling.api.RecordingRoutes;
import dev.millrace.signaling.api.RestreamRoutes;
import dev.millrace.signaling.api.StreamFeed;
import dev.millrace.signaling.auth.Access;
import dev.millrace.signaling.auth.Tokens;
import dev.millrace.signaling.bus.ChatLink;
import dev.millrace.signaling.bus.MediaLink;
import dev.millrace.signaling.bus.StreamStates;
import dev.millrace.signaling.chat.ChatRoutes;
import dev.millrace.signaling.chat.Guests;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.Caller;
import dev.millrace.signaling.http.Gate;
import dev.millrace.signaling.http.IceLinks;
import dev.millrace.signaling.http.Pages;
import dev.millrace.signaling.http.RateLimit;
import dev.millrace.signaling.http.Routes;
import dev.millrace.signaling.http.WebServer;
import dev.millrace.signaling.log.SessionLog;
import dev.millrace.signaling.metrics.MetricsRoutes;
import dev.millrace.signaling.metrics.SessionMetrics;
import dev.millrace.signaling.origin.OriginRoutes;
import dev.millrace.signaling.rtmp.RtmpServer;
import dev.millrace.signaling.session.JoinEndpoint;
import dev.millrace.signaling.session.Participants;
import dev.millrace.signaling.session.PublisherNews;
import dev.millrace.signaling.session.Sessions;
import dev.millrace.signaling.srt.SrtServer;
import dev.millrace.signaling.whep.LayerSelection;
import dev.millrace.signaling.whep.WhepRoutes;
import dev.millrace.signaling.whip.WhipRoutes;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that speaks HTTP, put together; it knows the media server only by the event bus. All of its state is owned
 * by the one context it is started on.
 */
final class Signaling {
    private static final Logger LOG = LoggerFactory.getLogger(Signaling.class);

    private final Routes routes;
    private final HttpServer server;
    private final Context context;
    private final Guests guests;
    private final RtmpServer rtmp;
    private final SrtServer srt;

    private Signaling(
            Routes routes, HttpServer server, Context context, Guests guests, RtmpServer rtmp, SrtServer srt) {
        this.routes = routes;
        this.server = server;
        this.context = context;
        this.guests = guests;
        this.rtmp = rtmp;
        this.srt = srt;
    }

    /** What goes on living after everything is mounted. */
    private record Mounted(
            Consumer<MediaEvent> events, Guests guests, OriginRoutes live, Sessions sessions, Access access) {}

    /** Builds everything on the calling thread, then hands it to a context of its own, which owns it from there on. */
    static Future<Signaling> start(
            Vertx vertx,
            Settings settings,
            PrometheusMeterRegistry registry,
            Origin origin,
            Recorded recorded,
            Ingest ingest,
            SrtReceivers srtReceivers) {
        Router router = Router.router(vertx);
        WebServer.ground(router);
        Routes routes = new Routes(router);
        MediaLink media = new MediaLink(vertx);
        StreamStates states = new StreamStates();
        Mounted mounted = mount(routes, vertx, settings, registry, media, states, origin, recorded);
        WebServer.last(router);
        WebServer web = new WebServer(vertx, settings, routes);

        Promise<Signaling> started = Promise.promise();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(v -> {
            media.listen(mounted.events());
            mounted.guests().start();
            mounted.live().count(counts -> media.ask(new MediaCommand.Watching(counts))
                    .onFailure(e -> LOG.debug("the media server was not told who watches: {}", e.getMessage())));
            media.ask(new MediaCommand.Describe()).onSuccess(reply -> {
                if (reply instanceof MediaReply.Described described) {
                    states.start(described);
                }
            });
            RtmpServer rtmp = new RtmpServer(
                    settings, mounted.access(), ingest, news("rtmp", context, mounted.sessions()), registry);
            SrtServer srt =
                    new SrtServer(settings, mounted.access(), srtReceivers, news("srt", context, mounted.sessions()));
            rtmp.deploy(vertx)
                    .compose(deployed -> srt.deploy(vertx))
                    .compose(deployed -> web.listen())
                    .map(server -> new Signaling(routes, server, context, mounted.guests(), rtmp, srt))
                    .onComplete(started);
        });
        return started.future();
    }

    /** Carries what happens by a protocol over to the context that owns the sessions. */
    private static PublisherNews news(String protocol, Context context, Sessions sessions) {
        return new PublisherNews() {
            @Override
            public void made(String session, String stream, String participant, String address) {
                context.runOnContext(v -> sessions.published(protocol, session, stream, participant, address));
            }

            @Override
            public void refused(String stream, String reason, String address) {
                context.runOnContext(v -> sessions.publishingRefused(protocol, stream, reason, address));
            }

            @Override
            public String invent() {
                return Participants.invent(Role.PUBLISH);
            }
        };
    }

    /** Mounts all routes; answers what must hear every event of the media server. */
    private static Mounted mount(
            Routes routes,
            Vertx vertx,
            Settings settings,
            PrometheusMeterRegistry registry,
            MediaLink media,
            StreamStates states,
            Origin origin,
            Recorded recorded) {
        Caller caller = new Caller(settings);
        Access access = new Access(settings, settings.auth().secret().map(secret -> new Tokens(vertx, secret)));
        Gate gate = new Gate(access, caller, new RateLimit(settings.limits().joinsPerSecond()), System::nanoTime);
        Sessions sessions = new Sessions(
                new SessionLog(),
                new SessionMetrics(registry),
                settings.limits().webrtcViewers());
        JoinEndpoint.Parts parts = new JoinEndpoint.Parts(
                media, gate, sessions, ctx -> caller.address(ctx.request()), IceLinks.of(settings.ice()));
        StreamFeed feed = new StreamFeed(vertx, states);
        LayerSelection layers = new LayerSelection(media);
        Drain drain = new Drain();
        ChatLink chat = new ChatLink(vertx);
        Guests guests = ChatRoutes.mount(routes, vertx, settings, registry, chat, gate, drain::draining);

        OriginRoutes live = OriginRoutes.mount(routes, vertx, settings, registry, gate, caller, origin);
        Pages.mount(routes, gate);
        MetricsRoutes.mount(
                routes, registry, media, chat, states, settings.limits().metricStreams(), drain::draining);
        new ApiRoutes(media, gate, sessions, layers, drain).mount(routes, feed);
        new RecordingRoutes(vertx, media, gate, recorded).mount(routes);
        new PullRoutes(media, gate).mount(routes);
        new RestreamRoutes(media, gate).mount(routes);
        Consumer<MediaEvent> publishers = WhipRoutes.mount(routes, vertx, parts);
        Consumer<MediaEvent> viewers = WhepRoutes.mount(routes, vertx, parts, states, layers);

        Consumer<MediaEvent> events = event -> {
            states.on(event);
            sessions.on(event);
            publishers.accept(event);
            viewers.accept(event);
            feed.on(event);
        };
        return new Mounted(events, guests, live, sessions, access);
    }

    /** Says goodbye to those who are to come back. */
    Future<Void> sayGoodbye() {
        Promise<Void> said = Promise.promise();
        context.runOnContext(v -> {
            guests.close();
            srt.sayGoodbye()
                    .compose(told -> rtmp.sayGoodbye())
                    .onComplete(told -> context.runOnContext(w -> said.complete()));
        });
        return said.future();
    }

    Routes routes() {
        return routes;
    }

    int port() {
        return server.actualPort();
    }

    /** 0 when there is none. */
    int srtPort() {
        return srt.port();
    }

    /** 0 when there is none. */
    int rtmpPort() {
        return rtmp.port();
    }
}
