package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.SequenceUnwrapper;
import dev.millrace.media.rtp.TimestampUnwrapper;

/**
 * Puts the packets of one RTP source in order and waits a little for those that are missing (RFC 3550 appendix A.1 for
 * sequence numbers that jump).
 *
 * <p>A packet that comes in order passes without being copied. Owned by one thread, told the time; its slots are reused.
 */
public final class ReorderBuffer {
    /** At 1,100 bytes a packet 4.5 Mb, or 180 ms of a stream of 25 Mb/s; a power of two. */
    static final int CAPACITY = 512;

    /** RFC 3550's MAX_DROPOUT: farther ahead is another sequence, not a loss. */
    private static final int MAX_DROPOUT = 3000;

    /** So many old packets one after the other are a source that began anew. */
    private static final int OLD_IN_A_ROW = 64;

    /** Ethernet's; slots for longer payloads grow. */
    private static final int USUAL_PAYLOAD_BYTES = 1500;

    private final long patienceNs;
    private final PayloadSink sink;
    private final DropCounters drops;
    private final Slot[] slots = new Slot[CAPACITY];
    private final SequenceUnwrapper sequences = new SequenceUnwrapper();
    private final TimestampUnwrapper times = new TimestampUnwrapper();
    private long expected = -1;
    private int stored;
    private int oldInARow;
    private long lost;

    /** @param patienceNs how long a missing packet is waited for, counted from the first one after it */
    public ReorderBuffer(long patienceNs, PayloadSink sink, DropCounters drops) {
        this.patienceNs = patienceNs;
        this.sink = sink;
        this.drops = drops;
    }

    /** A packet came in; its bytes are copied if it has to wait. */
    public void onPacket(int sequenceNumber, int timestamp, boolean marker, byte[] b, int off, int len, long nowNs) {
        long sequence = sequences.unwrap(sequenceNumber);
        if (expected < 0) {
            expected = sequence;
        } else if (sequence < expected) {
            onOld(sequence, nowNs);
            return;
        }
        oldInARow = 0;
        if (sequence - expected >= CAPACITY) {
            makeRoom(sequence, nowNs);
        }
        if (sequence == expected) {
            expected++;
            sink.onPayload(times.unwrap(timestamp), marker, b, off, len, nowNs);
            drain();
        } else {
            store(sequence, timestamp, marker, b, off, len, nowNs);
        }
    }

    private void onOld(long sequence, long nowNs) {
        drops.count(expected - sequence <= CAPACITY ? DropReason.RTP_DUPLICATE : DropReason.RTP_TOO_OLD);
        if (++oldInARow >= OLD_IN_A_ROW) {
            restart(nowNs);
        }
    }

    /** What is farther ahead than the buffer is long pushes out what waits; much farther, and all begins anew. */
    private void makeRoom(long sequence, long nowNs) {
        if (sequence - expected > MAX_DROPOUT) {
            restart(nowNs);
            sequences.unwrap((int) sequence);
            expected = sequences.highest();
            return;
        }
        while (sequence - expected >= CAPACITY) {
            skipGap(sequence - CAPACITY + 1, nowNs);
        }
    }

    /** Forgets what waits; the next packet is the first. */
    private void restart(long nowNs) {
        lose(Math.max(1, stored), nowNs);
        for (Slot slot : slots) {
            if (slot != null) {
                slot.sequence = -1;
            }
        }
        stored = 0;
        oldInARow = 0;
        expected = -1;
        sequences.reset();
    }

    private void store(long sequence, int timestamp, boolean marker, byte[] b, int off, int len, long nowNs) {
        int at = (int) sequence & (CAPACITY - 1);
        Slot slot = slots[at];
        if (slot == null) {
            slot = new Slot();
            slots[at] = slot;
        }
        if (slot.sequence == sequence) {
            drops.count(DropReason.RTP_DUPLICATE);
            return;
        }
        slot.fill(sequence, timestamp, marker, b, off, len, nowNs);
        stored++;
    }

    private void drain() {
        while (stored > 0) {
            Slot slot = slots[(int) expected & (CAPACITY - 1)];
            if (slot == null || slot.sequence != expected) {
                return;
            }
            slot.sequence = -1;
            stored--;
            expected++;
            sink.onPayload(times.unwrap(slot.timestamp), slot.marker, slot.bytes, 0, slot.length, slot.arrivalNs);
        }
    }

    /** Gives up what is missing before the first that waits, or all before {@code limit}. */
    private void skipGap(long limit, long nowNs) {
        long from = expected;
        while (expected < limit && !waits(expected)) {
            expected++;
        }
        if (expected > from) {
            lose(expected - from, nowNs);
        }
        drain();
    }

    private void lose(long packets, long nowNs) {
        lost += packets;
        sink.onLost(packets, nowNs);
    }

    private boolean waits(long sequence) {
        Slot slot = slots[(int) sequence & (CAPACITY - 1)];
        return slot != null && slot.sequence == sequence;
    }

    /** Gives up what was waited for too long. */
    public void onDeadline(long nowNs) {
        while (nowNs >= nextDeadlineNs()) {
            skipGap(expected + CAPACITY, nowNs);
        }
    }

    /** When {@link #onDeadline} wants to be called, or {@link Long#MAX_VALUE}. */
    public long nextDeadlineNs() {
        if (stored == 0) {
            return Long.MAX_VALUE;
        }
        long oldestNs = Long.MAX_VALUE;
        for (long at = expected; at < expected + CAPACITY; at++) {
            if (waits(at)) {
                oldestNs = slots[(int) at & (CAPACITY - 1)].arrivalNs;
                break;
            }
        }
        return oldestNs == Long.MAX_VALUE ? oldestNs : oldestNs + patienceNs;
    }

    /** Packets given up since the start. */
    public long lost() {
        return lost;
    }

    /** A copy of one packet that waits. */
    private static final class Slot {
        long sequence = -1;
        int timestamp;
        boolean marker;
        byte[] bytes = new byte[USUAL_PAYLOAD_BYTES];
        int length;
        long arrivalNs;

        void fill(long number, int time, boolean mark, byte[] b, int off, int len, long nowNs) {
            sequence = number;
            timestamp = time;
            marker = mark;
            bytes = bytes.length < len ? new byte[len] : bytes;
            System.arraycopy(b, off, bytes, 0, len);
            length = len;
            arrivalNs = nowNs;
        }
    }
}
