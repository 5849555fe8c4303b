package dev.millrace.media;

import dev.millrace.media.chat.ChatConfig;
import dev.millrace.media.chat.Rooms;
import dev.millrace.media.chat.Viewers;
import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Dialer;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.MediaReply.Traffic;
import dev.millrace.media.control.Origin;
import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.SrtReceivers;
import dev.millrace.media.control.StreamInfo;
import dev.millrace.media.control.Watchers;
import dev.millrace.media.dtls.DtlsIdentity;
import dev.millrace.media.ice.IceConfig;
import dev.millrace.media.ice.IceSession;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.TaskLoop;
import dev.millrace.media.net.Timer;
import dev.millrace.media.net.WallClock;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.observe.FlightEvents;
import dev.millrace.media.origin.OriginServices;
import dev.millrace.media.peer.PeerServices;
import dev.millrace.media.peer.PeerTable;
import dev.millrace.media.pull.Pulls;
import dev.millrace.media.pull.SrtReceptions;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.srtp.CryptoMode;
import dev.millrace.media.srtp.SrtpCrypto;
import dev.millrace.media.srtp.SrtpSession;
import dev.millrace.media.transcode.SourceWorkers;
import dev.millrace.media.transcode.Transcoder;
import dev.millrace.media.transcode.WorkerTranscoder;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The media server: answers signaling's commands and emits events; the only place that builds the graph. */
public final class MediaServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MediaServer.class);

    /** How often changes of viewers and layers are told, and statistics of the control plane age. */
    private static final long TICK_NS = 1_000_000_000L;

    private final MediaNetwork network;
    private final Broadcasts broadcasts;
    private final Sessions sessions;
    private final @Nullable Chat chat;
    private final @Nullable TaskLoop chatThread;
    private final Timer ticker;
    private final CompletableFuture<Void> warm;
    private final OriginThreads origins;
    private final WorkerTranscoder transcoder;
    private final Watching watching;
    private final RecordingDesk recording;
    private final DvrDesk dvr;
    private final RestreamDesk restream;
    private final CompletableFuture<SrtpCrypto> crypto;
    private final Origin origin;
    private final Latencies latencies;
    private final Encoders encoders;
    private final Pulls pulls;
    private final SrtReceivers srt;
    private volatile boolean draining;

    private MediaServer(
            MediaNetwork network,
            Broadcasts broadcasts,
            Sessions sessions,
            @Nullable Chat chat,
            @Nullable TaskLoop chatThread,
            OriginThreads origins,
            WorkerTranscoder transcoder,
            CompletableFuture<Void> warm,
            CompletableFuture<SrtpCrypto> crypto,
            RecordingDesk recording,
            DvrDesk dvr,
            RestreamDesk restream,
            int opusBps,
            boolean encodesReordered,
            SourceWorkers sources) {
        this.dvr = dvr;
        this.restream = restream;
        this.origin = dvr.over(origins.origins());
        this.encoders =
                new Encoders(sessions, transcoder, opusBps, encodesReordered, WallClock::epochMs, () -> draining);
        this.pulls = new Pulls(encoders, sources);
        this.srt = new SrtReceptions(encoders, sources);
        this.latencies = new Latencies(broadcasts, origins.origins(), WallClock::epochMs);
        this.warm = warm;
        this.crypto = crypto;
        this.origins = origins;
        this.transcoder = transcoder;
        this.recording = recording;
        this.network = network;
        this.broadcasts = broadcasts;
        this.sessions = sessions;
        this.chat = chat;
        this.chatThread = chatThread;
        this.watching = new Watching(WallClock::epochMs, chat == null ? stream -> Watchers.NOBODY : chat::playing);
        if (chat != null) {
            chat.watch(new ChatStage(broadcasts, watching));
        }
        EventLoop first = network.loops().getFirst();
        this.ticker = new Timer(nowNs -> {
            tick();
            first.timers().set(ticker(), nowNs + TICK_NS);
        });
        first.execute(() -> first.timers().set(ticker, first.nowNs() + TICK_NS));
    }

    /**
     * Opens the port and starts the loops.
     *
     * @param events called on any thread, must not block
     * @param chatEvents called on the chat's thread, in order; must not block
     * @param dialer opens connections to where streams are pushed on
     */
    public static MediaServer start(
            MediaConfig config, Consumer<MediaEvent> events, Consumer<ChatEvent> chatEvents, Dialer dialer)
            throws IOException {
        // Loading ciphers and ICE takes a second or two; the port and signaling open meanwhile, sessions wait for it.
        ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
        CompletableFuture<SrtpCrypto> crypto = crypto(config.crypto(), waiting);
        CompletableFuture<Void> warm = CompletableFuture.allOf(
                crypto,
                CompletableFuture.runAsync(SrtpSession::warmUp, waiting),
                CompletableFuture.runAsync(FlightEvents::warmUp, waiting),
                CompletableFuture.runAsync(IceSession::warmUp, waiting));
        PeerTable peers = new PeerTable();
        List<LoopShard> shards = new ArrayList<>();
        MediaNetwork network = MediaNetwork.open(config.network(), loop -> {
            LoopShard shard = new LoopShard(loop, peers);
            shards.add(shard);
            return shard;
        });
        TaskLoop chatThread = config.chat().enabled() ? new TaskLoop("chat") : null;
        Chat chat = chatThread == null ? null : chat(config.chat(), chatThread, network, chatEvents);
        Consumer<MediaEvent> told = chat == null ? events : events.andThen(chat::onEvent);
        WorkerTranscoder transcoder = new WorkerTranscoder(config.transcode());
        RecordingDesk recording = new RecordingDesk(config.record(), waiting, new WorkerRemuxer(transcoder), events);
        DvrDesk dvr = new DvrDesk(config.dvr(), waiting);
        RestreamDesk restream = new RestreamDesk(dialer);
        OriginThreads origins = originThreads(config, recording, dvr, restream, transcoder);
        recording.start(origins.origins()::reconsider);
        restream.start(config.restream(), origins.origins()::reconsider);
        Broadcasts broadcasts = new Broadcasts(shards.size(), told, WallClock::epochMs, origins.origins());
        PeerServices services = new PeerServices(
                ice(config, network, waiting),
                DtlsIdentity.create(Instant.ofEpochMilli(WallClock.epochMs())),
                crypto::join,
                waiting);
        Sessions sessions = new Sessions(shards, peers, services, broadcasts, told, WallClock::epochMs, chat);
        MediaServer started = new MediaServer(
                network,
                broadcasts,
                sessions,
                chat,
                chatThread,
                origins,
                transcoder,
                warm,
                crypto,
                recording,
                dvr,
                restream,
                config.origin().audioBps(),
                config.encodesReordered(),
                new SourceWorkers(config.transcode()));
        started.pulls.start(config.pull());
        return started;
    }

    /** Tries the libraries beside the start; waits for it only when there has to be one. */
    private static CompletableFuture<SrtpCrypto> crypto(CryptoMode mode, ExecutorService waiting) throws IOException {
        CompletableFuture<SrtpCrypto> chosen = CompletableFuture.supplyAsync(() -> SrtpCrypto.choose(mode), waiting);
        if (mode == CryptoMode.NATIVE) {
            try {
                chosen.join();
            } catch (CompletionException e) {
                throw new IOException(
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
            }
        }
        return chosen.thenApply(made -> {
            LOG.info("AES-GCM of media is done by {}", made.description());
            return made;
        });
    }

    private static Chat chat(
            ChatConfig config, TaskLoop thread, MediaNetwork network, Consumer<ChatEvent> guestEvents) {
        Rooms rooms;
        try {
            rooms = new Rooms(config, new SecureRandom());
        } catch (RuntimeException e) {
            network.close(); // the store cannot be opened, and without it there is no start
            throw e;
        }
        Chat chat = new Chat(rooms, thread, thread::nowNs, WallClock::epochMs, network.loops(), guestEvents);
        thread.start(chat);
        return chat;
    }

    private static OriginThreads originThreads(
            MediaConfig config, RecordingDesk recording, DvrDesk dvr, RestreamDesk restream, Transcoder transcoder) {
        OriginServices services = new OriginServices(
                config.origin().withPastNs(config.dvr().windowNs()), transcoder, SecureIds::nextStamp, stream -> {
                    List<Follower> followers = new ArrayList<>(dvr.follow(stream));
                    followers.add(recording.follow(stream));
                    followers.add(restream.follow(stream));
                    return followers;
                });
        return new OriginThreads(services, config.originLoops());
    }

    private static IceConfig ice(MediaConfig config, MediaNetwork network, ExecutorService waiting) {
        return new IceConfig(
                waiting,
                network.candidateAddresses(),
                network.port(),
                config.tcp(),
                !config.announce().isEmpty(),
                new Random());
    }

    private Timer ticker() {
        return ticker;
    }

    /** The UDP and TCP port in use. */
    public int port() {
        return network.port();
    }

    /** The addresses offered as candidates. */
    public List<InetAddress> candidateAddresses() {
        return network.candidateAddresses();
    }

    /** What players behind caches fetch. */
    public Origin origin() {
        return origin;
    }

    /** Where encoders' elementary streams come in. */
    public Ingest ingest() {
        return encoders;
    }

    /** Where callers of SRT come in. */
    public SrtReceivers srt() {
        return srt;
    }

    /** What players fetch of recordings. */
    public Recorded recorded() {
        return recording.recorded();
    }

    /** Answers a command; any thread. */
    public CompletionStage<MediaReply> ask(MediaCommand command) {
        return switch (command) {
            case MediaCommand.Publish publish ->
                draining ? refuseWhileDraining() : warm.thenApply(ready -> sessions.publish(publish));
            case MediaCommand.Play play ->
                draining ? refuseWhileDraining() : warm.thenApply(ready -> sessions.play(play));
            case MediaCommand.Trickle trickle -> now(sessions.trickle(trickle));
            case MediaCommand.RestartIce restart -> sessions.restartIce(restart);
            case MediaCommand.Close close -> now(sessions.close(close));
            case MediaCommand.SelectLayer select -> now(sessions.selectLayer(select));
            case MediaCommand.Describe describe -> now(describe());
            case MediaCommand.DescribeSession session -> now(sessions.describe(session));
            case MediaCommand.Watching told -> {
                watching.tell(told.streams());
                yield now(new MediaReply.Done());
            }
            case MediaCommand.Count count -> now(count());
            case MediaCommand.DescribeLatency asked -> now(latencies.describe(asked.stream()));
            case MediaCommand.ReportPlayback report -> now(sessions.playback(report));
            case MediaCommand.SetRecording record -> recording.ask(record);
            case MediaCommand.DescribeRecordingState state -> now(recording.state(state.stream()));
            case MediaCommand.ListRecordings list -> now(recording.list());
            case MediaCommand.DeleteRecording delete -> recording.delete(delete.id());
            case MediaCommand.StartPull start -> now(pulls.start(start));
            case MediaCommand.StopPull stop -> now(pulls.stop(stop.stream()));
            case MediaCommand.ListPulls list -> now(pulls.list(list.stream()));
            case MediaCommand.StartRestream start -> restream.restreams().start(start);
            case MediaCommand.StopRestream stop -> restream.restreams().stop(stop);
            case MediaCommand.ListRestreams list -> restream.restreams().list(list.stream());
            case MediaCommand.Drain drain -> {
                draining = drain.draining();
                yield now(new MediaReply.Done());
            }
        };
    }

    /** Answers a command of the chat; any thread, one guest's commands in order. */
    public CompletionStage<MediaReply> ask(ChatCommand command) {
        return chat == null ? Chat.off() : chat.ask(command);
    }

    private static CompletionStage<MediaReply> now(MediaReply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private static CompletionStage<MediaReply> refuseWhileDraining() {
        return now(new MediaReply.Refused(
                RefusalKind.DRAINING, "This server is about to stop and takes no new sessions: try another or later."));
    }

    private MediaReply describe() {
        List<StreamInfo> streams = new ArrayList<>();
        for (Broadcast broadcast : broadcasts.all()) {
            streams.add(broadcast.describe(watching.of(broadcast.name()), dvr.problem()));
        }
        return new MediaReply.Described(streams);
    }

    private MediaReply count() {
        Traffic total = broadcasts.ended();
        Map<String, Traffic> streams = new HashMap<>();
        for (Broadcast broadcast : broadcasts.all()) {
            Traffic traffic = broadcast.traffic();
            streams.put(broadcast.name(), traffic);
            total = TrafficCounter.sum(total, traffic);
        }
        return new MediaReply.Counted(
                total.packetsIn(),
                total.bytesIn(),
                total.packetsOut(),
                total.bytesOut(),
                network.receiveBufferDrops(),
                drops(),
                streams,
                LoopStalls.counts(network.watches()),
                LoopStalls.longestMs(network.watches()),
                crypto.thenApply(SrtpCrypto::description).getNow(""));
    }

    private Map<String, Long> drops() {
        Map<String, Long> drops = new HashMap<>();
        List<DropCounters> counters = new ArrayList<>(origins.drops());
        network.loops().forEach(loop -> counters.add(loop.drops()));
        for (DropCounters counter : counters) {
            for (DropReason reason : DropReason.values()) {
                long count = counter.get(reason);
                if (count > 0) {
                    drops.merge(reason.name(), count, Long::sum);
                }
            }
        }
        return drops;
    }

    private void tick() {
        Map<String, Viewers> viewers = new HashMap<>();
        watching.streams().forEach(stream -> viewers.put(stream, watching.with(0, stream)));
        for (Broadcast broadcast : broadcasts.all()) {
            viewers.put(broadcast.name(), watching.with(broadcast.tick(), broadcast.name()));
        }
        if (chat != null) {
            chat.onTick(viewers);
        }
    }

    /** Stores what was said, says goodbye to everybody and closes the port. */
    @Override
    public void close() {
        if (chat != null && chatThread != null) {
            chatThread.close();
            chat.close();
        }
        pulls.close();
        restream.close();
        sessions.closeAll(CloseReason.SHUTDOWN);
        network.close();
        origins.close();
        transcoder.close();
        recording.close();
        dvr.close();
    }
}
