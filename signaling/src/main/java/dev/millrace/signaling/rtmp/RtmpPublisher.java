package dev.millrace.signaling.rtmp;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.IngestSession;
import dev.millrace.media.rtmp.FlvCodec;
import dev.millrace.media.rtmp.PublishRequest;
import dev.millrace.media.rtmp.RtmpConnection;
import dev.millrace.media.rtmp.RtmpEnd;
import dev.millrace.media.rtmp.RtmpSink;
import dev.millrace.media.rtmp.TagDrop;
import dev.millrace.signaling.rtmp.Doorkeeper.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One encoder: its socket, its {@link RtmpConnection} and what it publishes. Owned by the RTMP context; what the media
 * server says comes on any thread and is passed on to it.
 */
final class RtmpPublisher implements RtmpSink {
    private static final Logger LOG = LoggerFactory.getLogger("millrace.rtmp");

    /** What was said last is read before the end comes, though the encoder goes on sending meanwhile. */
    private static final long LINGER_MS = 1_000;

    private static final long NANOS_PER_MS = 1_000_000;

    private final Vertx vertx;
    private final Context context;
    private final NetSocketInternal socket;
    private final RtmpServer.Parts parts;
    private final String address;
    private final RtmpConnection connection;
    private final Set<TagDrop> told = EnumSet.noneOf(TagDrop.class);
    private @Nullable IngestSession session;
    private String stream = "";
    private boolean waiting = true;
    private boolean over;
    private long timer = -1;

    RtmpPublisher(Vertx vertx, Context context, NetSocketInternal socket, RtmpServer.Parts parts, String address) {
        this.vertx = vertx;
        this.context = context;
        this.socket = socket;
        this.parts = parts;
        this.address = address;
        this.connection = new RtmpConnection(this, ThreadLocalRandom.current(), System.nanoTime());
    }

    /** Begins to read; {@code gone} is told when the socket is closed. */
    void start(Runnable gone) {
        socket.messageHandler(this::read);
        socket.exceptionHandler(e -> LOG.debug("rtmp {}: {}", address, e.getMessage()));
        socket.closeHandler(v -> {
            closed();
            gone.run();
        });
        arm();
    }

