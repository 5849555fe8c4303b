package dev.millrace.signaling;

import dev.millrace.media.MediaConfig;
import dev.millrace.media.MediaServer;
import dev.millrace.media.bus.ChatBus;
import dev.millrace.media.bus.MediaBus;
import dev.millrace.media.chat.ChatConfig;
import dev.millrace.media.chat.StoreUnavailable;
import dev.millrace.media.control.ControlJson;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.SrtReceiver;
import dev.millrace.media.control.SrtReceivers;
import dev.millrace.media.dvr.DvrConfig;
import dev.millrace.media.origin.OriginConfig;
import dev.millrace.media.pull.PullConfig;
import dev.millrace.media.record.RecordConfig;
import dev.millrace.media.restream.RestreamConfig;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.srtp.CryptoMode;
import dev.millrace.media.srtp.SrtpCrypto;
import dev.millrace.media.transcode.WorkerConfig;
import dev.millrace.signaling.config.ConfigException;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.http.Routes;
import dev.millrace.signaling.http.StreamName;
import dev.millrace.signaling.metrics.Registry;
import dev.millrace.signaling.rtmp.OutgoingLines;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole server in one process: media server, event bus and signaling. The one class of signaling that touches
 * {@link MediaServer}; start and close it from any thread that may block.
 */
public final class Millrace implements AutoCloseable {
    /** Starting takes well under a second; by then something is wrong. */
    private static final long PATIENCE_SECONDS = 20;

    private static final long MIB = 1L << 20;

    /** Of a server without a media server. */
    private static final Recorded NO_RECORDINGS = new Recorded() {
        @Override
        public Optional<RecordingInfo> find(String id) {
            return Optional.empty();
        }

        @Override
        public CompletionStage<Recorded.Reply> fetch(String id, String object, String carried) {
            return CompletableFuture.completedFuture(
                    new Recorded.Refused(RefusalKind.NO_SUCH_RECORDING, "There is no media server here."));
        }
    };

    /** Of a server without a media server. */
    private static final Ingest NO_INGEST = (request, listener) ->
            new IngestReply.Refused(RefusalKind.NOT_READY, "There is no media server here that takes encoders.");

    /** Of a server without a media server. */
    private static final SrtReceivers NO_SRT = new SrtReceivers() {
        @Override
        public boolean available() {
            return false;
        }

        @Override
        public SrtReceiver prepare(SrtReceiver.Listener listener) {
            throw new IllegalStateException("there is no media server here that takes SRT");
        }
    };

    private static final int BITS_PER_KBIT = 1_000;

    private final Vertx vertx;
    private final @Nullable MediaServer media;
    private final Signaling signaling;

    private Millrace(Vertx vertx, @Nullable MediaServer media, Signaling signaling) {
        this.vertx = vertx;
        this.media = media;
        this.signaling = signaling;
    }

    /** Starts everything; when this returns, HTTP and media ports listen. */
    public static Millrace start(Settings settings) {
        return start(settings, Millrace::nothing, NO_RECORDINGS, NO_INGEST, NO_SRT, (vertx, s) -> {
            MediaServer media = startMedia(vertx, mediaConfig(s));
            new MediaBus(vertx, media::ask);
            new ChatBus(vertx, media::ask);
            return media;
        });
    }

    private static MediaServer startMedia(Vertx vertx, MediaConfig config) {
        try {
            return MediaServer.start(
                    config,
                    event -> vertx.eventBus().publish(ControlJson.EVENTS, ControlJson.write(event)),
                    event -> ChatBus.publish(vertx.eventBus(), event),
                    new OutgoingLines(vertx));
        } catch (IOException e) {
            throw new StartFailure(e.getMessage() + "; media.port names it, 0 is any free one", e);
        } catch (StoreUnavailable e) {
            throw new StartFailure(e);
        }
    }

    /** Signaling alone: whoever answers commands on the event bus is told the Vertx by {@code bus}. */
    static Millrace withoutMedia(Settings settings, Consumer<Vertx> bus) {
        return withoutMedia(settings, bus, Millrace::nothing, NO_RECORDINGS);
    }

    /** The same; {@code origin} has what players behind caches fetch, {@code recorded} what was recorded. */
    static Millrace withoutMedia(Settings settings, Consumer<Vertx> bus, Origin origin, Recorded recorded) {
        return withoutMedia(settings, bus, origin, recorded, NO_INGEST);
    }

    /** The same; {@code ingest} takes what encoders send. */
    static Millrace withoutMedia(
            Settings settings, Consumer<Vertx> bus, Origin origin, Recorded recorded, Ingest ingest) {
        return withoutMedia(settings, bus, origin, recorded, ingest, NO_SRT);
    }

    /** The same; {@code srt} takes what callers of SRT send. */
    static Millrace withoutMedia(
            Settings settings, Consumer<Vertx> bus, Origin origin, Recorded recorded, Ingest ingest, SrtReceivers srt) {
        return start(settings, origin, recorded, ingest, srt, (vertx, s) -> {
            bus.accept(vertx);
            return null;
        });
    }

    private static CompletionStage<OriginReply> nothing(OriginRequest request) {
        return CompletableFuture.completedFuture(
                new OriginReply.Refused(OriginRefusal.NOT_LIVE, "There is no media server here."));
    }

