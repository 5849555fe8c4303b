package dev.millrace.media;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one connection has on its way to the chat: whoever floods is stopped here and not in front of everybody else.
 * Admitted on the connection's thread, done on the chat's.
 */
final class Intake {
    /** Nobody has so many unanswered who does not mean to; a disk that hangs for seconds costs nobody a message. */
    static final int MAX_MESSAGES = 256;

    /** Four of the longest messages. */
    static final int MAX_BYTES = 1024 * 1024;

    /** Of all connections together: what a chat thread that hangs may cost. */
    static final long MAX_BYTES_OF_ALL = 64L * 1024 * 1024;

    private final AtomicLong bytesOfAll;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();

    Intake(AtomicLong bytesOfAll) {
        this.bytesOfAll = bytesOfAll;
    }

    /** Whether a message of that length may go on its way; then {@link #done} follows. */
    boolean admit(int length) {
        if (messages.get() >= MAX_MESSAGES
                || bytes.get() + length > MAX_BYTES
                || bytesOfAll.get() + length > MAX_BYTES_OF_ALL) {
            return false;
        }
        messages.incrementAndGet();
        bytes.addAndGet(length);
        bytesOfAll.addAndGet(length);
        return true;
    }

    void done(int length) {
        messages.decrementAndGet();
        bytes.addAndGet(-length);
        bytesOfAll.addAndGet(-length);
    }
}
