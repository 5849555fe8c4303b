package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of an encoder's RTMP connection (Adobe's RTMP 1.0 with Enhanced RTMP version 2): told of bytes and of
 * the time, it answers into its {@link RtmpSink}. One broadcast a connection; nothing is played. Whatever comes, memory
 * stays within {@link ChunkReader}'s bounds and the end has a name. Owned by one thread at a time.
 */
public final class RtmpConnection {
    /** A round trip or two; whoever drips bytes longer is cut. */
    static final long HANDSHAKE_NS = 5_000_000_000L;

    /** From the handshake to publish: FFmpeg takes half a dozen round trips. */
    static final long PUBLISH_NS = 10_000_000_000L;

    /** As for a publisher by WebRTC: nothing at all is heard. */
    static final long SILENCE_NS = 10_000_000_000L;

    /** Something comes, but no message of media gets finished. */
    static final long NO_MEDIA_NS = 30_000_000_000L;

    /** A source that pauses may at least answer. */
    private static final long PING_AFTER_NS = 5_000_000_000L;

    /** An encoder says about six until it publishes, and then three until it goes. */
    private static final int MAX_COMMANDS = 64;

    /** Parts of an aggregate message: previous tag size 4, header 11. */
    private static final int TAG_HEADER_BYTES = 11;

    /** The only message stream there is. */
    private static final int MESSAGE_STREAM = 1;

    /** How far a connection is; each goes to the next, and any to ENDED. */
    private enum State {
        /** C0, C1 and C2 are awaited (5.2.1). */
        HANDSHAKE,
        /** connect is awaited (7.2.1.1). */
        CONNECT,
        /** publish is awaited (7.2.2.6). */
        PUBLISH,
        /** publish is being answered by the sink's owner. */
        ASKED,
        /** Media comes. */
        MEDIA,
        ENDED
    }

    private final RtmpSink sink;
    private final RandomGenerator random;
    private final Handshake handshake = new Handshake();
    private final ChunkReader chunks = new ChunkReader(this::onMessage);
    private final TagReader tags;
    private final Clock32 clock = new Clock32();
    private State state = State.HANDSHAKE;
    private String application = "";
    private String url = "";
    private String software = "";
    private int commands;
    private int publishStream = MESSAGE_STREAM;

    private long nowNs;
    private long stateSinceNs;
    private long heardNs;
    private long mediaNs;
    private boolean pinged;
    private boolean suspended;

    private long receivedBytes;
    private long acknowledgedBytes;

    /** The peer's window, 0 as long as it named none: then nothing is acknowledged. */
    private long windowBytes;

    /** @param random for the handshake's noise, which keeps no secret */
    public RtmpConnection(RtmpSink sink, RandomGenerator random, long nowNs) {
        this.sink = sink;
        this.random = random;
        this.tags = new TagReader(sink);
        this.nowNs = nowNs;
        this.stateSinceNs = nowNs;
        this.heardNs = nowNs;
    }

    /** Bytes from the encoder; all are read. */
    public void onBytes(ByteBuffer in, long atNs) {
        nowNs = atNs;
        heardNs = atNs;
        pinged = false;
        receivedBytes += in.remaining();
        if (state == State.HANDSHAKE) {
            readHandshake(in);
        }
        if (state != State.HANDSHAKE && state != State.ENDED) {
            RtmpEnd end = chunks.read(in);
            if (end != null) {
                end(end, end.sentence());
            }
        }
        acknowledge();
    }

    private void readHandshake(ByteBuffer in) {
        RtmpEnd end = handshake.read(in, random);
        byte[] answer = handshake.takeAnswer();
        if (answer != null) {
            sink.send(answer);
        }
        if (end != null) {
            end(end, end.sentence());
        } else if (handshake.isDone()) {
            enter(State.CONNECT);
        }
    }

    private void acknowledge() {
        if (windowBytes > 0 && state != State.ENDED && receivedBytes - acknowledgedBytes >= windowBytes) {
            acknowledgedBytes = receivedBytes;
            sink.send(Message.acknowledgement((int) receivedBytes));
        }
    }

    /** Time has passed. */
    public void onDeadline(long atNs) {
        nowNs = atNs;
        if (state == State.ENDED || suspended || atNs < nextDeadlineNs()) {
            return;
        }
        switch (state) {
            case HANDSHAKE -> end(RtmpEnd.HANDSHAKE_TIMEOUT, RtmpEnd.HANDSHAKE_TIMEOUT.sentence());
            case CONNECT -> end(RtmpEnd.CONNECT_TIMEOUT, RtmpEnd.CONNECT_TIMEOUT.sentence());
            case PUBLISH -> end(RtmpEnd.PUBLISH_TIMEOUT, RtmpEnd.PUBLISH_TIMEOUT.sentence());
            case MEDIA -> silent();
            case ASKED, ENDED -> {}
        }
    }

    private void silent() {
        if (nowNs >= heardNs + SILENCE_NS || nowNs >= mediaNs + NO_MEDIA_NS) {
            end(RtmpEnd.SILENT, RtmpEnd.SILENT.sentence());
        } else {
            pinged = true;
            sink.send(Message.ping((int) (nowNs / 1_000_000)));
        }
    }

