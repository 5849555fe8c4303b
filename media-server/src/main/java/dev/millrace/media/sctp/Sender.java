package dev.millrace.media.sctp;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sctp.SentChunk.State;
import dev.millrace.media.sctp.wire.DataChunk;
import dev.millrace.media.sctp.wire.ForwardTsnChunk;
import dev.millrace.media.sctp.wire.PacketWriter;
import dev.millrace.media.sctp.wire.SackChunk;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of an association: messages to chunks, congestion control, retransmission, giving up
 * (RFC 9260 sections 6 and 7, RFC 3758). Owned by the association.
 */
final class Sender {
    private static final long NEVER = Long.MAX_VALUE;

    /** Section 7.2.4. */
    private static final int MISSING_TO_BE_LOST = 3;

    /** A fragment smaller than that waits for the next packet rather than fill this one up. */
    private static final int LEAST_FRAGMENT_BYTES = 128;

    /** Streams a FORWARD TSN may name in one packet. */
    private static final int MAX_SKIPPED = 200;

    private final SendQueue queue = new SendQueue();
    private final Outstanding outstanding;
    private final CongestionWindow window;
    private final RetransmissionTimeout timeout;
    private final boolean forwardTsn;
    private final int mtu;
    private long peerWindow;
    private long retransmitAtNs = NEVER;
    private long lastSentNs;
    private boolean fastRetransmit;
    private boolean owesForward;
    private int errors;

    Sender(long firstTsn, long peerWindow, boolean forwardTsn, int mtu, RetransmissionTimeout timeout) {
        outstanding = new Outstanding(firstTsn);
        window = new CongestionWindow(mtu);
        this.peerWindow = peerWindow;
        this.forwardTsn = forwardTsn;
        this.mtu = mtu;
        this.timeout = timeout;
    }

    SendQueue queue() {
        return queue;
    }

    /** Timeouts in a row without a word about our data. */
    int errors() {
        return errors;
    }

    long acknowledgedTsn() {
        return outstanding.acknowledged();
    }

    long nextTsn() {
        return outstanding.nextTsn();
    }

    boolean isIdle() {
        return outstanding.isEmpty() && queue.peek() == null;
    }

    long nextDeadlineNs() {
        return retransmitAtNs;
    }

    /** T3-rtx: everything in flight counts as lost (section 6.3.3). */
    void onDeadline(long nowNs) {
        if (nowNs < retransmitAtNs) {
            return;
        }
        errors++;
        timeout.onTimeout();
        window.onTimeout();
        long first = outstanding.acknowledged() + 1;
        for (long tsn = first; tsn < outstanding.nextTsn(); tsn++) {
            SentChunk chunk = outstanding.get(tsn);
            // The first one can only be acknowledged and still here if the peer threw it away again.
            if (chunk.state == State.IN_FLIGHT || (tsn == first && chunk.state == State.ACKNOWLEDGED)) {
                outstanding.become(chunk, State.LOST);
            }
        }
        fastRetransmit = true; // one packet may go, whatever the window
        owesForward = outstanding.abandonedUpTo() > outstanding.acknowledged();
        retransmitAtNs = outstanding.isEmpty() ? NEVER : nowNs + timeout.timeoutNs();
    }

    /** Fills a packet with what may go now; true if anything went in. */
    boolean fill(PacketWriter packet, long nowNs) {
        expire(nowNs);
        int room = packet.room();
        if (owesForward) {
            writeForward(packet);
        }
        fillLost(packet, nowNs);
        fillNew(packet, nowNs);
        boolean wrote = packet.room() != room;
        if (wrote) {
            lastSentNs = nowNs;
        }
        if (!outstanding.isEmpty() && retransmitAtNs == NEVER) {
            retransmitAtNs = nowNs + timeout.timeoutNs();
        }
        return wrote;
    }

    private void fillLost(PacketWriter packet, long nowNs) {
        boolean fast = fastRetransmit;
        for (SentChunk chunk = outstanding.firstLost(); chunk != null; chunk = outstanding.firstLost()) {
            boolean fits = packet.room() >= DataChunk.FIELD_BYTES + chunk.length;
            if (!fits || !(fast || outstanding.inFlightBytes() + chunk.length <= window.bytes())) {
                break;
            }
            fastRetransmit = false;
            outstanding.become(chunk, State.IN_FLIGHT);
            chunk.transmissions++;
            chunk.missing = 0;
            chunk.resentBefore = outstanding.nextTsn();
            chunk.sentNs = nowNs;
            write(packet, chunk);
            if (chunk.tsn == outstanding.acknowledged() + 1) {
                retransmitAtNs = nowNs + timeout.timeoutNs();
            }
        }
    }

