package dev.millrace.media.sctp;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.DataChunk;
import dev.millrace.media.sctp.wire.ForwardTsnChunk;
import dev.millrace.media.sctp.wire.PacketReader;
import dev.millrace.media.sctp.wire.SackChunk;
import org.jspecify.annotations.Nullable;

/** Both halves of an association, once the peer's numbers are known. */
final class Established {
    final Sender sender;
    final Receiver receiver;
    final StreamReset reset;
    final Heartbeat heartbeat;

    /** Streams the peer takes. */
    final int streams;

    /** Whether the peer understands stream reset. */
    final boolean canReset;

    private final DataChunk data = new DataChunk();
    private final SackChunk sack = new SackChunk();
    private final ForwardTsnChunk forward = new ForwardTsnChunk();

    Established(
            Handshake handshake,
            Cookie peer,
            SctpConfig config,
            Reassembly.Delivery delivery,
            RetransmissionTimeout timeout,
            long nowNs) {
        sender = new Sender(
                Tsn.first(handshake.localTsn()), peer.peerWindow(), peer.forwardTsn(), Association.MTU, timeout);
        receiver = new Receiver(Tsn.first(peer.peerTsn()), new Reassembly(delivery, config.maxIncomingBytes()), config);
        reset = new StreamReset(handshake.localTsn(), peer.peerTsn(), timeout);
        heartbeat = new Heartbeat(nowNs);
        streams = peer.streams();
        canReset = peer.reset();
    }

    /** DATA, SACK or FORWARD TSN; answers why it was dropped, or null. */
    @Nullable
    DropReason onChunk(PacketReader chunk, long nowNs) {
        return switch (chunk.type()) {
            case ChunkType.DATA -> data.wrap(chunk) ? receiver.onData(data) : DropReason.SCTP_MALFORMED;
            case ChunkType.SACK -> sack.wrap(chunk) ? sender.onSack(sack, nowNs) : DropReason.SCTP_MALFORMED;
            default -> forward.wrap(chunk) ? receiver.onForward(forward) : DropReason.SCTP_MALFORMED;
        };
    }

    long nextDeadlineNs() {
        return Math.min(
                Math.min(sender.nextDeadlineNs(), receiver.nextDeadlineNs()),
                Math.min(reset.nextDeadlineNs(), heartbeat.nextDeadlineNs()));
    }

    int errors() {
        return Math.max(sender.errors(), Math.max(reset.tries(), heartbeat.missed()));
    }
}