    private static Millrace start(
            Settings settings,
            Origin otherwise,
            Recorded otherRecorded,
            Ingest otherIngest,
            SrtReceivers otherSrt,
            BiFunction<Vertx, Settings, @Nullable MediaServer> startMedia) {
        PrometheusMeterRegistry registry = Registry.create();
        Vertx vertx = Registry.vertx(registry);
        MediaServer media = null;
        try {
            media = startMedia.apply(vertx, settings);
            Origin origin = media == null ? otherwise : media.origin();
            Recorded recorded = media == null ? otherRecorded : media.recorded();
            Ingest ingest = media == null ? otherIngest : media.ingest();
            SrtReceivers srt = media == null ? otherSrt : media.srt();
            return new Millrace(
                    vertx, media, await(Signaling.start(vertx, settings, registry, origin, recorded, ingest, srt)));
        } catch (RuntimeException e) {
            if (media != null) {
                media.close();
            }
            vertx.close();
            throw e;
        }
    }

    private static CryptoMode cryptoMode(Settings.Media media) {
        return CryptoMode.valueOf(media.crypto().toUpperCase(Locale.ROOT));
    }

    /**
     * The native library that would encrypt media here; none for Java's own ciphers.
     *
     * @throws IllegalStateException if one is demanded and there is none; its message says what to do
     */
    public static Optional<String> cryptoLibrary(Settings.Media media) {
        SrtpCrypto crypto = SrtpCrypto.choose(cryptoMode(media));
        return crypto.isNative() ? Optional.of(crypto.description()) : Optional.empty();
    }

    private static MediaConfig mediaConfig(Settings settings) {
        Settings.Media media = settings.media();
        boolean loopback = settings.http().loopback() && media.announce().isEmpty();
        return new MediaConfig(
                media.port(),
                media.announce(),
                loopback,
                media.loops(),
                media.tcp(),
                cryptoMode(media),
                chatConfig(settings.chat()),
                originConfig(settings.hls(), settings.transcode()),
                recordConfig(settings.record()),
                dvrConfig(settings.dvr()),
                workerConfig(settings.transcode()),
                settings.transcode().reordered(),
                pullConfig(settings.pull()),
                restreamConfig(settings.restream()));
    }

    private static OriginConfig originConfig(Settings.Hls hls, Settings.Transcode transcode) {
        PackagerConfig packager = new PackagerConfig(
                hls.segment().toNanos(),
                hls.part().toNanos(),
                hls.window().toNanos(),
                PackagerConfig.DEFAULT.windowBytes());
        return new OriginConfig(
                packager,
                hls.always(),
                hls.idle().toNanos(),
                hls.held(),
                transcode.ladder(),
                transcode.audioKbps() * BITS_PER_KBIT);
    }

    private static RecordConfig recordConfig(Settings.Recording record) {
        return new RecordConfig(
                record.directory(),
                record.everything(),
                record.keep().toMillis(),
                record.freeMiB() * MIB,
                RecordConfig.WAITING_BYTES);
    }

    private static DvrConfig dvrConfig(Settings.Dvr dvr) {
        DvrConfig.S3 s3 = dvr.bucket()
                .map(b -> new DvrConfig.S3(b.endpoint(), b.name(), b.region(), b.prefix(), b.access(), b.secret()))
                .orElse(null);
        return new DvrConfig(dvr.window().toNanos(), dvr.directory(), s3, DvrConfig.WAITING_BYTES);
    }

    private static WorkerConfig workerConfig(Settings.Transcode transcode) {
        return new WorkerConfig(
                transcode.enabled(),
                transcode.natives(),
                transcode.streams(),
                transcode.encoder(),
                transcode.preset(),
                WorkerConfig.USUAL_IDLE);
    }

    private static PullConfig pullConfig(Settings.Pull pull) {
        for (Settings.Pull.Source source : pull.sources()) {
            if (!StreamName.isValid(source.stream())) {
                throw new ConfigException("pull.streams: " + source.stream() + ": " + StreamName.rule(source.stream()));
            }
        }
        return new PullConfig(pull.sources().stream()
                .map(source -> new PullConfig.Source(source.stream(), source.address()))
                .toList());
    }

    private static RestreamConfig restreamConfig(Settings.Restream restream) {
        for (Settings.Restream.Target target : restream.targets()) {
            if (!StreamName.isValid(target.stream())) {
                throw new ConfigException(
                        "restream.streams: " + target.stream() + ": " + StreamName.rule(target.stream()));
            }
        }
        return new RestreamConfig(restream.targets().stream()
                .map(target -> new RestreamConfig.Target(target.stream(), target.url(), target.height()))
                .toList());
    }

    private static ChatConfig chatConfig(Settings.Chat chat) {
        return new ChatConfig(
                chat.enabled(),
                chat.directory().orElse(null),
                chat.history(),
                chat.keep(),
                chat.ratePerSecond(),
                chat.maxLength());
    }

    /** The HTTP port in use. */
    public int httpPort() {
        return signaling.port();
    }

    /** The UDP and TCP port of media in use, 0 without a media server. */
    public int mediaPort() {
        return media == null ? 0 : media.port();
    }

    /** The RTMP port in use, 0 when there is none. */
    public int rtmpPort() {
        return signaling.rtmpPort();
    }

    /** The SRT port in use, 0 when there is none. */
    public int srtPort() {
        return signaling.srtPort();
    }

    Routes routes() {
        return signaling.routes();
    }

    /** Takes no new sessions, ends the ones there are and lets go of all ports. */
    @Override
    public void close() {
        await(signaling.sayGoodbye());
        if (media != null) {
            // Bounded, since a stop must stop; without an answer there is nothing left to be gentle with.
            media.ask(new MediaCommand.Drain(true))
                    .toCompletableFuture()
                    .completeOnTimeout(null, 1, TimeUnit.SECONDS)
                    .join();
            media.close();
        }
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new StartFailure(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new StartFailure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure(e);
        }
    }
}
