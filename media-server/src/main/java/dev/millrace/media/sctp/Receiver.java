package dev.millrace.media.sctp;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sctp.wire.DataChunk;
import dev.millrace.media.sctp.wire.ForwardTsnChunk;
import dev.millrace.media.sctp.wire.PacketWriter;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of an association: numbers, acknowledgements, messages (RFC 9260 section 6.2, RFC 3758). Owned by
 * the association.
 */
final class Receiver {
    private static final long NEVER = Long.MAX_VALUE;

    /** At most 500 ms by section 6.2, and 200 ms is the custom; media paths have shorter round trips. */
    private static final long DELAY_NS = 100_000_000L;

    /** Every second packet (section 6.2). */
    private static final int PACKETS_A_SACK = 2;

    private final ReceivedTsns tsns;
    private final Reassembly reassembly;
    private final int windowBytes;
    private final int maxStreams;
    private int unacknowledged;
    private boolean sawData;
    private boolean acknowledgeNow;
    private long acknowledgeAtNs = NEVER;

    Receiver(long firstTsn, Reassembly reassembly, SctpConfig config) {
        tsns = new ReceivedTsns(firstTsn);
        this.reassembly = reassembly;
        windowBytes = config.receiveWindowBytes();
        maxStreams = config.streams();
    }

    long cumulativeTsn() {
        return tsns.cumulative();
    }

    Reassembly reassembly() {
        return reassembly;
    }

    /** One DATA chunk; answers why it was dropped, or null. */
    @Nullable
    DropReason onData(DataChunk chunk) {
        sawData = true;
        long tsn = Tsn.unwrap(chunk.tsn(), tsns.cumulative());
        acknowledgeNow |= chunk.isImmediate();
        boolean full = reassembly.heldBytes() + chunk.dataLength() > windowBytes;
        if (full && tsn != tsns.cumulative() + 1 && !tsns.has(tsn)) {
            acknowledgeNow = true;
            return DropReason.SCTP_WINDOW_FULL;
        }
        ReceivedTsns.Seen seen = tsns.see(tsn);
        acknowledgeNow |= seen != ReceivedTsns.Seen.NEW || tsns.hasGaps();
        return switch (seen) {
            case DUPLICATE -> DropReason.SCTP_DUPLICATE;
            case UNWANTED -> DropReason.SCTP_WINDOW_FULL;
            case NEW -> {
                if (chunk.stream() >= maxStreams) {
                    yield DropReason.SCTP_BAD_STREAM;
                }
                yield reassembly.add(chunk, tsn) ? null : DropReason.SCTP_PROTOCOL_VIOLATION;
            }
        };
    }

    /** A FORWARD TSN; answers why it was dropped, or null. */
    @Nullable
    DropReason onForward(ForwardTsnChunk chunk) {
        acknowledgeNow = true;
        long cumulative = Tsn.unwrap(chunk.newCumulativeTsn(), tsns.cumulative());
        for (int i = 0; i < chunk.skipped(); i++) {
            if (chunk.stream(i) >= maxStreams) {
                return DropReason.SCTP_BAD_STREAM;
            }
        }
        if (!tsns.skipTo(cumulative)) {
            return null; // said before
        }
        return reassembly.skip(cumulative, chunk) ? null : DropReason.SCTP_PROTOCOL_VIOLATION;
    }

    /** All chunks of a packet were read. */
    void onPacketEnd(long nowNs) {
        if (!sawData) {
            return;
        }
        sawData = false;
        unacknowledged++;
        acknowledgeNow |= unacknowledged >= PACKETS_A_SACK;
        if (!acknowledgeNow && acknowledgeAtNs == NEVER) {
            acknowledgeAtNs = nowNs + DELAY_NS;
        }
    }

    long nextDeadlineNs() {
        return acknowledgeAtNs;
    }

    void onDeadline(long nowNs) {
        acknowledgeNow |= nowNs >= acknowledgeAtNs;
    }

    /** Writes the acknowledgement if one is due, or if {@code along} other chunks one comes cheap. */
    void fill(PacketWriter packet, boolean along) {
        if (acknowledgeNow || (along && unacknowledged > 0)) {
            acknowledgeNow = false;
            unacknowledged = 0;
            acknowledgeAtNs = NEVER;
            tsns.write(packet, Math.max(0, windowBytes - reassembly.heldBytes()));
        }
    }
}