    /** When {@link #onDeadline} wants to be called next, {@code Long.MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        if (suspended) {
            return Long.MAX_VALUE;
        }
        return switch (state) {
            case HANDSHAKE -> stateSinceNs + HANDSHAKE_NS;
            case CONNECT, PUBLISH -> stateSinceNs + PUBLISH_NS;
            case MEDIA -> Math.min(heardNs + (pinged ? SILENCE_NS : PING_AFTER_NS), mediaNs + NO_MEDIA_NS);
            case ASKED, ENDED -> Long.MAX_VALUE;
        };
    }

    /** Its bytes are not read for a while, so that silence means nothing. */
    public void suspend() {
        suspended = true;
    }

    /** They are read again. */
    public void resume(long atNs) {
        suspended = false;
        nowNs = atNs;
        heardNs = atNs;
        mediaNs = atNs;
    }

    /** Publishing may begin. */
    public void accept() {
        if (state != State.ASKED) {
            return;
        }
        enter(State.MEDIA);
        mediaNs = nowNs;
        chunks.allowMedia();
        sink.send(Message.joined(
                Message.streamBegin(publishStream),
                Message.status(publishStream, "status", "NetStream.Publish.Start", "The broadcast is on.")));
    }

    /**
     * Publishing may not begin.
     *
     * @param badName whether it is the stream's name that is wrong, not who asks
     */
    public void refuse(boolean badName, String sentence) {
        if (state == State.ASKED) {
            String code = badName ? "NetStream.Publish.BadName" : "NetStream.Publish.Denied";
            sink.send(Message.status(publishStream, "error", code, sentence));
            end(RtmpEnd.REFUSED, sentence);
        }
    }

    /** The server ends the broadcast, whose encoder is told why. */
    public void end(String sentence) {
        if (state != State.ENDED) {
            if (state == State.MEDIA || state == State.ASKED) {
                sink.send(Message.status(publishStream, "error", "NetStream.Publish.Denied", sentence));
            }
            end(RtmpEnd.ENDED, sentence);
        }
    }

    /** Something should be set otherwise; it goes on. */
    public void warn(String sentence) {
        if (state == State.MEDIA) {
            sink.send(Message.status(publishStream, "warning", "NetStream.Publish.Warning", sentence));
        }
    }

    /** It does not take what it is answered. */
    public void onDeaf() {
        end(RtmpEnd.DEAF, RtmpEnd.DEAF.sentence());
    }

    /** Whether media may come. */
    public boolean isPublishing() {
        return state == State.MEDIA;
    }

    /** Of all its message buffers, in bytes. */
    public int memoryBytes() {
        return chunks.memoryBytes();
    }

    private @Nullable RtmpEnd onMessage(int typeId, int streamId, int timestampMs, byte[] buffer, int length) {
        if (state == State.ENDED) {
            return null;
        }
        switch (typeId) {
            case MessageType.AUDIO, MessageType.VIDEO -> media(typeId, timestampMs, buffer, 0, length);
            case MessageType.AGGREGATE -> aggregate(timestampMs, buffer, length);
            case MessageType.COMMAND -> command(streamId, buffer, 0, length);
            case MessageType.COMMAND_AMF3 -> command(streamId, buffer, 1, length - 1);
            case MessageType.DATA -> data(buffer, 0, length);
            case MessageType.DATA_AMF3 -> data(buffer, 1, length - 1);
            case MessageType.USER_CONTROL -> {
                long ping = Message.pingIn(buffer, length);
                if (ping >= 0) {
                    sink.send(Message.pong((int) ping));
                }
            }
            default -> {
                return control(typeId, buffer, length);
            }
        }
        return null;
    }

    private @Nullable RtmpEnd control(int typeId, byte[] buffer, int length) {
        if (length < 4) {
            return null; // acknowledgements, shared objects and what nobody knows mean nothing here
        }
        int value = BigEndian.i32(buffer, 0);
        switch (typeId) {
            case MessageType.SET_CHUNK_SIZE -> {
                return chunks.setChunkBytes(value) ? null : RtmpEnd.BAD_CHUNK;
            }
            case MessageType.ABORT -> chunks.abort(value);
            case MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE -> windowBytes = Math.max(0, value);
            default -> {}
        }
        return null;
    }

    private void media(int typeId, int timestampMs, byte[] buffer, int from, int length) {
        if (state != State.MEDIA) {
            sink.onDrop(TagDrop.NOT_PUBLISHING);
            return;
        }
        mediaNs = nowNs;
        long timeMs = clock.unwrap(timestampMs);
        if (typeId == MessageType.VIDEO) {
            tags.onVideo(buffer, from, length, timeMs);
        } else {
            tags.onAudio(buffer, from, length, timeMs);
        }
        String unsupported = tags.unsupported();
        if (unsupported != null && state == State.MEDIA) {
            String sentence =
                    unsupported + " is not taken by this server: send H.264, HEVC, AV1 or VP9 with AAC or Opus.";
            sink.send(Message.status(publishStream, "error", "NetStream.Publish.Denied", sentence));
            end(RtmpEnd.UNSUPPORTED_CODEC, sentence);
        }
    }

