package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.MediaReply.Traffic;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.StreamInfo;
import dev.millrace.media.dtls.DtlsIdentity;
import dev.millrace.media.ice.IceConfig;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.Timer;
import dev.millrace.media.net.WallClock;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.peer.PeerServices;
import dev.millrace.media.peer.PeerTable;
import dev.millrace.media.srtp.SrtpSession;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The media server: answers signaling's commands and emits events; the only place that builds the graph. */
public final class MediaServer implements AutoCloseable {
    /** How often changes of viewers and layers are told, and statistics of the control plane age. */
    private static final long TICK_NS = 1_000_000_000L;

    private final MediaNetwork network;
    private final Broadcasts broadcasts;
    private final Sessions sessions;
    private final Timer ticker;
    private final CompletableFuture<Void> warm;
    private volatile boolean draining;

    private MediaServer(MediaNetwork network, Broadcasts broadcasts, Sessions sessions, CompletableFuture<Void> warm) {
        this.warm = warm;
        this.network = network;
        this.broadcasts = broadcasts;
        this.sessions = sessions;
        EventLoop first = network.loops().getFirst();
        this.ticker = new Timer(nowNs -> {
            tick();
            first.timers().set(ticker(), nowNs + TICK_NS);
        });
        first.execute(() -> first.timers().set(ticker, first.nowNs() + TICK_NS));
    }

    /** Opens the port and starts the loops. {@code events} is called on any thread and must not block. */
    public static MediaServer start(MediaConfig config, Consumer<MediaEvent> events) throws IOException {
        // Loading ciphers takes a second or two; the port and signaling open meanwhile, sessions wait for it.
        ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
        CompletableFuture<Void> warm = CompletableFuture.runAsync(SrtpSession::warmUp, waiting);
        PeerTable peers = new PeerTable();
        List<LoopShard> shards = new ArrayList<>();
        MediaNetwork network = MediaNetwork.open(config.network(), loop -> {
            LoopShard shard = new LoopShard(loop, peers);
            shards.add(shard);
            return shard;
        });
        Broadcasts broadcasts = new Broadcasts(shards.size(), events, WallClock::epochMs);
        IceConfig ice = new IceConfig(
                waiting,
                network.candidateAddresses(),
                network.port(),
                config.tcp(),
                !config.announce().isEmpty(),
                new Random());
        PeerServices services =
                new PeerServices(ice, DtlsIdentity.create(Instant.ofEpochMilli(WallClock.epochMs())), waiting);
        Sessions sessions = new Sessions(shards, peers, services, broadcasts, events, WallClock::epochMs);
        return new MediaServer(network, broadcasts, sessions, warm);
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
            case MediaCommand.Count count -> now(count());
            case MediaCommand.Drain drain -> {
                draining = drain.draining();
                yield now(new MediaReply.Done());
            }
        };
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
            streams.add(broadcast.describe());
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
                streams);
    }

    private Map<String, Long> drops() {
        Map<String, Long> drops = new HashMap<>();
        for (EventLoop loop : network.loops()) {
            for (DropReason reason : DropReason.values()) {
                long count = loop.drops().get(reason);
                if (count > 0) {
                    drops.merge(reason.name(), count, Long::sum);
                }
            }
        }
        return drops;
    }

    private void tick() {
        for (Broadcast broadcast : broadcasts.all()) {
            broadcast.tick();
        }
    }

    /** Says goodbye to everybody and closes the port. */
    @Override
    public void close() {
        sessions.closeAll(CloseReason.SHUTDOWN);
        network.close();
    }
}
