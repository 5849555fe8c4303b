package dev.millrace.media.sctp;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are not chunks yet: streams take turns message by message, since the chunks of one message must follow
 * each other (RFC 9260 section 6.9).
 */
final class SendQueue {
    private final Map<Integer, OutgoingStream> streams = new HashMap<>(4);
    private final ArrayDeque<OutgoingStream> turns = new ArrayDeque<>(4);
    private int bufferedBytes;

    OutgoingStream stream(int id) {
        return streams.computeIfAbsent(id, OutgoingStream::new);
    }

    void add(Outgoing message) {
        OutgoingStream stream = message.stream;
        stream.waiting.add(message);
        stream.bufferedBytes += message.length;
        bufferedBytes += message.length;
        if (!stream.queued) {
            stream.queued = true;
            turns.add(stream);
        }
    }

    /** The message to go on with, null when nothing waits. */
    @Nullable
    Outgoing peek() {
        OutgoingStream stream = turns.peek();
        return stream == null ? null : stream.waiting.peek();
    }

    /** The message {@link #peek} gave is sent, or given up: the next stream's turn. */
    void remove() {
        OutgoingStream stream = turns.remove();
        stream.waiting.remove();
        if (stream.waiting.isEmpty()) {
            stream.queued = false;
        } else {
            turns.add(stream);
        }
    }

    /** So many bytes of the stream are acknowledged or given up. */
    void release(OutgoingStream stream, int bytes) {
        stream.bufferedBytes -= bytes;
        bufferedBytes -= bytes;
    }

    int bufferedBytes() {
        return bufferedBytes;
    }

    /** Streams that wait for their reset and have nothing left to send. */
    int[] drained(long acknowledgedTsn) {
        return streams.values().stream()
                .filter(s -> s.closing && s.waiting.isEmpty() && s.lastTsn <= acknowledgedTsn)
                .mapToInt(s -> s.id)
                .sorted()
                .toArray();
    }

    boolean hasClosing() {
        for (OutgoingStream stream : streams.values()) {
            if (stream.closing) {
                return true;
            }
        }
        return false;
    }

    /** The peer forgot these streams' numbers; so do we. */
    void reset(int[] ids) {
        for (int id : ids) {
            streams.remove(id);
        }
    }
}