    private void fillNew(PacketWriter packet, long nowNs) {
        if (outstanding.hasLost()) {
            return;
        }
        for (Outgoing message = queue.peek(); message != null; message = queue.peek()) {
            int room = packet.room() - DataChunk.FIELD_BYTES;
            int length = Math.min(room, message.left());
            boolean crumb = length < message.left() && length < LEAST_FRAGMENT_BYTES;
            if (length <= 0 || crumb || !mayFly(length)) {
                return;
            }
            if (outstanding.isEmpty() && nowNs - lastSentNs > timeout.timeoutNs()) {
                window.onIdle();
            }
            SentChunk chunk = cut(message, length, nowNs);
            outstanding.add(chunk);
            message.stream.lastTsn = chunk.tsn;
            write(packet, chunk);
            if (message.left() == 0) {
                queue.remove();
            }
        }
    }

    /** Section 6.1 rules A and B; with nothing in flight one chunk may always go, as a window probe. */
    private boolean mayFly(int length) {
        int inFlight = outstanding.inFlightBytes();
        return inFlight == 0 || (inFlight + length <= window.bytes() && inFlight + length <= peerWindow);
    }

    private SentChunk cut(Outgoing message, int length, long nowNs) {
        int flags = message.unordered ? DataChunk.UNORDERED : 0;
        if (message.sent == 0) {
            flags |= DataChunk.BEGIN;
            if (!message.unordered) {
                message.streamSequence = message.stream.nextSequence++ & 0xffff;
            }
        }
        int offset = message.offset + message.sent;
        message.sent += length;
        if (message.left() == 0) {
            flags |= DataChunk.END;
        }
        return new SentChunk(message, outstanding.nextTsn(), flags, offset, length, nowNs);
    }

    private static void write(PacketWriter packet, SentChunk chunk) {
        Outgoing m = chunk.message;
        DataChunk.write(
                packet,
                chunk.flags,
                (int) chunk.tsn,
                m.stream.id,
                m.unordered ? 0 : m.streamSequence,
                m.ppid,
                m.data,
                chunk.offset,
                chunk.length);
    }

    /** Takes a SACK; answers why it was dropped, or null. */
    @Nullable
    DropReason onSack(SackChunk sack, long nowNs) {
        long acknowledged = outstanding.acknowledged();
        long cumulative = Tsn.unwrap(sack.cumulativeTsn(), acknowledged);
        if (cumulative < acknowledged) {
            return null; // overtaken by a later one
        }
        if (cumulative >= outstanding.nextTsn() || !gapsAreOurs(sack, cumulative)) {
            return DropReason.SCTP_FORGED_ACK;
        }
        int inFlightBefore = outstanding.inFlightBytes();
        boolean full = inFlightBefore + mtu > window.bytes();
        int bytes = takeCumulative(cumulative, nowNs);
        boolean advanced = cumulative > acknowledged;
        long highestNew = takeGaps(sack, cumulative, nowNs);
        int progress = bytes + Math.max(0, inFlightBefore - bytes - outstanding.inFlightBytes());
        if (advanced) {
            errors = 0;
            window.onAcknowledged(progress, full, cumulative);
            retransmitAtNs = outstanding.isEmpty() ? NEVER : nowNs + timeout.timeoutNs();
        }
        if (sack.gaps() > 0) {
            noteMissing(advanced && window.isRecovering() ? highestGap(sack, cumulative) : highestNew);
        }
        peerWindow = sack.receiverWindow();
        if (peerWindow == 0) {
            errors = 0; // it lives and has no room: probes of its window are no errors (section 6.1)
        }
        owesForward = outstanding.abandonedUpTo() > cumulative;
        return null;
    }

    private boolean gapsAreOurs(SackChunk sack, long cumulative) {
        for (int i = 0; i < sack.gaps(); i++) {
            boolean backwards = sack.gapStart(i) < 1 || sack.gapEnd(i) < sack.gapStart(i);
            if (backwards || cumulative + sack.gapEnd(i) >= outstanding.nextTsn()) {
                return false;
            }
        }
        return true;
    }

    private static long highestGap(SackChunk sack, long cumulative) {
        long highest = cumulative;
        for (int i = 0; i < sack.gaps(); i++) {
            highest = Math.max(highest, cumulative + sack.gapEnd(i));
        }
        return highest;
    }

    /** Answers the bytes that were in flight and are acknowledged now. */
    private int takeCumulative(long cumulative, long nowNs) {
        int bytes = 0;
        while (outstanding.acknowledged() < cumulative) {
            SentChunk chunk = outstanding.get(outstanding.acknowledged() + 1);
            bytes += chunk.state == State.IN_FLIGHT || chunk.state == State.LOST ? chunk.length : 0;
            sample(chunk, nowNs);
            outstanding.removeFirst();
            if (!chunk.message.abandoned) {
                queue.release(chunk.message.stream, chunk.length);
            }
        }
        return bytes;
    }