    /** As it came from the socket, so that a byte is copied once, into its message. */
    private void read(Object message) {
        try {
            if (message instanceof ByteBuf bytes && !over) {
                long nowNs = System.nanoTime();
                for (ByteBuffer part :
                        bytes.nioBufferCount() == 1 ? new ByteBuffer[] {bytes.nioBuffer()} : bytes.nioBuffers()) {
                    connection.onBytes(part, nowNs);
                }
            }
        } catch (RuntimeException e) {
            fault(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
        arm();
    }

    /** Sleeps until the connection wants to be woken; looks again then, since it may have moved on. */
    private void arm() {
        long nextNs = connection.nextDeadlineNs();
        if (timer >= 0 || over || nextNs == Long.MAX_VALUE) {
            return;
        }
        long ms = Math.max(1, (nextNs - System.nanoTime()) / NANOS_PER_MS + 1);
        timer = vertx.setTimer(ms, t -> {
            timer = -1;
            connection.onDeadline(System.nanoTime());
            arm();
        });
    }

    @Override
    public void send(byte[] bytes) {
        if (over) {
            return;
        }
        if (socket.writeQueueFull()) {
            connection.onDeaf();
            return;
        }
        socket.write(Buffer.buffer(bytes));
    }

    @Override
    public @Nullable String refusesApplication(String application) {
        return Doorkeeper.refuses(application);
    }

    @Override
    public void onPublish(PublishRequest request) {
        Answer answer = parts.doorkeeper().publish(request.application(), request.name(), address, System.nanoTime());
        switch (answer) {
            case Answer.Refused refused ->
                refuse(refused.badName(), refused.stream(), refused.reason(), refused.sentence());
            case Answer.Welcome welcome -> open(request, welcome);
        }
    }

    private void refuse(boolean badName, String refusedStream, String reason, String sentence) {
        parts.news().refused(refusedStream, reason, address);
        connection.refuse(badName, sentence);
    }

    private void open(PublishRequest request, Answer.Welcome welcome) {
        stream = welcome.stream();
        String participant = welcome.participant().isEmpty() ? parts.news().invent() : welcome.participant();
        IngestRequest wanted = new IngestRequest(
                stream,
                participant,
                "rtmp",
                request.software(),
                socket.remoteAddress().toString());
        switch (parts.ingest().open(wanted, new Told())) {
            case IngestReply.Refused refused -> refuse(false, stream, reason(refused), refused.detail());
            case IngestReply.Opened opened -> {
                session = opened.session();
                leaveWaiting();
                parts.news().made(opened.session().id(), stream, participant, address);
                connection.accept();
            }
        }
    }

    private static String reason(IngestReply.Refused refused) {
        return refused.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    @Override
    public void onConfiguration(int track, FlvCodec codec, byte[] record) {
        IngestSession to = session;
        IngestReply.Refused refused = to == null ? null : to.configure(track, codecOf(codec), record);
        if (refused != null) {
            warn(refused.detail());
        }
    }

    private static IngestCodec codecOf(FlvCodec codec) {
        return switch (codec) {
            case AVC -> IngestCodec.H264;
            case HEVC -> IngestCodec.HEVC;
            case AV1 -> IngestCodec.AV1;
            case VP9 -> IngestCodec.VP9;
            case AAC -> IngestCodec.AAC;
            case OPUS -> IngestCodec.OPUS;
        };
    }

    @Override
    public void onVideo(int track, FlvCodec codec, long decodeNs, long presentNs, boolean key, byte[] data) {
        IngestSession to = session;
        if (to != null && !to.video(track, decodeNs, presentNs, key, data)) {
            holdBack();
        }
    }

    @Override
    public void onAudio(FlvCodec codec, long presentNs, byte[] data) {
        IngestSession to = session;
        if (to != null && !to.audio(presentNs, data)) {
            holdBack();
        }
    }

    /** The encoder feels it by TCP: what it cannot send it has to slow down for. */
    private void holdBack() {
        connection.suspend();
        socket.pause();
    }

    @Override
    public void onMetadata(Map<String, @Nullable Object> metadata) {
        LOG.debug("rtmp {}: {} says {}", address, stream, metadata.keySet());
    }

    @Override
    public void onDrop(TagDrop reason) {
        parts.metrics().dropped(reason.label());
        if (told.add(reason)) {
            LOG.atInfo()
                    .addKeyValue("stream", stream)
                    .addKeyValue("reason", reason.label())
                    .log("rtmp media dropped; not said again of this connection");
        }
    }

    @Override
    public void onEnd(RtmpEnd why, String detail) {
        parts.metrics().ended(why.label());
        IngestSession was = session;
        session = null;
        if (was != null) {
            if (why != RtmpEnd.ENDED) {
                was.close(reason(why));
            }
            LOG.atInfo()
                    .addKeyValue("stream", stream)
                    .addKeyValue("reason", why.label())
                    .addKeyValue("detail", detail)
                    .log("rtmp publication over");
        } else {
            LOG.debug("rtmp {} over: {} {}", address, why.label(), detail);
        }
        over = true;
        boolean saidSomething = why == RtmpEnd.REFUSED || why == RtmpEnd.ENDED || why == RtmpEnd.UNSUPPORTED_CODEC;
        if (saidSomething) {
            vertx.setTimer(LINGER_MS, t -> socket.close());
        } else {
            socket.close();
        }
    }

    private static CloseReason reason(RtmpEnd why) {
        return switch (why) {
            case UNPUBLISHED -> CloseReason.DELETED;
            case SILENT -> CloseReason.SILENT;
            default -> CloseReason.MALFORMED;
        };
    }

    private void fault(RuntimeException e) {
        LOG.error("rtmp {}: a fault of ours", address, e);
        IngestSession was = session;
        session = null;
        if (was != null) {
            was.close(CloseReason.FAULT);
        }
        over = true;
        socket.close();
    }

    private void closed() {
        if (!over) {
            parts.metrics().ended("closed_by_peer");
        }
        over = true;
        leaveWaiting();
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        IngestSession was = session;
        session = null;
        if (was != null) {
            was.close(CloseReason.CLOSED_BY_PEER);
        }
    }

    private void leaveWaiting() {
        if (waiting) {
            waiting = false;
            parts.doorkeeper().leave(address);
        }
    }

    /** The server goes: the encoder is told. */
    void shutDown() {
        IngestSession was = session;
        session = null;
        if (was != null) {
            was.close(CloseReason.SHUTDOWN);
        }
        connection.end("The server stops; come back in a moment.");
    }

    private void warn(String sentence) {
        LOG.atWarn()
                .addKeyValue("stream", stream)
                .addKeyValue("detail", sentence)
                .log("rtmp publication");
        connection.warn(sentence);
    }

    /** What the media server says, passed on to the context. */
    private final class Told implements IngestListener {
        @Override
        public void onClosed(CloseReason reason, String detail) {
            context.runOnContext(v -> connection.end(detail));
        }

        @Override
        public void onWarning(String sentence) {
            context.runOnContext(v -> {
                if (!over) {
                    warn(sentence);
                }
            });
        }

        @Override
        public void onResume() {
            context.runOnContext(v -> {
                if (!over) {
                    connection.resume(System.nanoTime());
                    socket.resume();
                    arm();
                }
            });
        }
    }
}
