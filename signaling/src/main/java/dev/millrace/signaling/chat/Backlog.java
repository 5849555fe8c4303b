package dev.millrace.signaling.chat;

import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a guest has not been sent yet because it reads slowly. Bounded: who falls too far behind resumes by number
 * instead, which costs nothing to keep. Owned by the HTTP context.
 */
final class Backlog {
    /** Half a minute of a lively room. */
    private static final int MAX_MESSAGES = 1_000;

    /** Messages are shared among guests, so this bounds what one guest keeps from being let go. */
    private static final long MAX_BYTES = 4 * 1024 * 1024;

    /** What became of a message. */
    enum Fate {
        SENT,
        /** Waits until the guest has read on. */
        KEPT,
        /** Lossy, and the guest is behind. */
        SKIPPED,
        TOO_FAR_BEHIND
    }

    /** What all guests together may have waiting: many who ask for everything and read nothing must not fill the memory. */
    static final class Budget {
        private static final long MAX_BYTES_OF_ALL = 64 * 1024 * 1024;

        private long bytes;
    }

    private final ServerWebSocket socket;
    private final Budget budget;
    private final Deque<Outgoing> waiting = new ArrayDeque<>(0);
    private long waitingBytes;

    /** How many of those waiting were asked for by hello, which may be as many as are kept. */
    private int allowed;

    Backlog(ServerWebSocket socket, Budget budget) {
        this.socket = socket;
        this.budget = budget;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** So many messages may wait beyond the limit until all is read. */
    void allow(int messages) {
        allowed = messages;
    }

    Fate send(Outgoing message) {
        if (socket.isClosed()) {
            return Fate.SKIPPED;
        }
        if (waiting.isEmpty() && !socket.writeQueueFull()) {
            socket.writeFrame(message.frame());
            return Fate.SENT;
        }
        if (message.lossy()) {
            return Fate.SKIPPED;
        }
        boolean within = waiting.size() < allowed + MAX_MESSAGES
                && (waiting.size() < allowed || waitingBytes + message.size() <= MAX_BYTES)
                && budget.bytes + message.size() <= Budget.MAX_BYTES_OF_ALL;
        if (!within) {
            clear();
            return Fate.TOO_FAR_BEHIND;
        }
        waiting.add(message);
        count(message.size());
        return Fate.KEPT;
    }

    void drain() {
        while (!waiting.isEmpty() && !socket.isClosed() && !socket.writeQueueFull()) {
            Outgoing next = waiting.remove();
            count(-next.size());
            socket.writeFrame(next.frame());
        }
        if (waiting.isEmpty()) {
            allowed = 0;
        }
    }

    /** Lets go of all of it. */
    void clear() {
        waiting.clear();
        count(-waitingBytes);
    }

    private void count(long bytes) {
        waitingBytes += bytes;
        budget.bytes += bytes;
    }
}
