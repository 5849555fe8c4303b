package dev.millrace.media.sctp;

import dev.millrace.media.sctp.IncomingStream.Fragment;
import dev.millrace.media.sctp.wire.DataChunk;
import dev.millrace.media.sctp.wire.ForwardTsnChunk;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Chunks to messages: ordered ones by stream and sequence number, unordered ones as soon as they are whole
 * (RFC 9260 sections 6.5, 6.6, 6.9). Told of every chunk once. Owned by the association.
 */
final class Reassembly {
    /** Takes whole messages. */
    interface Delivery {
        void message(int stream, int ppid, byte[] b, int off, int len);

        void tooLong(int stream);
    }

    private final Map<Integer, IncomingStream> streams = new HashMap<>(4);
    private final Delivery delivery;
    private final int maxMessageBytes;
    private int heldBytes;

    Reassembly(Delivery delivery, int maxMessageBytes) {
        this.delivery = delivery;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Bytes that wait for others. */
    int heldBytes() {
        return heldBytes;
    }

    /** One new chunk; false if it contradicts those before it, which no honest peer does. */
    boolean add(DataChunk chunk, long tsn) {
        IncomingStream stream = streams.computeIfAbsent(chunk.stream(), IncomingStream::new);
        return chunk.isUnordered() ? addUnordered(stream, chunk, tsn) : addOrdered(stream, chunk, tsn);
    }

    private boolean addOrdered(IncomingStream stream, DataChunk chunk, long tsn) {
        boolean starts = stream.partialNext < 0 && chunk.isBegin() && chunk.streamSequence() == stream.nextSequence;
        if (!starts && tsn != stream.partialNext) {
            keep(stream.ordered, chunk, tsn);
            return true;
        }
        if (starts && chunk.isEnd()) {
            deliver(stream, chunk.ppid(), chunk.buffer(), chunk.dataOffset(), chunk.dataLength());
        } else if (!take(
                stream, tsn, flags(chunk), chunk.ppid(), chunk.buffer(), chunk.dataOffset(), chunk.dataLength())) {
            return false;
        }
        return drain(stream);
    }

    private static int flags(DataChunk chunk) {
        return (chunk.isBegin() ? DataChunk.BEGIN : 0) | (chunk.isEnd() ? DataChunk.END : 0);
    }

    private void keep(NavigableMap<Long, Fragment> into, DataChunk chunk, long tsn) {
        int at = chunk.dataOffset();
        byte[] data = Arrays.copyOfRange(chunk.buffer(), at, at + chunk.dataLength());
        into.put(tsn, new Fragment(flags(chunk), chunk.streamSequence(), chunk.ppid(), data));
        heldBytes += data.length;
    }

    /** Ordered chunks that waited for the one just taken. */
    private boolean drain(IncomingStream stream) {
        while (!stream.ordered.isEmpty()) {
            Map.Entry<Long, Fragment> first = stream.ordered.firstEntry();
            Fragment fragment = first.getValue();
            boolean continues = first.getKey() == stream.partialNext;
            boolean starts = stream.partialNext < 0
                    && (fragment.flags() & DataChunk.BEGIN) != 0
                    && fragment.sequence() == stream.nextSequence;
            if (!continues && !starts) {
                return true;
            }
            stream.ordered.pollFirstEntry();
            heldBytes -= fragment.data().length;
            if (!take(
                    stream,
                    first.getKey(),
                    fragment.flags(),
                    fragment.ppid(),
                    fragment.data(),
                    0,
                    fragment.data().length)) {
                return false;
            }
        }
        return true;
    }

    /** The next chunk of the ordered message under way, or the first of the next. */
    private boolean take(IncomingStream stream, long tsn, int flags, int ppid, byte[] b, int off, int len) {
        boolean begins = (flags & DataChunk.BEGIN) != 0;
        if (begins == (stream.partialNext >= 0)) {
            return false; // a beginning in the middle, or a middle without a beginning
        }
        stream.partialPpid = begins ? ppid : stream.partialPpid;
        if (!stream.discarding && stream.partialLength + len > maxMessageBytes) {
            heldBytes -= stream.clearPartial();
            stream.discarding = true;
            delivery.tooLong(stream.id);
        }
        if (!stream.discarding) {
            stream.append(b, off, len);
            heldBytes += len;
        }
        stream.partialNext = tsn + 1;
        if ((flags & DataChunk.END) != 0) {
            finish(stream);
        }
        return true;
    }

    private void finish(IncomingStream stream) {
        byte[] whole = stream.partial;
        int length = stream.partialLength;
        boolean discarded = stream.discarding;
        heldBytes -= stream.clearPartial();
        if (discarded) {
            stream.nextSequence = (stream.nextSequence + 1) & 0xffff;
        } else {
            deliver(stream, stream.partialPpid, whole, 0, length);
        }
    }

    private void deliver(IncomingStream stream, int ppid, byte[] b, int off, int len) {
        stream.nextSequence = (stream.nextSequence + 1) & 0xffff;
        delivery.message(stream.id, ppid, b, off, len);
    }

    private boolean addUnordered(IncomingStream stream, DataChunk chunk, long tsn) {
        if (tsn == stream.discardUnordered) {
            stream.discardUnordered = chunk.isEnd() ? -1 : tsn + 1;
            return true;
        }
        if (chunk.isBegin() && chunk.isEnd()) {
            delivery.message(stream.id, chunk.ppid(), chunk.buffer(), chunk.dataOffset(), chunk.dataLength());
            return true;
        }
        keep(stream.unordered, chunk, tsn);
        join(stream, tsn);
        return true;
    }

    /** Looks around the chunk just kept for the rest of its message. */
    private void join(IncomingStream stream, long tsn) {
        long first = tsn;
        Fragment at = stream.unordered.get(first);
        while (at != null && (at.flags() & DataChunk.BEGIN) == 0) {
            at = stream.unordered.get(--first);
        }
        if (at == null) {
            return;
        }
        long last = first;
        int length = at.data().length;
        while (at != null && (at.flags() & DataChunk.END) == 0 && length <= maxMessageBytes) {
            at = stream.unordered.get(++last);
            length += at == null ? 0 : at.data().length;
        }
        if (length > maxMessageBytes) {
            boolean ended = at != null && (at.flags() & DataChunk.END) != 0;
            drop(stream.unordered.subMap(first, true, last, true));
            stream.discardUnordered = ended ? -1 : last + 1;
            delivery.tooLong(stream.id);
        } else if (at != null) {
            deliverJoined(stream, first, last, length);
        }
    }

    private void deliverJoined(IncomingStream stream, long first, long last, int length) {
        byte[] whole = new byte[length];
        int at = 0;
        NavigableMap<Long, Fragment> parts = stream.unordered.subMap(first, true, last, true);
        int ppid = parts.firstEntry().getValue().ppid();
        for (Fragment part : parts.values()) {
            System.arraycopy(part.data(), 0, whole, at, part.data().length);
            at += part.data().length;
        }
        drop(parts);
        delivery.message(stream.id, ppid, whole, 0, length);
    }

    private void drop(NavigableMap<Long, Fragment> fragments) {
        for (Fragment fragment : fragments.values()) {
            heldBytes -= fragment.data().length;
        }
        fragments.clear();
    }

    /** The peer gave up chunks up to {@code cumulative} and the messages the chunk names (RFC 3758 section 3.6). */
    boolean skip(long cumulative, ForwardTsnChunk chunk) {
        for (IncomingStream stream : streams.values()) {
            drop(stream.unordered.headMap(cumulative, true));
            if (stream.discardUnordered >= 0 && stream.discardUnordered <= cumulative) {
                stream.discardUnordered = -1;
            }
        }
        for (int i = 0; i < chunk.skipped(); i++) {
            IncomingStream stream = streams.computeIfAbsent(chunk.stream(i), IncomingStream::new);
            if (!skipTo(stream, chunk.streamSequence(i), cumulative)) {
                return false;
            }
        }
        return true;
    }

    private boolean skipTo(IncomingStream stream, int sequence, long cumulative) {
        if (ahead(sequence, stream.nextSequence) < 0) {
            return true; // delivered before it was given up
        }
        heldBytes -= stream.clearPartial();
        Iterator<Fragment> waiting =
                stream.ordered.headMap(cumulative, true).values().iterator();
        while (waiting.hasNext()) {
            Fragment fragment = waiting.next();
            if (ahead(fragment.sequence(), sequence) <= 0) {
                heldBytes -= fragment.data().length;
                waiting.remove();
            }
        }
        stream.nextSequence = (sequence + 1) & 0xffff;
        return drain(stream);
    }

    /** How far a 16-bit sequence number is ahead of another; negative if it is behind. */
    private static int ahead(int sequence, int of) {
        return (short) (sequence - of);
    }

    /** The peer began these streams anew; none named means all. */
    void reset(int[] ids) {
        if (ids.length == 0) {
            heldBytes = 0;
            streams.clear();
        }
        for (int id : ids) {
            IncomingStream stream = streams.remove(id);
            if (stream != null) {
                heldBytes -= stream.partialLength;
                drop(stream.ordered);
                drop(stream.unordered);
            }
        }
    }
}
