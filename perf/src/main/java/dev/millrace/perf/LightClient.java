package dev.millrace.perf;

import dev.millrace.media.datachannel.Reliability;
import dev.millrace.media.sctp.Association.Sent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A WebRTC client without a browser: real ICE, DTLS and SRTP over a socket of its own, spoken to any server by WHIP or
 * WHEP. Publishes a clip or synthetic media, or counts what it plays. Safe for any thread; the work is its loop's.
 */
public final class LightClient {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /** As browsers' pages name them, lowest first. */
    private static final List<String> RIDS = List.of("l", "m", "h", "r3", "r4", "r5");

    private static final int UFRAG_CHARS = 8;
    private static final int PWD_CHARS = 24;

    private final LightLoop loop;
    private final WishHttp http;
    private final LightOptions options;
    private final LightOffer offer;
    private final LightConnection connection;
    private final JoinClock join;
    private final CompletableFuture<LightClient> connected = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile @Nullable URI session;
    private @Nullable LightMedia media;
    private @Nullable LightRecords records;

    private LightClient(LightLoop loop, WishHttp http, LightOptions options, boolean sends) {
        this.loop = loop;
        this.http = http;
        this.options = options;
        String fingerprint = loop.identity().fingerprint();
        this.offer = new LightOffer(
                random(UFRAG_CHARS),
                random(PWD_CHARS),
                options.forgedFingerprint() ? forged(fingerprint) : fingerprint,
                RANDOM.nextInt(),
                RANDOM.nextInt(),
                sends && options.layers() > 1 ? RIDS.subList(0, options.layers()) : List.of(),
                RANDOM.nextInt(),
                sends,
                options.audio(),
                options.video(),
                options.clips().isEmpty()
                        ? LightOffer.USUAL_PROFILE
                        : options.clips().getLast().profileLevelId(),
                sends || options.reportsArrivals(),
                options.data() != null);
        this.connection = new LightConnection(loop, offer.ufrag(), offer.pwd(), new Ends());
        this.join = new JoinClock(options.observer(), loop.nowNs());
    }

    /** Publishes to a WHIP endpoint; the future completes when media can flow. */
    public static CompletableFuture<LightClient> publish(
            LightLoop loop, WishHttp http, URI endpoint, LightOptions options) {
        LightClient client = new LightClient(loop, http, options, true);
        return client.connect(
                endpoint,
                (answer, c) -> new LightPublisher(c.connection, answer, options, c.offer, loop.counts(), RANDOM));
    }

    /** Plays from a WHEP endpoint; the future completes when media can flow, whether or not somebody publishes. */
    public static CompletableFuture<LightClient> play(
            LightLoop loop, WishHttp http, URI endpoint, LightOptions options) {
        LightClient client = new LightClient(loop, http, options, false);
        return client.connect(
                endpoint,
                (answer, c) -> new LightViewer(
                        c.connection, answer, options, loop.counts(), loop.scratch(), c.join, RANDOM.nextInt()));
    }

    private CompletableFuture<LightClient> connect(
            URI endpoint, BiFunction<LightAnswer, LightClient, LightMedia> kind) {
        var unused = http.post(endpoint, offer.toString(), options.token()).whenComplete((created, refused) -> {
            if (refused != null) {
                connected.completeExceptionally(refused);
                return;
            }
            session = created.location();
            long answeredNs = loop.nowNs();
            loop.execute(() -> {
                join.onAnswered(answeredNs);
                start(created.answer(), kind);
            });
        });
        return connected;
    }

    private void start(String answerSdp, BiFunction<LightAnswer, LightClient, LightMedia> kind) {
        try {
            LightAnswer answer = LightAnswer.parse(answerSdp);
            LightMedia what = kind.apply(answer, this);
            media = what;
            LightOptions.DataOf data = options.data();
            if (data != null) {
                LightRecords made = data.create(this, loop);
                records = made;
                connection.carry(made);
            }
            connection.start(answer, what, RANDOM);
        } catch (RuntimeException e) {
            connected.completeExceptionally(e);
        }
    }

    /** Completes with a sentence when the server ends the connection or it breaks; never by our own doing. */
    public CompletableFuture<String> ended() {
        return ended;
    }

    /** The session's address. */
    public @Nullable URI session() {
        return session;
    }

    /** What the client saw so far. */
    public CompletableFuture<LightStats> stats() {
        CompletableFuture<LightStats> result = new CompletableFuture<>();
        loop.execute(() -> result.complete(statsNow()));
        return result;
    }

    private LightStats statsNow() {
        LightMedia what = media;
        if (what == null) {
            throw new IllegalStateException("not started");
        }
        return what.stats(connection.isUp(), join.snapshot(), loop.nowNs());
    }

    /** Sends a text message on the channel of that label; answers whether there was room and such a channel. */
    public CompletableFuture<Sent> send(String label, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return onChannels(Sent.CLOSED, channels -> channels.send(label, utf8, true, loop.nowNs()));
    }

    /** As {@link #send} for bytes, which are not copied. */
    public CompletableFuture<Sent> sendBinary(String label, byte[] message) {
        return onChannels(Sent.CLOSED, channels -> channels.send(label, message, false, loop.nowNs()));
    }

    /** Opens one more channel; the listener hears when it is open. Answers false when it cannot be. */
    public CompletableFuture<Boolean> open(String label, Reliability reliability) {
        return onChannels(false, channels -> channels.open(label, reliability, loop.nowNs()));
    }

    /** Closes a channel once what is queued on it has arrived; the listener hears when it is closed. */
    public CompletableFuture<Boolean> closeChannel(String label) {
        return onChannels(false, channels -> channels.close(label, loop.nowNs()));
    }

    private <T> CompletableFuture<T> onChannels(T without, Function<LightAssociation, T> what) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            if (records instanceof LightAssociation channels) {
                result.complete(what.apply(channels));
                connection.onDataTouched();
            } else {
                result.complete(without);
            }
        });
        return result;
    }

    /** Ends the session as the standards want it: by DELETE. Answers the status. */
    public CompletableFuture<Integer> delete() {
        URI address = session;
        CompletableFuture<Integer> deleted =
                address == null ? CompletableFuture.completedFuture(0) : http.delete(address, options.token());
        return deleted.whenComplete((status, failed) -> vanish());
    }

    /** Ends the connection by DTLS alone, as a closed tab does at best. */
    public void close() {
        loop.execute(connection::close);
    }

    /** Is gone without a word. */
    public void vanish() {
        loop.execute(connection::vanish);
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS.charAt(RANDOM.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }

    /** The same with its first digit changed. */
    private static String forged(String fingerprint) {
        return (fingerprint.startsWith("0") ? "1" : "0") + fingerprint.substring(1);
    }

    private final class Ends implements LightConnection.Listener {
        @Override
        public void onIce(long nowNs) {
            join.onIce(nowNs);
        }

        @Override
        public void onConnected(long nowNs) {
            join.onConnected(nowNs);
            connected.complete(LightClient.this);
        }

        @Override
        public void onEnded(String why) {
            connected.completeExceptionally(new IllegalStateException(why));
            ended.complete(why);
        }
    }
}
