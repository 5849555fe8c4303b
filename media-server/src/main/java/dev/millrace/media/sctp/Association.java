package dev.millrace.media.sctp;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.ErrorCause;
import dev.millrace.media.sctp.wire.InitChunk;
import dev.millrace.media.sctp.wire.PacketReader;
import dev.millrace.media.sctp.wire.PacketWriter;
import dev.millrace.media.sctp.wire.ReconfigChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One SCTP association over DTLS (RFC 9260 as RFC 8831 and 8832 use it): messages in, packets out, and back.
 *
 * <p>Holds no socket, thread or clock: told of packets and of the time, it answers into {@link SctpOutput} and
 * {@link SctpListener}, and says when it wants to be called next. Owned by one event loop.
 */
public final class Association {
    /** What leaves a DTLS record on IPv6 under 1,280 bytes; as libwebrtc has it. */
    public static final int MTU = 1188;

    private static final long NEVER = Long.MAX_VALUE;

    /** Association.Max.Retrans (section 16). */
    private static final int MAX_ERRORS = 10;

    /** What {@link #send} answers. */
    public enum Sent {
        ACCEPTED,
        /** The bound of {@link SctpConfig#bufferBytes} is reached: try again when {@link #bufferedBytes} has gone down. */
        NO_ROOM,
        /** Longer than the peer takes, or empty: SCTP has no empty messages (RFC 8831 section 6.6). */
        BAD_LENGTH,
        /** The stream is being reset, its id is out of bounds, or the association is over. */
        CLOSED
    }

    private final SctpConfig config;
    private final SctpOutput output;
    private final SctpListener listener;
    private final DropCounters drops;
    private final Handshake handshake;
    private final PacketWriter packet;
    private final PacketReader reader = new PacketReader();
    private final ReconfigChunk reconfig = new ReconfigChunk();

    /** Accepted before the association is up. */
    private final List<Outgoing> early = new ArrayList<>(2);

    private final RetransmissionTimeout timeout = new RetransmissionTimeout();
    private AssociationState state = AssociationState.CLOSED;
    private int peerTag;
    private boolean zeroChecksum;
    private boolean wantsReset;
    private long nowNs;
    private @Nullable Cookie peer;
    private @Nullable Established live;

    /**
     * An association that waits for the peer, or for {@link #connect}.
     *
     * @param scratch {@link #MTU} bytes or more, the loop's: used only during calls
     */
    public Association(
            SctpConfig config,
            SctpOutput output,
            SctpListener listener,
            DropCounters drops,
            RandomGenerator random,
            byte[] scratch) {
        this.config = config;
        this.output = output;
        this.listener = listener;
        this.drops = drops;
        handshake = new Handshake(config, random);
        packet = new PacketWriter(scratch, 0, MTU);
    }

    public AssociationState state() {
        return state;
    }

    /** Begins from our end; the peer may do the same. */
    public void connect(long nowNs) {
        this.nowNs = nowNs;
        if (state == AssociationState.CLOSED) {
            state = AssociationState.COOKIE_WAIT;
            sendInit();
        }
    }

    private void sendInit() {
        handshake.writeInit(begin(0), nowNs);
        finish(false);
    }

    private PacketWriter begin(int tag) {
        return packet.begin(config.localPort(), config.remotePort(), tag);
    }

    /** INIT and COOKIE ECHO carry a checksum always: only then is agreed that none is needed (RFC 9653 section 5.2). */
    private void finish(boolean withoutChecksum) {
        int length = packet.finish(withoutChecksum);
        output.send(packet.buffer(), packet.offset(), length);
    }

    /**
     * Queues one message; it leaves with the next {@link #flush}.
     *
     * @param maxRetransmissions how often a lost part is sent again, negative for as often as it takes
     * @param expiresNs when it is not worth sending any more, monotonic; {@link Long#MAX_VALUE} for never
     * @param data not copied: must not change any more
     */
    public Sent send(
            int stream,
            int ppid,
            byte[] data,
            int off,
            int len,
            boolean unordered,
            int maxRetransmissions,
            long expiresNs) {
        if (state == AssociationState.ENDED || stream < 0 || stream >= config.streams()) {
            return Sent.CLOSED;
        }
        if (len <= 0 || (config.maxOutgoingBytes() > 0 && len > config.maxOutgoingBytes())) {
            return Sent.BAD_LENGTH;
        }
        if (bufferedBytes() + len > config.bufferBytes()) {
            return Sent.NO_ROOM;
        }
        Established l = live;
        if (l == null) {
            early.add(new Outgoing(
                    new OutgoingStream(stream), ppid, data, off, len, unordered, maxRetransmissions, expiresNs));
            return Sent.ACCEPTED;
        }
        OutgoingStream to = l.sender.queue().stream(stream);
        if (to.closing || stream >= l.streams) {
            return Sent.CLOSED;
        }
        l.sender.queue().add(new Outgoing(to, ppid, data, off, len, unordered, maxRetransmissions, expiresNs));
        return Sent.ACCEPTED;
    }

