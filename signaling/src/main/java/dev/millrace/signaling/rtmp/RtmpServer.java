package dev.millrace.signaling.rtmp;

import dev.millrace.media.control.Ingest;
import dev.millrace.signaling.auth.Access;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.Certificates;
import dev.millrace.signaling.http.RateLimit;
import dev.millrace.signaling.session.PublisherNews;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The RTMP port. Where a certificate is configured it takes RTMPS as well: a connection whose first byte is that of a TLS
 * record is TLS, any other is RTMP. An event loop of its own owns it and all of its connections.
 */
public final class RtmpServer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RtmpServer.class);

    /** Every encoder's default, so that another program may well have it. */
    private static final int USUAL_PORT = 1935;

    /** Of a burst of encoders that all come back at once. */
    private static final int BACKLOG = 1_024;

    /** What connections share. */
    record Parts(Doorkeeper doorkeeper, Ingest ingest, PublisherNews news, RtmpMetrics metrics) {}

    private final Settings settings;
    private final Parts parts;
    private final Set<RtmpPublisher> publishers = new HashSet<>();
    private @Nullable SslContext tls;
    private @Nullable NetServer server;
    private int port;

    /** @param news called on the RTMP context, about publications */
    public RtmpServer(Settings settings, Access access, Ingest ingest, PublisherNews news, MeterRegistry registry) {
        this.settings = settings;
        RateLimit rates = new RateLimit(settings.limits().joinsPerSecond());
        this.parts = new Parts(new Doorkeeper(access, rates), ingest, news, new RtmpMetrics(registry));
    }

    @Override
    public Future<?> start() {
        settings.http().tls().map(Certificates::new).ifPresent(this::useTls);
        NetServer opening = vertx.createNetServer(new NetServerOptions()
                .setHost(settings.rtmp().host())
                .setPort(settings.rtmp().port())
                .setAcceptBacklog(BACKLOG)
                .setTcpNoDelay(true));
        opening.connectHandler(this::connected);
        return opening.listen()
                .onSuccess(listening -> {
                    server = listening;
                    port = listening.actualPort();
                })
                .recover(this::portTaken);
    }

    /** A port that somebody chose must be there; the usual one may be another program's, and the rest goes on. */
    private Future<NetServer> portTaken(Throwable e) {
        if (settings.rtmp().port() != USUAL_PORT) {
            return Future.failedFuture(new RtmpPortTaken(settings.rtmp().port(), e));
        }
        LOG.warn(
                "RTMP port {} cannot be opened ({}): encoders cannot come by RTMP; rtmp.port names another, 0 is any free"
                        + " one",
                settings.rtmp().port(),
                e.getMessage());
        return Future.succeededFuture();
    }

    private void useTls(Certificates certificates) {
        tls = context(certificates);
        certificates.watch(vertx, () -> {
            SslContext renewed = context(certificates);
            tls = renewed == null ? tls : renewed;
        });
    }

    private @Nullable SslContext context(Certificates certificates) {
        try {
            return SslContextBuilder.forServer(certificates.pem().getKeyManagerFactory(vertx))
                    .build();
        } catch (Exception e) {
            LOG.warn("the certificate cannot be used for RTMPS: {}", e.getMessage());
            return null;
        }
    }

    private void connected(NetSocket plain) {
        NetSocketInternal socket = (NetSocketInternal) plain;
        String host = socket.remoteAddress().hostAddress();
        String address = host == null ? "unknown" : host;
        if (!parts.doorkeeper().enter(address, System.nanoTime())) {
            parts.metrics().ended("too_many_connections");
            socket.close();
            return;
        }
        SslContext certificate = tls;
        if (certificate != null) {
            socket.channelHandlerContext().pipeline().addFirst("tls", new OptionalSslHandler(certificate));
        }
        RtmpPublisher publisher = new RtmpPublisher(vertx, context, socket, parts, address);
        publishers.add(publisher);
        parts.metrics().opened();
        publisher.start(() -> {
            publishers.remove(publisher);
            parts.metrics().closed();
        });
    }

    /** The port in use, 0 when there is none. */
    public int port() {
        return port;
    }

    /** Encoders are told that it is over; from any thread. */
    public Future<Void> sayGoodbye() {
        Promise<Void> said = Promise.promise();
        context.runOnContext(v -> {
            List.copyOf(publishers).forEach(RtmpPublisher::shutDown);
            said.complete();
        });
        return said.future();
    }

    @Override
    public Future<?> stop() {
        NetServer listening = server;
        return listening == null ? Future.succeededFuture() : listening.close();
    }

    /** Deploys it, so that it has a loop of its own. */
    public Future<RtmpServer> deploy(Vertx on) {
        return on.deployVerticle(this).map(this);
    }
}
