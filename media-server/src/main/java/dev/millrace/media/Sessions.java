package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Identity;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.Role;
import dev.millrace.media.layer.Quality;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.observe.FlightEvents;
import dev.millrace.media.peer.Peer;
import dev.millrace.media.peer.PeerEnd;
import dev.millrace.media.peer.PeerListener;
import dev.millrace.media.peer.PeerMedia;
import dev.millrace.media.peer.PeerServices;
import dev.millrace.media.peer.PeerTable;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.sdp.AnswerOptions;
import dev.millrace.media.sdp.LocalSources;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayAnswerer;
import dev.millrace.media.sdp.PlayOutcome;
import dev.millrace.media.sdp.PublishAnswerer;
import dev.millrace.media.sdp.PublishOutcome;
import dev.millrace.media.sdp.RemoteSctp;
import dev.millrace.media.sdp.RemoteTransport;
import dev.millrace.media.sdp.SdpException;
import dev.millrace.media.sdp.SdpRefusal;
import dev.millrace.media.sdp.TrickleFragment;
import dev.millrace.media.send.SendConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes, finds and ends sessions: offers in, answers out. Any thread; what a session then does is its loop's. */
final class Sessions implements PeerListener {
    private static final String CNAME = "millrace";

    private final List<LoopShard> shards;
    private final PeerTable peers;
    private final PeerServices services;
    private final Broadcasts broadcasts;
    private final Consumer<MediaEvent> events;
    private final WallTime time;
    private final @Nullable Chat chat;
    private final AnswerOptions options;
    private final ConcurrentMap<String, Session> byId = new ConcurrentHashMap<>();
    private final SharedMedia shared = new SharedMedia();
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final AtomicLong nextPublication = new AtomicLong();

    Sessions(
            List<LoopShard> shards,
            PeerTable peers,
            PeerServices services,
            Broadcasts broadcasts,
            Consumer<MediaEvent> events,
            WallTime time,
            @Nullable Chat chat) {
        this.shards = shards;
        this.peers = peers;
        this.services = services;
        this.broadcasts = broadcasts;
        this.events = events;
        this.time = time;
        this.chat = chat;
        this.options = AnswerOptions.DEFAULT.withDataChannels(chat != null);
    }

    MediaReply publish(MediaCommand.Publish command) {
        LoopShard shard = pick();
        Peer peer = new Peer(SecureIds.next(), shard.loop(), peers, services, this);
        return switch (PublishAnswerer.answer(command.offer(), peer.localTransport(), options)) {
            case PublishOutcome.Refused refused -> {
                peer.discard();
                yield refusal(refused.kind(), refused.detail());
            }
            case PublishOutcome.Accepted accepted -> {
                Session session = open(peer, command.stream(), Role.PUBLISH, command.participant());
                carryData(session, peer, shard, accepted.sctp(), command.identity());
                ReceiveConfig config = new ReceiveConfig(
                        accepted.media(), SecureIds.nextSsrc(), CNAME, ReceiveConfig.DEFAULT_MAX_BITRATE_BPS);
                Publisher publisher =
                        new Publisher(session, peer, shard, config, session.broadcast(), nextPublication());
                yield start(session, peer, accepted.remote(), publisher, accepted.answerSdp());
            }
        };
    }

    MediaReply play(MediaCommand.Play command) {
        LoopShard shard = pick();
        Peer peer = new Peer(SecureIds.next(), shard.loop(), peers, services, this);
        Session session = open(peer, command.stream(), Role.PLAY, command.participant());
        Broadcast broadcast = session.broadcast();
        LocalSources sources = new LocalSources(
                CNAME, command.stream(), SecureIds.nextSsrc(), SecureIds.nextSsrc(), SecureIds.nextSsrc());
        return switch (PlayAnswerer.answer(
                command.offer(), peer.localTransport(), broadcast.formats(), sources, options)) {
            case PlayOutcome.Refused refused -> {
                peer.discard();
                forget(session);
                yield refusal(refused.kind(), refused.detail());
            }
            case PlayOutcome.Accepted accepted -> {
                boolean twoByte = command.offer().contains("a=extmap-allow-mixed");
                SendConfig config = new SendConfig(shared.of(accepted.media()), CNAME, twoByte);
                carryData(session, peer, shard, accepted.sctp(), command.identity());
                Viewer viewer = new Viewer(session, peer, shard, config, broadcast);
                session.watches(viewer);
                yield start(session, peer, accepted.remote(), viewer, accepted.answerSdp());
            }
        };
    }

    /** Loops take sessions in turn: a viewer costs what a viewer costs. */
    LoopShard pick() {
        return shards.get(Math.floorMod(nextLoop.getAndIncrement(), shards.size()));
    }

    long nextPublication() {
        return nextPublication.incrementAndGet();
    }