    private long takeGaps(SackChunk sack, long cumulative, long nowNs) {
        long highest = -1;
        for (int i = 0; i < sack.gaps(); i++) {
            for (long tsn = cumulative + sack.gapStart(i); tsn <= cumulative + sack.gapEnd(i); tsn++) {
                SentChunk chunk = outstanding.get(tsn);
                if (chunk.state == State.IN_FLIGHT || chunk.state == State.LOST) {
                    sample(chunk, nowNs);
                    outstanding.become(chunk, State.ACKNOWLEDGED);
                    highest = Math.max(highest, tsn);
                }
            }
        }
        return highest;
    }

    /** Karn: a chunk sent twice tells nothing about the round trip. */
    private void sample(SentChunk chunk, long nowNs) {
        if (chunk.transmissions == 1 && chunk.state == State.IN_FLIGHT) {
            timeout.onRoundTrip(nowNs - chunk.sentNs);
        }
    }

    /**
     * Everything in flight before the highest newly acknowledged chunk was reported missing once more; a chunk that was
     * sent again only by what left after it, or each round trip's worth of acknowledgements would send it again.
     */
    private void noteMissing(long highest) {
        for (long tsn = outstanding.acknowledged() + 1; tsn < highest; tsn++) {
            SentChunk chunk = outstanding.get(tsn);
            if (chunk.state == State.IN_FLIGHT
                    && highest >= chunk.resentBefore
                    && ++chunk.missing >= MISSING_TO_BE_LOST) {
                outstanding.become(chunk, State.LOST);
                fastRetransmit |= window.onLoss(outstanding.nextTsn() - 1);
            }
        }
    }

    /** Gives up what is past its time or its number of tries (RFC 3758 section 3.5, RFC 7496). */
    private void expire(long nowNs) {
        for (Outgoing message = queue.peek();
                message != null && message.sent == 0 && isHopeless(message, nowNs, 0);
                message = queue.peek()) {
            message.abandoned = true;
            queue.release(message.stream, message.length);
            queue.remove();
        }
        Outgoing begun = queue.peek();
        if (begun != null && begun.sent > 0 && isHopeless(begun, nowNs, 0)) {
            abandon(begun);
        }
        if (!outstanding.hasLost()) {
            return;
        }
        for (long tsn = outstanding.acknowledged() + 1; tsn < outstanding.nextTsn(); tsn++) {
            SentChunk chunk = outstanding.get(tsn);
            if (chunk.state == State.LOST && isHopeless(chunk.message, nowNs, chunk.transmissions)) {
                abandon(chunk.message);
            }
        }
    }

    private boolean isHopeless(Outgoing message, long nowNs, int transmissions) {
        if (!forwardTsn) {
            return false;
        }
        boolean tooOften = message.maxRetransmissions >= 0 && transmissions > message.maxRetransmissions;
        return tooOften || nowNs >= message.expiresNs;
    }

    private void abandon(Outgoing message) {
        if (message.abandoned) {
            return;
        }
        message.abandoned = true;
        int unacknowledged = 0;
        for (long tsn = outstanding.acknowledged() + 1; tsn < outstanding.nextTsn(); tsn++) {
            SentChunk chunk = outstanding.get(tsn);
            if (chunk.message == message) {
                unacknowledged += chunk.length;
                if (chunk.state != State.ACKNOWLEDGED) {
                    outstanding.become(chunk, State.ABANDONED);
                }
            }
        }
        queue.release(message.stream, unacknowledged + message.left());
        if (message.left() > 0) {
            // The peer may have all chunks so far: an end it never gets keeps the next message apart from this one.
            SentChunk end = new SentChunk(message, outstanding.nextTsn(), DataChunk.END, message.offset, 0, 0);
            end.state = State.ABANDONED;
            outstanding.add(end);
            message.stream.lastTsn = end.tsn;
            queue.remove();
        }
        owesForward = outstanding.abandonedUpTo() > outstanding.acknowledged();
    }

    private void writeForward(PacketWriter packet) {
        owesForward = false;
        long upTo = outstanding.abandonedUpTo();
        if (upTo <= outstanding.acknowledged()) {
            return;
        }
        Map<Integer, Integer> skipped = new TreeMap<>();
        for (long tsn = outstanding.acknowledged() + 1; tsn <= upTo; tsn++) {
            Outgoing message = outstanding.get(tsn).message;
            if (!message.unordered) {
                skipped.put(message.stream.id, message.streamSequence);
            }
        }
        if (skipped.size() > Math.min(MAX_SKIPPED, (packet.room() - 4) / 4)) {
            owesForward = true; // in a packet of its own
            return;
        }
        ForwardTsnChunk.begin(packet, (int) upTo);
        skipped.forEach((stream, sequence) -> packet.put16(stream).put16(sequence));
        packet.endChunk();
    }
}
