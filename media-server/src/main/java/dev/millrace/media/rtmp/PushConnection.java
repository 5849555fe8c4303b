package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a connection that publishes one stream on another server (RTMP 1.0 section 7.2), in the words OBS and
 * FFmpeg use, which is what servers know: told of bytes and of the time, it answers into its {@link PushSink}. Media is made
 * bytes of by it, and sent by its owner, who knows what fits. Whatever comes, memory stays within {@link ChunkReader}'s
 * bounds. Owned by one thread.
 */
public final class PushConnection {
    /** A step of the way to publishing is a round trip; platforms may look a key up meanwhile. */
    static final long STEP_NS = 10_000_000_000L;

    /** As OBS has it; a larger picture is more chunks. */
    private static final int CHUNK_BYTES = 4096;

    private static final int COMMAND_CHUNK_STREAM = 3;
    private static final int MEDIA_CHUNK_STREAM = 4;
    private static final int CONNECT = 1;
    private static final int RELEASE = 2;
    private static final int ANNOUNCE = 3;
    private static final int CREATE = 4;
    private static final int PUBLISH = 5;

    /** What librtmp says it is, and platforms look for. */
    private static final String SOFTWARE = "FMLE/3.0 (compatible; Millrace)";

    private static final int MAX_SENTENCE = 200;

    private static final int KEY_AVC = 0x17;
    private static final int INTER_AVC = 0x27;
    private static final byte AAC = (byte) 0xaf;
    private static final byte SEQUENCE_START = 0;
    private static final byte CODED = 1;

    /** How far it is; each goes to the next, and any to ENDED. */
    private enum State {
        /** S0, S1 and S2 are awaited (5.2.1). */
        HANDSHAKE,
        /** The answer to connect (7.2.1.1). */
        CONNECT,
        /** The answer to createStream (7.2.1.3). */
        CREATE,
        /** The answer to publish (7.2.2.6). */
        PUBLISH,
        MEDIA,
        ENDED
    }

    private final PushSink sink;
    private final PushTarget target;
    private final ClientHandshake handshake = new ClientHandshake();
    private final ChunkReader chunks = new ChunkReader(this::onMessage);
    private final ChunkWriter out = new ChunkWriter();
    private State state = State.HANDSHAKE;
    private boolean answered;
    private int messageStream;
    private long nowNs;
    private long stateSinceNs;
    private long receivedBytes;
    private long acknowledgedBytes;

    /** The server's window, 0 as long as it named none: then nothing is acknowledged. */
    private long windowBytes;

    /** @param random for the handshake's noise, which keeps no secret */
    public PushConnection(PushSink sink, PushTarget target, RandomGenerator random, long nowNs) {
        this.sink = sink;
        this.target = target;
        this.nowNs = nowNs;
        this.stateSinceNs = nowNs;
        sink.send(ClientHandshake.hello(random));
    }

    /** Bytes from the server; all are read. */
    public void onBytes(ByteBuffer in, long atNs) {
        nowNs = atNs;
        receivedBytes += in.remaining();
        if (state == State.HANDSHAKE) {
            readHandshake(in);
        }
        if (state != State.HANDSHAKE && state != State.ENDED) {
            RtmpEnd end = chunks.read(in);
            if (end != null) {
                end(PushEnd.MALFORMED, "What the target says cannot be read as RTMP.");
            }
        }
        acknowledge();
    }

