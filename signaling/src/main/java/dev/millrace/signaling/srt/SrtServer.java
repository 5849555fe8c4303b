package dev.millrace.signaling.srt;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.SrtReceiver;
import dev.millrace.media.control.SrtReceivers;
import dev.millrace.signaling.auth.Access;
import dev.millrace.signaling.auth.Access.Verdict;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.RateLimit;
import dev.millrace.signaling.http.StreamName;
import dev.millrace.signaling.session.PublisherNews;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SRT port. FFmpeg's listener takes one caller and does not tell its stream id, so that this one reads the handshakes,
 * decides who may publish what, and passes a caller's datagrams to a listener of its own, as they are. One listener without a
 * caller is kept ready: starting one takes longer than some callers wait. An event loop of its own owns all of it.
 */
public final class SrtServer extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger("millrace.srt");

    /** Each is a process. */
    private static final int MOST_CALLERS = 50;

    /** A listener that ends before it was needed is not started again at once. */
    private static final long AGAIN_MS = 2_000;

    /** A cookie is good for this minute and the one before (section 4.3.1.1). */
    private static final long COOKIE_NS = 60_000_000_000L;

    private static final int RECEIVE_BYTES = 4 << 20;

    private final Settings settings;
    private final Access access;
    private final SrtReceivers receivers;
    private final PublisherNews news;
    private final RateLimit rates;
    private final int salt = new SecureRandom().nextInt();
    private final Map<SocketAddress, SrtCaller> callers = new HashMap<>();
    private @Nullable DatagramSocket socket;
    private @Nullable Ready ready;
    private boolean over;
    private int port;

    /** @param news called on the SRT context, about publications */
    public SrtServer(Settings settings, Access access, SrtReceivers receivers, PublisherNews news) {
        this.settings = settings;
        this.access = access;
        this.receivers = receivers;
        this.news = news;
        this.rates = new RateLimit(settings.limits().joinsPerSecond());
    }

    /** Deploys it, so that it has a loop of its own. */
    public Future<SrtServer> deploy(Vertx on) {
        return on.deployVerticle(this).map(this);
    }

    @Override
    public Future<?> start() {
        if (!settings.srt().enabled()) {
            return Future.succeededFuture();
        }
        DatagramSocket opening =
                vertx.createDatagramSocket(new DatagramSocketOptions().setReceiveBufferSize(RECEIVE_BYTES));
        opening.handler(this::received);
        return opening.listen(settings.srt().port(), settings.srt().host()).onSuccess(listening -> {
            socket = listening;
            port = listening.localAddress().port();
            LOG.info("SRT on UDP port {}", port);
            prepare();
        });
    }

    /** The port in use, 0 when there is none. */
    public int port() {
        return port;
    }

    private void prepare() {
        if (over || ready != null || !receivers.available()) {
            return;
        }
        Ready next = new Ready(context);
        ready = next;
        next.start();
    }

    private void received(DatagramPacket packet) {
        SocketAddress from = packet.sender();
        SrtCaller caller = callers.get(from);
        if (caller != null) {
            caller.fromOutside(packet.data());
            return;
        }
        SrtHandshake handshake = SrtHandshake.read(packet.data());
        if (handshake == null) {
            return; // of a caller who is gone, or no SRT
        }
        long nowNs = System.nanoTime();
        if (handshake.type() == SrtHandshake.INDUCTION) {
            if (rates.take(from.hostAddress(), RateLimit.TOUCH, nowNs)) {
                send(from, handshake.inducted(cookie(from, nowNs)));
            }
        } else if (handshake.isConclusion() && isOurs(handshake.cookie(), from, nowNs)) {
            conclude(handshake, packet.data(), from, nowNs);
        }
    }

    /** Whoever shows it can be answered at its address. */
    private int cookie(SocketAddress from, long nowNs) {
        byte[] hash = Access.digest(salt + " " + from + " " + nowNs / COOKIE_NS);
        return Buffer.buffer(hash).getInt(0);
    }

    private boolean isOurs(int cookie, SocketAddress from, long nowNs) {
        return cookie == cookie(from, nowNs) || cookie == cookie(from, nowNs - COOKIE_NS);
    }

    private void conclude(SrtHandshake handshake, Buffer packet, SocketAddress from, long nowNs) {
        StreamId id = StreamId.of(access, handshake.streamId());
        Admission admission = judge(id, from, nowNs);
        if (admission.why() != null) {
            send(from, handshake.rejected(admission.why()));
            if (admission.why() != SrtRejection.OVERLOAD) {
                news.refused(
                        admission.why() == SrtRejection.UNAUTHORIZED || admission.why() == SrtRejection.BAD_REQUEST
                                ? ""
                                : id.stream(),
                        admission.why().reason(),
                        from.hostAddress());
            }
            return;
        }
        Ready taken = ready;
        if (taken == null) {
            prepare(); // the caller asks again in a quarter of a second
            return;
        }
        ready = null;
        prepare();
        String participant = admission.name().isEmpty() ? news.invent() : admission.name();
        SrtCaller caller = new SrtCaller(
                vertx, taken.receiver(), data -> send(from, data), new SrtCaller.Who(id.stream(), participant, from));
        callers.put(from, caller);
        taken.take(caller);
        caller.fromOutside(packet);
    }

    /** @param why null if the caller is welcome */
    private record Admission(String name, @Nullable SrtRejection why) {}

    private Admission judge(StreamId id, SocketAddress from, long nowNs) {
        if (!id.publish()) {
            return refused(SrtRejection.BAD_MODE);
        }
        if (!StreamName.isValid(id.stream())) {
            return refused(SrtRejection.BAD_REQUEST);
        }
        String address = from.hostAddress();
        return switch (access.publish(id.stream(), id.bearer())) {
            case Verdict.Allowed allowed ->
                callers.size() >= MOST_CALLERS || !receivers.available()
                        ? refused(SrtRejection.UNAVAILABLE)
                        : rates.take(address, RateLimit.JOIN, nowNs)
                                ? new Admission(allowed.name(), null)
                                : refused(SrtRejection.OVERLOAD);
            case Verdict.Missing missing -> guessed(address, nowNs);
            case Verdict.Invalid invalid -> guessed(address, nowNs);
            case Verdict.Insufficient insufficient -> refused(SrtRejection.FORBIDDEN);
        };
    }

    private Admission guessed(String address, long nowNs) {
        return refused(rates.take(address, RateLimit.GUESS, nowNs) ? SrtRejection.UNAUTHORIZED : SrtRejection.OVERLOAD);
    }

    private static Admission refused(SrtRejection why) {
        return new Admission("", why);
    }

    private void send(SocketAddress to, Buffer data) {
        DatagramSocket open = socket;
        if (open != null) {
            open.send(data, to.port(), to.hostAddress());
        }
    }

    /** Callers are cut off: SRT has no word for it that FFmpeg lets us say. From any thread. */
    public Future<Void> sayGoodbye() {
        Promise<Void> said = Promise.promise();
        context.runOnContext(v -> {
            over = true;
            Ready spare = ready;
            ready = null;
            if (spare != null) {
                spare.receiver().close(CloseReason.SHUTDOWN);
            }
            List.copyOf(callers.values()).forEach(caller -> caller.close(CloseReason.SHUTDOWN));
            callers.clear();
            said.complete();
        });
        return said.future();
    }

    @Override
    public Future<?> stop() {
        DatagramSocket open = socket;
        return open == null ? Future.succeededFuture() : open.close();
    }

    /** A listener, first without a caller, then of one; what it says comes on any thread and is passed on to the context. */
    private final class Ready implements SrtReceiver.Listener {
        private final Context on;
        private @Nullable SrtReceiver receiver;
        private @Nullable SrtCaller caller;

        Ready(Context on) {
            this.on = on;
        }

        void start() {
            receiver = receivers.prepare(this);
        }

        SrtReceiver receiver() {
            return Objects.requireNonNull(receiver, "started");
        }

        void take(SrtCaller of) {
            caller = of;
            of.begin();
        }

        @Override
        public void onLive(String session) {
            on.runOnContext(v -> {
                SrtCaller of = caller;
                if (of != null) {
                    SrtCaller.Who who = of.who();
                    news.made(
                            session, who.stream(), who.participant(), who.from().hostAddress());
                }
            });
        }

        @Override
        public void onWarning(String sentence) {
            on.runOnContext(v -> {
                SrtCaller of = caller;
                LOG.atWarn()
                        .addKeyValue("stream", of == null ? "" : of.who().stream())
                        .addKeyValue("detail", sentence)
                        .log("srt publication");
            });
        }

        @Override
        public void onEnd(String detail) {
            on.runOnContext(v -> {
                SrtCaller of = caller;
                if (of == null && over) {
                    return;
                }
                if (of == null) {
                    LOG.warn("an SRT listener ended before it was needed: {}", detail);
                    ready = ready == this ? null : ready;
                    vertx.setTimer(AGAIN_MS, t -> prepare());
                    return;
                }
                LOG.atInfo()
                        .addKeyValue("stream", of.who().stream())
                        .addKeyValue("detail", detail)
                        .log("srt publication over");
                callers.remove(of.who().from(), of);
                of.close(CloseReason.CLOSED_BY_PEER);
            });
        }
    }
}