    /** Several messages in one, as FLV tags (7.1.6); their times count from the first's, which has the message's own. */
    private void aggregate(int timestampMs, byte[] buffer, int length) {
        int at = 0;
        int firstMs = 0;
        while (length - at >= TAG_HEADER_BYTES && state == State.MEDIA) {
            int typeId = buffer[at] & 0x1f;
            int size = BigEndian.u24(buffer, at + 1);
            int tagMs = BigEndian.u24(buffer, at + 4) | BigEndian.u8(buffer, at + 7) << 24;
            firstMs = at == 0 ? tagMs : firstMs;
            int body = at + TAG_HEADER_BYTES;
            if (size > length - body) {
                sink.onDrop(TagDrop.MALFORMED);
                return;
            }
            if (typeId == MessageType.AUDIO || typeId == MessageType.VIDEO) {
                media(typeId, timestampMs + tagMs - firstMs, buffer, body, size);
            }
            at = body + size + 4;
        }
    }

    private void data(byte[] buffer, int from, int length) {
        if (state != State.MEDIA || length < 1) {
            return;
        }
        try {
            List<@Nullable Object> values = AmfReader.all(buffer, from, length);
            if (values.contains("onMetaData") && values.getLast() instanceof Map<?, ?>) {
                @SuppressWarnings("unchecked") // as AmfReader makes them
                Map<String, @Nullable Object> metadata = (Map<String, @Nullable Object>) values.getLast();
                sink.onMetadata(metadata);
            }
        } catch (MalformedException e) {
            sink.onDrop(TagDrop.MALFORMED); // captions and cues are nobody's loss
        }
    }

    private void command(int streamId, byte[] buffer, int from, int length) {
        if (++commands > MAX_COMMANDS) {
            end(RtmpEnd.TOO_MANY_COMMANDS, RtmpEnd.TOO_MANY_COMMANDS.sentence());
            return;
        }
        try {
            obey(Command.read(buffer, from, Math.max(0, length)), streamId);
        } catch (MalformedException e) {
            end(RtmpEnd.BAD_COMMAND, "A command cannot be read: " + e.getMessage() + ".");
        }
    }

    private void obey(Command command, int streamId) {
        switch (command.name()) {
            case "connect" -> connect(command);
            case "createStream" -> sink.send(command.result(null, (double) MESSAGE_STREAM));
            case "releaseStream", "FCPublish", "_checkbw" -> sink.send(command.result(null, null));
            case "publish" -> publish(command, streamId);
            case "FCUnpublish", "deleteStream", "closeStream" -> unpublish();
            case "play", "play2" -> {
                String sentence =
                        "This server takes RTMP and does not play it: watch at /watch/{stream}, or by HLS or DASH.";
                sink.send(Message.status(streamId, "error", "NetStream.Play.Failed", sentence));
                end(RtmpEnd.REFUSED, sentence);
            }
            default -> unknown(command);
        }
    }

    private void unknown(Command command) {
        boolean isAnswer = command.name().startsWith("_") || command.name().startsWith("on");
        if (command.transaction() != 0 && !isAnswer) {
            sink.send(command.error(
                    null, Message.info("error", "NetConnection.Call.Failed", "There is no such command here.")));
        }
    }

    private void connect(Command command) {
        if (state != State.CONNECT) {
            return;
        }
        application = command.text("app");
        url = command.text("tcUrl");
        software = command.text("flashVer");
        String refusal = sink.refusesApplication(application);
        if (refusal != null) {
            sink.send(command.error(null, Message.info("error", "NetConnection.Connect.Rejected", refusal)));
            end(RtmpEnd.REFUSED, refusal);
            return;
        }
        enter(State.PUBLISH);
        sink.send(Message.joined(Message.begin(), command.connected()));
    }

    private void publish(Command command, int streamId) {
        String name = command.argument();
        if (state == State.CONNECT || name == null) {
            end(RtmpEnd.BAD_COMMAND, "publish came without a name, or before connect.");
        } else if (state == State.PUBLISH) {
            publishStream = streamId;
            enter(State.ASKED);
            sink.onPublish(new PublishRequest(application, name, url, software));
        } else {
            sink.send(Message.status(
                    streamId, "error", "NetStream.Publish.BadName", "A connection carries one broadcast only."));
        }
    }

    /** Some encoders tidy up before they begin: that means nothing. */
    private void unpublish() {
        if (state == State.MEDIA) {
            sink.send(Message.status(publishStream, "status", "NetStream.Unpublish.Success", "The broadcast is over."));
            end(RtmpEnd.UNPUBLISHED, RtmpEnd.UNPUBLISHED.sentence());
        }
    }

    private void enter(State next) {
        state = next;
        stateSinceNs = nowNs;
    }

    private void end(RtmpEnd why, String sentence) {
        if (state != State.ENDED) {
            state = State.ENDED;
            sink.onEnd(why, sentence);
        }
    }
}