    private void readHandshake(ByteBuffer in) {
        if (!handshake.read(in)) {
            end(PushEnd.MALFORMED, "What answers there does not speak RTMP.");
            return;
        }
        if (!answered && handshake.mayAnswer()) {
            answered = true;
            sink.send(handshake.answer());
        }
        if (handshake.isDone()) {
            enter(State.CONNECT);
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("app", target.application());
            object.put("type", "nonprivate");
            object.put("flashVer", SOFTWARE);
            object.put("swfUrl", target.url());
            object.put("tcUrl", target.url());
            command(0, "connect", (double) CONNECT, object);
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
        if (atNs >= nextDeadlineNs()) {
            end(PushEnd.TIMEOUT, "The target has not answered for " + STEP_NS / 1_000_000_000L + " s.");
        }
    }

    /** When {@link #onDeadline} wants to be called next, {@code Long.MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return state == State.MEDIA || state == State.ENDED ? Long.MAX_VALUE : stateSinceNs + STEP_NS;
    }

    public boolean isPublishing() {
        return state == State.MEDIA;
    }

    /** Whether the stream's name was shown to the server, which may close because of it. */
    public boolean hasAsked() {
        return state == State.PUBLISH;
    }

    /** What there is to come, as a player is told it (FLV annex E.5); to be sent before the first media. */
    public byte[] metadata(Map<String, Object> values) {
        byte[] payload = AmfWriter.write("@setDataFrame", "onMetaData", new AmfWriter.EcmaArray(values));
        return out.message(MEDIA_CHUNK_STREAM, MessageType.DATA, messageStream, 0, payload);
    }

    /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1) of the pictures that follow. */
    public byte[] avcConfiguration(int timestampMs, byte[] configuration) {
        return video(timestampMs, new byte[] {KEY_AVC, SEQUENCE_START, 0, 0, 0}, configuration);
    }

    /** A picture: NAL units after their lengths. */
    public byte[] avc(int timestampMs, int compositionMs, boolean key, byte[] data) {
        byte[] head = {(byte) (key ? KEY_AVC : INTER_AVC), CODED, 0, 0, 0};
        BigEndian.put24(head, 2, compositionMs);
        return video(timestampMs, head, data);
    }

    private byte[] video(int timestampMs, byte[] head, byte[] body) {
        return out.message(MEDIA_CHUNK_STREAM, MessageType.VIDEO, messageStream, timestampMs, head, body);
    }

    /** AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1) of the sound that follows. */
    public byte[] aacConfiguration(int timestampMs, byte[] configuration) {
        return audio(timestampMs, SEQUENCE_START, configuration);
    }

    /** A packet of sound: a raw data block. */
    public byte[] aac(int timestampMs, byte[] data) {
        return audio(timestampMs, CODED, data);
    }

    private byte[] audio(int timestampMs, byte packetType, byte[] body) {
        byte[] head = {AAC, packetType};
        return out.message(MEDIA_CHUNK_STREAM, MessageType.AUDIO, messageStream, timestampMs, head, body);
    }

    /** What is said last, so that the broadcast there ends at once; empty if there is none. */
    public byte[] farewell() {
        if (state != State.MEDIA) {
            return new byte[0];
        }
        state = State.ENDED;
        return Message.joined(
                commandBytes(0, "FCUnpublish", 0.0, null, target.name()),
                commandBytes(0, "deleteStream", 0.0, null, (double) messageStream));
    }

    private @Nullable RtmpEnd onMessage(int typeId, int streamId, int timestampMs, byte[] buffer, int length) {
        if (state == State.ENDED) {
            return null;
        }
        switch (typeId) {
            case MessageType.COMMAND -> command(buffer, 0, length);
            case MessageType.COMMAND_AMF3 -> command(buffer, 1, length - 1);
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
            return null;
        }
        int value = BigEndian.i32(buffer, 0);
        switch (typeId) {
            case MessageType.SET_CHUNK_SIZE -> {
                return chunks.setChunkBytes(value) ? null : RtmpEnd.BAD_CHUNK;
            }
            case MessageType.ABORT -> chunks.abort(value);
            case MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE -> windowBytes = Math.max(0, value);
            default -> {
                // Acknowledgements, bandwidths, and what nobody knows: TCP says how much is taken.
            }
        }
        return null;
    }

    private void command(byte[] buffer, int from, int length) {
        try {
            hear(Command.read(buffer, from, Math.max(0, length)));
        } catch (MalformedException e) {
            end(PushEnd.MALFORMED, "What the target says cannot be read: " + e.getMessage() + ".");
        }
    }

