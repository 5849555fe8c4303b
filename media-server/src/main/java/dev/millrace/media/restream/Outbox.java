package dev.millrace.media.restream;

import dev.millrace.media.control.Dialer.Line;
import java.util.ArrayDeque;

/**
 * What waits for a target that takes it more slowly than it comes: bounded in bytes and in time, then all of it is thrown
 * away. Little is given to the line at once, so that what is thrown away is most of what waits. Owned by one thread.
 */
final class Outbox {
    /** 25 s of 2.5 Mb/s. */
    static final int MAX_BYTES = 8 << 20;

    /** More than a group of pictures that a connection begins with, and than a platform's hiccup. */
    static final int MAX_MS = 12_000;

    /** What the line may hold: half a second of 4 Mb/s. */
    static final int LINE_BYTES = 256 << 10;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Tag(byte[] bytes, int ms, boolean picture) {}

    private final ArrayDeque<Tag> tags = new ArrayDeque<>();
    private long waitingBytes;
    private long lineBytes;
    private long progressNs;
    private long sentBytes;

    /** False if it does not fit any more: then {@link #clear} is called for. */
    boolean add(byte[] bytes, int ms, boolean picture) {
        tags.add(new Tag(bytes, ms, picture));
        waitingBytes += bytes.length;
        return waitingBytes <= MAX_BYTES && ms - tags.getFirst().ms() <= MAX_MS;
    }

    /** Gives the line what it may hold. */
    void flush(Line line, long nowNs) {
        while (lineBytes < LINE_BYTES && !tags.isEmpty()) {
            Tag next = tags.remove();
            waitingBytes -= next.bytes().length;
            onSent(next.bytes().length, nowNs);
            line.send(next.bytes());
        }
    }

    /** The line was given so much by somebody. */
    void onSent(int bytes, long nowNs) {
        progressNs = lineBytes == 0 ? nowNs : progressNs;
        lineBytes += bytes;
        sentBytes += bytes;
    }

    void onWritten(int bytes, long nowNs) {
        lineBytes -= bytes;
        progressNs = nowNs;
    }

    /** How many pictures were thrown away with it. */
    int clear() {
        int pictures = (int) tags.stream().filter(Tag::picture).count();
        tags.clear();
        waitingBytes = 0;
        return pictures;
    }

    /** Since when the line has held something and got rid of nothing; {@link Long#MAX_VALUE} if it holds nothing. */
    long stuckSinceNs() {
        return lineBytes == 0 ? Long.MAX_VALUE : progressNs;
    }

    /** All that the line was given. */
    long sentBytes() {
        return sentBytes;
    }

    /** In bytes, with what the line holds. */
    long size() {
        return waitingBytes + lineBytes;
    }
}
