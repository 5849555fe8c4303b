package dev.millrace.media.rtp.rtcp;

import dev.millrace.media.rtp.BigEndian;

/**
 * Builds a {@link TransportFeedback} from packets in order of their transport-wide sequence numbers.
 *
 * <p>Gaps between the numbers, and between the base and the first, are reported as lost. When {@link #add} answers false
 * the message is full: finish it and begin the next with that packet. Reusable, allocates nothing, owned by one thread.
 */
public final class TransportFeedbackWriter {
    /** More than 100 ms of any stream; a publisher that skips more numbers than this gets several messages. */
    private static final int MAX_STATUSES = 2048;

    private static final int MAX_RUN = 0x1fff;
    private static final int ONE_BIT_SYMBOLS = 14;
    private static final int TWO_BIT_SYMBOLS = 7;

    private final byte[] symbols = new byte[MAX_STATUSES];
    private final short[] deltas = new short[MAX_STATUSES];
    private byte[] buffer = new byte[0];
    private int offset;
    private int maxLength;
    private int baseSequenceNumber;
    private int count;
    private int deltaCount;
    private int deltaBytes;
    private long lastTicks;
    private int at;

    /**
     * Begins a message of at most {@code maxLength} bytes.
     *
     * @param baseSequenceNumber the first number to report on, received or not
     * @param feedbackCount goes up by one for each message, modulo 256
     */
    public TransportFeedbackWriter begin(
            byte[] b,
            int off,
            int maxLength,
            int senderSsrc,
            int mediaSsrc,
            int baseSequenceNumber,
            int feedbackCount) {
        Feedback.write(b, off, RtcpReader.TRANSPORT_FEEDBACK, TransportFeedback.FORMAT, 0, senderSsrc, mediaSsrc);
        buffer = b;
        offset = off;
        this.maxLength = maxLength;
        this.baseSequenceNumber = baseSequenceNumber & 0xffff;
        count = 0;
        deltaCount = 0;
        deltaBytes = 0;
        BigEndian.put16(b, off + 12, baseSequenceNumber);
        b[off + 19] = (byte) feedbackCount;
        return this;
    }

    /**
     * Reports a packet as received.
     *
     * @param sequenceNumber after the one before
     * @param arrivalNs on any clock that never goes back; before the arrival of the one before is fine
     * @return false, and nothing is changed, if the message cannot hold it
     */
    public boolean add(int sequenceNumber, long arrivalNs) {
        int gap = (sequenceNumber - baseSequenceNumber - count) & 0xffff;
        long ticks = Math.floorDiv(arrivalNs, TransportFeedback.TICK_NS);
        long reference = Math.floorDiv(ticks, (long) TransportFeedback.TICKS_PER_REFERENCE);
        long before = deltaCount == 0 ? reference * TransportFeedback.TICKS_PER_REFERENCE : lastTicks;
        long delta = ticks - before;
        int symbol = delta >= 0 && delta <= 0xff ? TransportFeedback.SMALL_DELTA : TransportFeedback.LARGE_DELTA;
        if (delta != (short) delta || gap >= MAX_STATUSES - count || !fits(count + gap + 1, deltaBytes + symbol)) {
            return false;
        }
        if (deltaCount == 0) {
            BigEndian.put24(buffer, offset + 16, (int) reference);
        }
        for (int i = 0; i < gap; i++) {
            symbols[count++] = TransportFeedback.LOST;
        }
        symbols[count++] = (byte) symbol;
        deltas[deltaCount++] = (short) delta;
        deltaBytes += symbol;
        lastTicks = ticks;
        return true;
    }

    /** Two-bit chunks for all are the worst case. */
    private boolean fits(int statuses, int bytesOfDeltas) {
        int chunkBytes = 2 * ((statuses + TWO_BIT_SYMBOLS - 1) / TWO_BIT_SYMBOLS);
        return ((TransportFeedback.HEAD_LENGTH + chunkBytes + bytesOfDeltas + 3) & ~3) <= maxLength;
    }

    /** The message's length, or 0 if no packet was added. */
    public int finish() {
        if (deltaCount == 0) {
            return 0;
        }
        BigEndian.put16(buffer, offset + 14, count);
        at = offset + TransportFeedback.HEAD_LENGTH;
        int done = 0;
        while (done < count) {
            done += writeChunk(done);
        }
        writeDeltas();
        while ((at - offset & 3) != 0) {
            buffer[at++] = 0;
        }
        int length = at - offset;
        BigEndian.put16(buffer, offset + 2, length / 4 - 1);
        return length;
    }

    /** Writes the chunk that covers most from {@code from} on; answers how many symbols that is. */
    private int writeChunk(int from) {
        int left = count - from;
        int run = 1;
        while (run < left && run < MAX_RUN && symbols[from + run] == symbols[from]) {
            run++;
        }
        int narrow = 0;
        while (narrow < left && narrow < ONE_BIT_SYMBOLS && symbols[from + narrow] != TransportFeedback.LARGE_DELTA) {
            narrow++;
        }
        boolean oneBit = narrow == Math.min(left, ONE_BIT_SYMBOLS);
        int vector = Math.min(left, oneBit ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS);
        if (run >= vector) {
            putChunk(symbols[from] << 13 | run);
            return run;
        }
        int word = oneBit ? 0x8000 : 0xc000;
        for (int i = 0; i < vector; i++) {
            word |= symbols[from + i] << (oneBit ? 13 - i : 2 * (6 - i));
        }
        putChunk(word);
        return vector;
    }

    private void putChunk(int word) {
        BigEndian.put16(buffer, at, word);
        at += 2;
    }

    private void writeDeltas() {
        int delta = 0;
        for (int i = 0; i < count; i++) {
            if (symbols[i] == TransportFeedback.SMALL_DELTA) {
                buffer[at++] = (byte) deltas[delta++];
            } else if (symbols[i] == TransportFeedback.LARGE_DELTA) {
                BigEndian.put16(buffer, at, deltas[delta++]);
                at += 2;
            }
        }
    }
}