    private void hear(Command command) {
        switch (command.name()) {
            case "_result" -> result(command);
            case "_error" -> error(command);
            case "onStatus" -> status(command);
            case "close" -> end(PushEnd.ENDED, "The target closes the connection.");
            default -> {
                // onBWDone, onFCPublish and what else servers say by the way.
            }
        }
    }

    private void result(Command command) {
        int transaction = (int) command.transaction();
        if (state == State.CONNECT && transaction == CONNECT) {
            enter(State.CREATE);
            sink.send(Message.chunkSize(CHUNK_BYTES));
            out.setChunkBytes(CHUNK_BYTES);
            command(0, "releaseStream", (double) RELEASE, null, target.name());
            command(0, "FCPublish", (double) ANNOUNCE, null, target.name());
            command(0, "createStream", (double) CREATE, null);
        } else if (state == State.CREATE && transaction == CREATE) {
            double id = command.number();
            if (id < 0 || id > Integer.MAX_VALUE) {
                end(PushEnd.MALFORMED, "The target gives the stream no number.");
                return;
            }
            messageStream = (int) id;
            enter(State.PUBLISH);
            command(messageStream, "publish", (double) PUBLISH, null, target.name(), "live");
        }
    }

    private void error(Command command) {
        int transaction = (int) command.transaction();
        boolean connect = state == State.CONNECT && transaction == CONNECT;
        boolean create = state == State.CREATE && transaction == CREATE;
        boolean publish = state == State.PUBLISH && transaction == PUBLISH;
        if (connect || create || publish) {
            end(PushEnd.REFUSED, "The target refuses " + (publish ? "the stream" : "the connection") + said(command));
        }
    }

    /** What the stream comes to (7.2.2); some servers say nothing but codes, some nothing but levels. */
    private void status(Command command) {
        String code = command.info("code");
        boolean isError = command.info("level").equals("error");
        if (code.equals("NetConnection.Connect.ReconnectRequest")) {
            end(PushEnd.RECONNECT, "The target asks to be connected to anew.");
        } else if (code.equals("NetStream.Publish.Start")) {
            if (state == State.PUBLISH) {
                enter(State.MEDIA);
                sink.onPublishing();
            }
        } else if (isError || code.equals("NetStream.Publish.BadName") || code.equals("NetStream.Publish.Denied")) {
            boolean taken = state == State.MEDIA;
            end(
                    taken ? PushEnd.ENDED : PushEnd.REFUSED,
                    (taken ? "The target ends the stream" : "The target refuses the stream") + said(command));
        } else if (code.equals("NetStream.Unpublish.Success") || code.equals("NetConnection.Connect.Closed")) {
            end(PushEnd.ENDED, "The target ends the stream" + said(command));
        } else if (command.info("level").equals("warning")) {
            sink.onWarning("The target says" + said(command));
        }
    }

    private String said(Command command) {
        String description = command.info("description");
        String words = (description.isEmpty() ? command.info("code") : description)
                .replaceAll("\\p{C}", " ")
                .strip();
        String hidden = target.withoutKey(words);
        String cut = hidden.substring(0, Math.min(MAX_SENTENCE, hidden.length()));
        return cut.isEmpty() ? "." : ": " + cut;
    }

    private void command(int streamId, @Nullable Object... values) {
        sink.send(commandBytes(streamId, values));
    }

    private byte[] commandBytes(int streamId, @Nullable Object... values) {
        return out.message(COMMAND_CHUNK_STREAM, MessageType.COMMAND, streamId, 0, AmfWriter.write(values));
    }

    private void enter(State next) {
        state = next;
        stateSinceNs = nowNs;
    }

    private void end(PushEnd why, String sentence) {
        if (state != State.ENDED) {
            state = State.ENDED;
            sink.onEnd(why, sentence);
        }
    }
}
