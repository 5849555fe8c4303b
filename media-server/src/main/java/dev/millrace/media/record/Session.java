package dev.millrace.media.record;

import dev.millrace.media.record.JournalLine.Begun;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One recording that is going on: takes parts on the packager's thread, writes them on the disk's. What does not fit into
 * the queue between them is left out and counted.
 */
final class Session {
    private final Recordings recordings;
    private final StreamRecording stream;
    private final Begun begun;
    private final Executor disk;
    private final AtomicLong waitingBytes;
    private final long maxWaitingBytes;
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean over;
    private volatile long bytes;
    private volatile long lastNs;

    // the disk's thread
    private @Nullable Take take;
    private boolean ended;

    Session(
            Recordings recordings,
            StreamRecording stream,
            Begun begun,
            Executor disk,
            AtomicLong waitingBytes,
            long maxWaitingBytes) {
        this.recordings = recordings;
        this.stream = stream;
        this.begun = begun;
        this.disk = disk;
        this.waitingBytes = waitingBytes;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    // ---- any thread

    /** Nothing is taken any more. */
    boolean isOver() {
        return over;
    }

    Begun begun() {
        return begun;
    }

    StreamRecording stream() {
        return stream;
    }

    /** Written so far. */
    long bytes() {
        return bytes;
    }

    /** When the last part that was taken began, on the packager's timeline. */
    long lastNs() {
        return lastNs;
    }

    /** Parts that were left out because the disk was too slow. */
    long lost() {
        return lost.get();
    }

    /** Ends it after what was given so far. */
    void end(String why) {
        over = true;
        disk.execute(() -> finish(why));
    }

    // ---- the packager's thread

    /** False if it had to be left out. */
    boolean part(Take.Place place, byte[] data) {
        if (waitingBytes.addAndGet(data.length) > maxWaitingBytes) {
            waitingBytes.addAndGet(-data.length);
            lost.incrementAndGet();
            return false;
        }
        lastNs = Math.max(lastNs, place.startNs());
        disk.execute(() -> {
            waitingBytes.addAndGet(-data.length);
            write(writing -> writing.part(place, data));
        });
        return true;
    }

    void segment(Take.Place place, long durationNs, boolean whole) {
        lastNs = Math.max(lastNs, place.startNs() + durationNs);
        disk.execute(() -> write(writing -> writing.segment(place, durationNs, whole)));
    }

    // ---- the disk's thread

    private interface Writing {
        void on(Take take) throws IOException;
    }

    private void write(Writing what) {
        if (ended) {
            return;
        }
        try {
            Take writing = take;
            if (writing == null) {
                writing = recordings.open(begun);
                take = writing;
            }
            what.on(writing);
            bytes = writing.bytes();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        over = true;
        String sentence = recordings.sentence(e);
        close();
        recordings.onFailed(this, sentence);
    }

    private void finish(String why) {
        if (ended) {
            return;
        }
        boolean written = take != null;
        close();
        recordings.onOver(this, written, lost.get() == 0 ? why : slow(why));
    }

    private String slow(String why) {
        return (lost.get() + " parts are missing: the disk was too slow. " + why).strip();
    }

    private void close() {
        ended = true;
        if (take != null) {
            take.close();
            take = null;
        }
    }
}