    /** Bytes accepted and not yet acknowledged or given up. */
    public int bufferedBytes() {
        Established l = live;
        if (l != null) {
            return l.sender.queue().bufferedBytes();
        }
        int bytes = 0;
        for (Outgoing message : early) {
            bytes += message.length;
        }
        return bytes;
    }

    /** The same for one stream. */
    public int bufferedBytes(int stream) {
        Established l = live;
        return l == null ? bufferedBytes() : l.sender.queue().stream(stream).bufferedBytes;
    }

    /** Closes one of our streams once everything queued on it is acknowledged (RFC 8831 section 6.7). */
    public void reset(int stream) {
        Established l = live;
        if (l != null) {
            l.sender.queue().stream(stream).closing = true;
            wantsReset = true;
        }
    }

    /** One packet out of DTLS. Never throws; what is bad is counted. Sends what it gives rise to. */
    public void onPacket(byte[] b, int off, int len, long nowNs) {
        this.nowNs = nowNs;
        if (state == AssociationState.ENDED) {
            drops.count(DropReason.PEER_CLOSED);
        } else if (!reader.wrap(b, off, len)
                || reader.destinationPort() != config.localPort()
                || reader.sourcePort() != config.remotePort()) {
            drops.count(DropReason.SCTP_MALFORMED);
        } else if (!isChecksumGood()) {
            drops.count(DropReason.SCTP_BAD_CHECKSUM);
        } else {
            readChunks();
        }
    }

    /** We say that we take packets without checksum, but for those that set up (RFC 9653 section 5.3). */
    private boolean isChecksumGood() {
        if (!reader.isChecksumZero()) {
            return reader.isChecksumRight();
        }
        boolean first = reader.next();
        int type = first ? reader.type() : -1;
        reader.rewind();
        return type != ChunkType.INIT || reader.isChecksumRight();
    }

    private void readChunks() {
        boolean first = true;
        while (state != AssociationState.ENDED && reader.next()) {
            int type = reader.type();
            if (type == ChunkType.INIT) {
                if (!first || !onInit()) {
                    drops.count(DropReason.SCTP_UNEXPECTED);
                }
                return; // an INIT comes alone (section 4.3)
            }
            if (reader.verificationTag() != expectedTag(type)) {
                drops.count(DropReason.SCTP_BAD_TAG);
                return;
            }
            first = false;
            if (!onChunk(type)) {
                break;
            }
        }
        if (reader.isBroken()) {
            drops.count(DropReason.SCTP_MALFORMED);
        }
        Established l = live;
        if (l != null) {
            l.heartbeat.heard(nowNs);
            l.receiver.onPacketEnd(nowNs);
            flush(nowNs);
        }
    }

    /** Section 8.5.1: an ABORT may come from an end that knows only our tag. */
    private int expectedTag(int type) {
        boolean reflects =
                (type == ChunkType.ABORT || type == ChunkType.SHUTDOWN_COMPLETE) && (reader.flags() & 1) != 0;
        return reflects ? peerTag : handshake.localTag();
    }

    private boolean onInit() {
        InitChunk init = InitChunk.read(reader);
        if (init == null || reader.verificationTag() != 0) {
            return false;
        }
        if (live != null && init.initiateTag() != peerTag) {
            return false; // a restart comes with a new DTLS connection, and so to a new association
        }
        handshake.writeInitAck(begin(init.initiateTag()), init);
        finish(false);
        return true;
    }