    /** An encoder's session, which is connected from the beginning. */
    Session encoder(IngestRequest request) {
        Session session = broadcasts.join(
                request.stream(),
                broadcast -> new Session(
                        SecureIds.next(),
                        broadcast,
                        request.participant(),
                        time.epochMs(),
                        request.protocol(),
                        request.remote()));
        byId.put(session.id(), session);
        FlightEvents.sessionBegin(session.role().name(), session.broadcast().name(), session.id());
        connected(session);
        return session;
    }

    private Session open(Peer peer, String stream, Role role, String participant) {
        Session session =
                broadcasts.join(stream, broadcast -> new Session(peer, broadcast, role, participant, time.epochMs()));
        byId.put(session.id(), session);
        return session;
    }

    /** A session without data channels costs the chat nothing. */
    private void carryData(Session session, Peer peer, LoopShard shard, @Nullable RemoteSctp sctp, Identity identity) {
        if (sctp == null || chat == null) {
            return;
        }
        SessionChannels channels =
                new SessionChannels(session.broadcast().name(), identity, peer, chat.outlet(shard.loop()), chat);
        session.talksBy(channels);
        peer.carryData(sctp, channels, shard.dataScratch());
    }

    private MediaReply start(Session session, Peer peer, RemoteTransport remote, PeerMedia media, String answer) {
        FlightEvents.sessionBegin(session.role().name(), session.broadcast().name(), session.id());
        peer.loop().execute(() -> peer.start(remote, media));
        return new MediaReply.Answered(session.id(), answer, session.etag());
    }

    MediaReply trickle(MediaCommand.Trickle command) {
        Session session = byId.get(command.session());
        if (session == null) {
            return noSuchSession();
        }
        if (!command.ifMatch().equals(session.etag())) {
            return stale();
        }
        TrickleFragment fragment;
        try {
            fragment = TrickleFragment.parse(command.fragment());
        } catch (SdpException e) {
            return malformed(e);
        }
        Peer peer = session.peer();
        if (peer == null) {
            return notNegotiated();
        }
        peer.loop().execute(() -> peer.addRemoteCandidates(fragment.ufrag(), fragment.candidates()));
        return new MediaReply.Patched(null, session.etag());
    }

    CompletionStage<MediaReply> restartIce(MediaCommand.RestartIce command) {
        Session session = byId.get(command.session());
        if (session == null) {
            return CompletableFuture.completedFuture(noSuchSession());
        }
        if (!command.ifMatch().equals("*") && !command.ifMatch().equals(session.etag())) {
            return CompletableFuture.completedFuture(stale());
        }
        TrickleFragment fragment;
        try {
            fragment = TrickleFragment.parse(command.fragment());
        } catch (SdpException e) {
            return CompletableFuture.completedFuture(malformed(e));
        }
        if (fragment.ufrag().isEmpty() || fragment.pwd().isEmpty()) {
            return CompletableFuture.completedFuture(new MediaReply.Refused(
                    RefusalKind.MALFORMED,
                    "An ICE restart names a new a=ice-ufrag and a=ice-pwd; this one lacks them."));
        }
        CompletableFuture<MediaReply> reply = new CompletableFuture<>();
        Peer peer = session.peer();
        if (peer == null) {
            return CompletableFuture.completedFuture(notNegotiated());
        }
        peer.loop().execute(() -> {
            String ours = peer.restartIce(fragment);
            if (ours == null) {
                reply.complete(noSuchSession());
            } else {
                session.retag(peer.etag());
                reply.complete(new MediaReply.Patched(ours, session.etag()));
            }
        });
        return reply;
    }

    MediaReply describe(MediaCommand.DescribeSession command) {
        Session session = byId.get(command.session());
        return session == null
                ? noSuchSession()
                : new MediaReply.SessionDescribed(
                        session.describe(), session.broadcast().tracks(), Latencies.ofViewer(session, time.epochMs()));
    }

    MediaReply playback(MediaCommand.ReportPlayback report) {
        Session session = byId.get(report.session());
        if (session == null) {
            return noSuchSession();
        }
        session.played(new Session.Playback(report.bufferMs(), time.epochMs()));
        return new MediaReply.Done();
    }

    MediaReply close(MediaCommand.Close command) {
        Session session = byId.get(command.session());
        if (session == null) {
            return noSuchSession();
        }
        close(session, command.reason());
        return new MediaReply.Done();
    }

    void closeAll(CloseReason reason) {
        byId.values().forEach(session -> close(session, reason));
    }

    /** From now on the session is not found any more; its loop ends it. */
    private void close(Session session, CloseReason reason) {
        byId.remove(session.id(), session);
        session.end(reason);
    }

