package dev.millrace.media.send;

/**
 * What of one track waits for the pacer: packets that have a number but were not sent yet, which are a run of entries of
 * the sequencer, and numbers asked for again. Owned by one track sender; without memory of its own until something was
 * lost.
 */
final class SendQueue {
    /** Well within the sequencer's reach, so that what was sent before can still be asked for. */
    private static final int MAX_WAITING = 3 * Sequencer.VIDEO_ENTRIES / 4;

    /** More than a viewer on any connection worth the name asks for within the pacer's quarter of a second. */
    private static final int MAX_REPEATS = 256;

    private static final short[] NONE = {};

    private final Sequencer sequencer;
    private long first;
    private long last;
    private int waiting;
    private long waitingBytes;

    private short[] repeats = NONE;
    private int repeatsHead;
    private int repeatCount;

    SendQueue(Sequencer sequencer) {
        this.sequencer = sequencer;
    }

    boolean isEmpty() {
        return waiting == 0 && repeatCount == 0;
    }

    /** True if the packet of that number has to wait because an older one does. */
    boolean precedes(long out) {
        return waiting > 0 && out > first;
    }

    boolean isFull() {
        return waiting >= MAX_WAITING;
    }

    /** Packets not sent yet. */
    int waiting() {
        return waiting;
    }

    /** Packets not sent yet, and those to be sent again. */
    int size() {
        return waiting + repeatCount;
    }

    long waitingBytes() {
        return waitingBytes;
    }

    /** The packet just put into the sequencer waits. */
    void add(long out, int bytes) {
        sequencer.hold(out);
        first = waiting == 0 ? out : first;
        last = waiting == 0 ? out : Math.max(last, out);
        waiting++;
        waitingBytes += bytes;
    }

    /** Number of the oldest packet not sent yet; only if {@link #waiting} is not 0. */
    long first() {
        while (first < last && !sequencer.isHeld(first)) {
            first++;
        }
        return first;
    }

    /** The oldest leaves the queue. */
    void removeFirst(int bytes) {
        sequencer.release(first());
        first++;
        waiting--;
        waitingBytes = waiting == 0 ? 0 : Math.max(0, waitingBytes - bytes);
    }

    /**
     * Forgets all that was not sent yet, but for packets of that timestamp at its beginning.
     *
     * @param keep whether there is such a timestamp: of a frame already begun
     * @param sent the highest number that was sent
     * @return how many were forgotten
     */
    int forget(boolean keep, int timestamp, long sent) {
        int forgotten = 0;
        long kept = sent;
        boolean keeping = keep;
        for (long out = first; waiting > 0 && out <= last; out++) {
            if (!sequencer.isHeld(out)) {
                continue;
            }
            keeping &= sequencer.timestampOf(out) == timestamp;
            if (keeping) {
                kept = out;
            } else {
                sequencer.forget(out);
                forgotten++;
            }
        }
        if (forgotten > 0) {
            waitingBytes = waitingBytes * (waiting - forgotten) / waiting;
            waiting -= forgotten;
            last = kept;
            sequencer.rewind(kept);
        }
        return forgotten;
    }

    boolean hasRepeats() {
        return repeatCount > 0;
    }

    /** That number is to be sent again; false if too many are. */
    boolean repeat(int sequence16) {
        if (repeatCount == MAX_REPEATS) {
            return false;
        }
        if (repeats.length == 0) {
            repeats = new short[MAX_REPEATS];
        }
        repeats[(repeatsHead + repeatCount++) % MAX_REPEATS] = (short) sequence16;
        return true;
    }

    /** The number to be sent again next. */
    int nextRepeat() {
        int sequence16 = repeats[repeatsHead] & 0xffff;
        repeatsHead = (repeatsHead + 1) % MAX_REPEATS;
        repeatCount--;
        return sequence16;
    }

    void forgetRepeats() {
        repeatCount = 0;
    }
}