    /** One chunk that is rightly addressed; false if what follows it must not be read. */
    private boolean onChunk(int type) {
        switch (type) {
            case ChunkType.INIT_ACK -> onInitAck();
            case ChunkType.COOKIE_ECHO -> onCookieEcho();
            case ChunkType.COOKIE_ACK -> onCookieAck();
            case ChunkType.DATA, ChunkType.SACK, ChunkType.FORWARD_TSN -> onTransfer();
            case ChunkType.RE_CONFIG -> onReconfig();
            case ChunkType.HEARTBEAT -> onHeartbeat();
            case ChunkType.HEARTBEAT_ACK -> timeout.onRoundTrip(Heartbeat.roundTripNs(reader, nowNs));
            case ChunkType.ABORT -> end("the peer aborted, cause " + ErrorCause.of(reader));
            case ChunkType.SHUTDOWN -> onShutdown();
            case ChunkType.SHUTDOWN_ACK, ChunkType.SHUTDOWN_COMPLETE -> end("the peer shut down");
            case ChunkType.ERROR -> drops.count(DropReason.SCTP_UNEXPECTED);
            default -> {
                return onUnknown(type);
            }
        }
        return true;
    }

    private void onInitAck() {
        InitChunk ack = InitChunk.read(reader);
        if (state != AssociationState.COOKIE_WAIT || ack == null || !handshake.onInitAck(ack)) {
            drops.count(DropReason.SCTP_UNEXPECTED);
            return;
        }
        peer = Cookie.of(ack, config.streams());
        peerTag = ack.initiateTag();
        state = AssociationState.COOKIE_ECHOED;
        sendCookieEcho();
    }

    private void sendCookieEcho() {
        if (handshake.writeCookieEcho(begin(peerTag), nowNs)) {
            finish(false);
        } else {
            end("the peer's cookie is too long for a packet");
        }
    }

    private void onCookieEcho() {
        Cookie cookie = handshake.onCookieEcho(reader);
        if (cookie == null || (live != null && cookie.peerTag() != peerTag)) {
            drops.count(DropReason.SCTP_UNEXPECTED);
            return;
        }
        boolean fresh = live == null;
        peerTag = cookie.peerTag();
        begin(peerTag).chunk(ChunkType.COOKIE_ACK, 0).endChunk();
        finish(cookie.zeroChecksum());
        if (fresh) {
            establish(cookie);
        }
    }

    private void onCookieAck() {
        Cookie known = peer;
        if (state == AssociationState.COOKIE_ECHOED && known != null) {
            establish(known);
        }
    }

    private void establish(Cookie with) {
        state = AssociationState.ESTABLISHED;
        handshake.finish();
        peer = null;
        zeroChecksum = with.zeroChecksum();
        Established l = new Established(handshake, with, config, new Deliveries(), timeout, nowNs);
        live = l;
        SendQueue queue = l.sender.queue();
        for (Outgoing m : early) {
            queue.add(new Outgoing(
                    queue.stream(m.stream.id),
                    m.ppid,
                    m.data,
                    m.offset,
                    m.length,
                    m.unordered,
                    m.maxRetransmissions,
                    m.expiresNs));
        }
        early.clear();
        listener.onConnected(nowNs);
    }

    private void onTransfer() {
        Established l = live;
        if (l == null) {
            drops.count(DropReason.SCTP_UNEXPECTED);
            return;
        }
        DropReason dropped = l.onChunk(reader, nowNs);
        if (dropped == DropReason.SCTP_PROTOCOL_VIOLATION) {
            drops.count(dropped);
            sendAbort(ErrorCause.PROTOCOL_VIOLATION);
            end("the peer broke the protocol");
        } else if (dropped != null) {
            drops.count(dropped);
        }
    }

    private void onReconfig() {
        Established l = live;
        reconfig.wrap(reader);
        while (l != null && reconfig.next()) {
            if (reconfig.type() == ReconfigChunk.RESPONSE) {
                int[] done = l.reset.onResponse(reconfig, nowNs);
                if (done != null) {
                    l.sender.queue().reset(done);
                    listener.onReset(done, nowNs);
                }
            } else if (reconfig.type() == ReconfigChunk.OUTGOING_RESET
                    || reconfig.type() == ReconfigChunk.INCOMING_RESET) {
                onResetRequest(l);
            }
        }
    }

    private void onResetRequest(Established l) {
        int request = reconfig.requestSequence();
        StreamReset.Verdict verdict = l.reset.onRequest(reconfig, l.receiver.cumulativeTsn());
        int[] streams = verdict == StreamReset.Verdict.PERFORM ? StreamReset.streamsOf(reconfig) : new int[0];
        ReconfigChunk.writeResponse(begin(peerTag), request, l.reset.result());
        finish(zeroChecksum);
        if (verdict == StreamReset.Verdict.PERFORM) {
            l.receiver.reassembly().reset(streams);
            listener.onPeerReset(streams, nowNs);
        }
    }