    MediaReply selectLayer(MediaCommand.SelectLayer command) {
        Session session = byId.get(command.session());
        if (session == null) {
            return noSuchSession();
        }
        Viewer viewer = session.viewer();
        if (viewer == null) {
            return new MediaReply.Refused(
                    RefusalKind.CONFLICT, "This session publishes: layers are chosen for those who watch.");
        }
        MediaKind kind = viewer.kindOf(command.mid());
        String rid = command.rid();
        int layer = Quality.NONE;
        if (rid != null) {
            layer = kind == null ? Quality.NONE : session.broadcast().layerOf(kind, rid);
        }
        if (kind == null || (rid != null && layer == Quality.NONE)) {
            return new MediaReply.Refused(
                    RefusalKind.NO_SUCH_LAYER,
                    "The stream has no layer of that name in that media section: see its layers under /api/v1/streams.");
        }
        int chosen = layer;
        EventLoop loop = viewer.loop();
        loop.execute(() -> viewer.select(kind, chosen, loop.nowNs()));
        return new MediaReply.Done();
    }

    @Override
    public void onConnected(Peer peer, NetworkPath path) {
        Session session = byId.get(peer.id());
        if (session != null) {
            session.connectedBy(path);
            connected(session);
        }
    }

    private void connected(Session session) {
        long afterMs = Math.max(0, time.epochMs() - session.createdMs());
        events.accept(new MediaEvent.SessionConnected(
                session.broadcast().name(), session.id(), session.role(), session.transport(), afterMs));
    }

    @Override
    public void onPathChanged(Peer peer, NetworkPath path) {
        Session session = byId.get(peer.id());
        if (session != null) {
            session.connectedBy(path);
        }
    }

    @Override
    public void onClosed(Peer peer, PeerEnd end, PeerMedia media) {
        Session session = media instanceof Publisher publisher ? publisher.session() : ((Viewer) media).session();
        CloseReason ours = session.closing();
        CloseReason reason = ours != null ? ours : reason(end);
        if (media instanceof Publisher publisher) {
            ended(session, publisher, publisher.codec(), reason);
        } else {
            ended(session, null, session.broadcast().codec(), reason);
        }
    }

    /** A session is over, once; tells everybody. */
    void ended(Session session, @Nullable Broadcaster publisher, String codec, CloseReason reason) {
        byId.remove(session.id(), session);
        SessionChannels channels = session.channels();
        if (channels != null) {
            channels.close();
        }
        if (publisher != null) {
            session.broadcast().publisherEnded(publisher, reason);
        }
        FlightEvents.sessionEnd(
                session.role().name(),
                session.broadcast().name(),
                session.id(),
                codec,
                reason.name(),
                Duration.ofMillis(time.epochMs() - session.createdMs()));
        broadcasts.leave(session);
        Viewer viewer = session.viewer();
        events.accept(new MediaEvent.SessionClosed(
                session.broadcast().name(),
                session.id(),
                session.role(),
                reason,
                viewer == null ? null : viewer.link(),
                viewer == null ? 0 : viewer.layerSwitches()));
    }

    private void forget(Session session) {
        byId.remove(session.id(), session);
        broadcasts.leave(session);
    }

    private static CloseReason reason(PeerEnd end) {
        return switch (end) {
            case ICE_FAILED -> CloseReason.ICE_FAILED;
            case DTLS_FAILED -> CloseReason.DTLS_FAILED;
            case SILENT -> CloseReason.SILENT;
            case CLOSED_BY_PEER -> CloseReason.CLOSED_BY_PEER;
            case FAULT -> CloseReason.FAULT;
            case CLOSED -> CloseReason.SHUTDOWN;
        };
    }

    private static MediaReply refusal(SdpRefusal kind, String detail) {
        return new MediaReply.Refused(
                switch (kind) {
                    case MALFORMED -> RefusalKind.MALFORMED;
                    case UNSUPPORTED_CODEC -> RefusalKind.UNSUPPORTED_CODEC;
                    case NO_BUNDLE, NO_RTCP_MUX, NO_TRANSPORT, NO_MEDIA, TOO_MANY_TRACKS -> RefusalKind.UNACCEPTABLE;
                },
                detail);
    }

    private static MediaReply malformed(SdpException e) {
        return new MediaReply.Refused(RefusalKind.MALFORMED, String.valueOf(e.getMessage()));
    }

    private static MediaReply noSuchSession() {
        return new MediaReply.Refused(
                RefusalKind.NO_SUCH_SESSION, "There is no such session, or it has ended: start a new one by POST.");
    }

    private static MediaReply notNegotiated() {
        return new MediaReply.Refused(
                RefusalKind.CONFLICT, "This session is an encoder's and has no candidates: it can only be ended.");
    }

    private static MediaReply stale() {
        return new MediaReply.Refused(
                RefusalKind.STALE_TAG,
                "If-Match names an older ICE session: send the ETag of the latest answer, or * for an ICE restart.");
    }
}
