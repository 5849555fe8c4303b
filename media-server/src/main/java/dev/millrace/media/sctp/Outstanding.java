package dev.millrace.media.sctp;

import org.jspecify.annotations.Nullable;

/** The chunks that are sent and not cumulatively acknowledged, in the order of their numbers. */
final class Outstanding {
    private static final SentChunk[] NONE = {};
    private static final int SMALLEST = 16;

    /** Above it the ring is let go when it runs empty: most associations talk little. */
    private static final int KEPT = 64;

    private @Nullable SentChunk[] ring = NONE;
    private int size;
    private long next;
    private int inFlightBytes;
    private int lost;

    Outstanding(long firstTsn) {
        next = firstTsn;
    }

    /** The number the next chunk gets. */
    long nextTsn() {
        return next;
    }

    /** The last number the peer acknowledged with all before it. */
    long acknowledged() {
        return next - size - 1;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int inFlightBytes() {
        return inFlightBytes;
    }

    boolean hasLost() {
        return lost > 0;
    }

    void add(SentChunk chunk) {
        if (size == ring.length) {
            grow();
        }
        ring[(int) next & (ring.length - 1)] = chunk;
        next++;
        size++;
        if (chunk.state == SentChunk.State.IN_FLIGHT) {
            inFlightBytes += chunk.length;
        }
    }

    private void grow() {
        SentChunk[] larger = new SentChunk[Math.max(SMALLEST, 2 * ring.length)];
        for (long tsn = next - size; tsn < next; tsn++) {
            larger[(int) tsn & (larger.length - 1)] = get(tsn);
        }
        ring = larger;
    }

    /** The chunk of that number, which must be outstanding. */
    SentChunk get(long tsn) {
        SentChunk chunk = ring[(int) tsn & (ring.length - 1)];
        if (chunk == null) {
            throw new IllegalStateException("no chunk " + tsn);
        }
        return chunk;
    }

    /** Takes the first one out: it is cumulatively acknowledged. */
    SentChunk removeFirst() {
        long tsn = next - size;
        SentChunk chunk = get(tsn);
        become(chunk, SentChunk.State.ACKNOWLEDGED);
        ring[(int) tsn & (ring.length - 1)] = null;
        size--;
        if (size == 0 && ring.length > KEPT) {
            ring = NONE;
        }
        return chunk;
    }

    /** Changes a chunk's state, and what counts as in flight with it. */
    void become(SentChunk chunk, SentChunk.State state) {
        inFlightBytes -= chunk.state == SentChunk.State.IN_FLIGHT ? chunk.length : 0;
        lost -= chunk.state == SentChunk.State.LOST ? 1 : 0;
        chunk.state = state;
        inFlightBytes += state == SentChunk.State.IN_FLIGHT ? chunk.length : 0;
        lost += state == SentChunk.State.LOST ? 1 : 0;
    }

    /** The first chunk to be sent again, null if none. */
    @Nullable
    SentChunk firstLost() {
        if (lost == 0) {
            return null;
        }
        for (long tsn = next - size; tsn < next; tsn++) {
            SentChunk chunk = get(tsn);
            if (chunk.state == SentChunk.State.LOST) {
                return chunk;
            }
        }
        throw new IllegalStateException(lost + " chunks lost, none found");
    }

    /** How far the peer may be told to skip: the last of the given-up chunks right behind what it has. */
    long abandonedUpTo() {
        long tsn = acknowledged();
        while (tsn + 1 < next && get(tsn + 1).state == SentChunk.State.ABANDONED) {
            tsn++;
        }
        return tsn;
    }
}