    private void onHeartbeat() {
        if (live != null && reader.valueLength() <= MTU / 2) {
            begin(peerTag)
                    .chunk(ChunkType.HEARTBEAT_ACK, 0)
                    .put(reader.buffer(), reader.valueOffset(), reader.valueLength())
                    .endChunk();
            finish(zeroChecksum);
        }
    }

    private void onShutdown() {
        if (live != null) {
            begin(peerTag).chunk(ChunkType.SHUTDOWN_ACK, 0).endChunk();
            finish(zeroChecksum);
            end("the peer shut down");
        }
    }

    /** The two highest bits of a type say what to do about it (section 3.2). */
    private boolean onUnknown(int type) {
        drops.count(DropReason.SCTP_UNEXPECTED);
        if (live != null && (type & 0x40) != 0) {
            ErrorCause.writeUnrecognized(begin(peerTag), reader);
            finish(zeroChecksum);
        }
        return ChunkType.skipsWhenUnknown(type);
    }

    /** Sends what may go: acknowledgements that are due, lost chunks, new ones, resets. */
    public void flush(long nowNs) {
        this.nowNs = nowNs;
        Established l = live;
        if (l == null) {
            return;
        }
        for (boolean more = true; more; ) {
            begin(peerTag);
            l.receiver.fill(packet, !l.sender.isIdle());
            more = l.sender.fill(packet, nowNs);
            if (!packet.isEmpty()) {
                finish(zeroChecksum);
            }
        }
        askForResets(l);
    }

    private void askForResets(Established l) {
        if (!wantsReset || l.reset.isAsking()) {
            return;
        }
        int[] drained = l.sender.queue().drained(l.sender.acknowledgedTsn());
        if (drained.length > 0 && l.canReset) {
            l.reset.ask(begin(peerTag), drained, l.sender.nextTsn() - 1, nowNs);
            finish(zeroChecksum);
        }
        wantsReset = l.sender.queue().hasClosing();
    }

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        Established l = live;
        long next = state == AssociationState.ENDED ? NEVER : handshake.nextDeadlineNs();
        return l == null ? next : Math.min(next, l.nextDeadlineNs());
    }

    /** Does what is due: set-up again, retransmission, acknowledgement, resets, heartbeats. */
    public void onDeadline(long nowNs) {
        this.nowNs = nowNs;
        if (nowNs >= handshake.nextDeadlineNs()) {
            onHandshakeDeadline();
        }
        Established l = live;
        if (l == null) {
            return;
        }
        l.sender.onDeadline(nowNs);
        l.receiver.onDeadline(nowNs);
        if (nowNs >= l.reset.nextDeadlineNs()) {
            l.reset.repeat(begin(peerTag), nowNs);
            finish(zeroChecksum);
        }
        if (nowNs >= l.heartbeat.nextDeadlineNs()) {
            l.heartbeat.write(begin(peerTag), nowNs);
            finish(zeroChecksum);
        }
        if (l.errors() > MAX_ERRORS) {
            end("the peer does not answer");
            return;
        }
        flush(nowNs);
    }

    private void onHandshakeDeadline() {
        if (handshake.isHopeless()) {
            end("the peer does not answer");
        } else if (state == AssociationState.COOKIE_WAIT) {
            sendInit();
        } else if (state == AssociationState.COOKIE_ECHOED) {
            sendCookieEcho();
        }
    }

    /** Ends the association with an ABORT; the listener hears nothing more. */
    public void close() {
        if (live != null) {
            sendAbort(ErrorCause.USER_INITIATED);
        }
        state = AssociationState.ENDED;
        live = null;
        early.clear();
    }

    private void sendAbort(int cause) {
        ErrorCause.writeAbort(begin(peerTag), cause);
        finish(zeroChecksum);
    }

    private void end(String why) {
        state = AssociationState.ENDED;
        live = null;
        early.clear();
        listener.onClosed(why, nowNs);
    }

    /** Whole messages, to the listener. */
    private final class Deliveries implements Reassembly.Delivery {
        @Override
        public void message(int stream, int ppid, byte[] b, int off, int len) {
            if (state == AssociationState.ESTABLISHED) {
                listener.onMessage(stream, ppid, b, off, len, nowNs);
            }
        }

        @Override
        public void tooLong(int stream) {
            listener.onMessageTooLong(stream, nowNs);
        }
    }
}
