package dev.millrace.signaling.origin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes bytes that many share to one reader, no faster than it reads: what waits is held by reference, and only a little
 * of it lies off the heap for the socket. Who reads nothing for a while, or falls too far behind what is being made, is
 * cut. Owned by the HTTP context.
 */
final class Pump {
    /** Written in one piece; above that a slow reader's copy would be dear. */
    static final int PIECE_BYTES = 128 * 1024;

    /** A whole segment of 16 Mb/s: who is that far behind will not catch up. */
    private static final int MAX_BEHIND_BYTES = 4 << 20;

    /** Players give up sooner. */
    private static final long MAX_STALL_MS = 10_000;

    private static final long NONE = -1;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final DirectCopies copies;
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private int behindBytes;
    private boolean growing;
    private boolean ended;
    private long stallTimer = NONE;

    /** Some of the bytes that many share. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(byte[] bytes, int from, int length) {}

    Pump(Vertx vertx, HttpServerRequest request, DirectCopies copies) {
        this.vertx = vertx;
        this.copies = copies;
        this.request = request;
        this.response = request.response();
    }

    /** A view of {@code length} shared bytes, which nobody may change. */
    static Buffer shared(DirectCopies copies, List<byte[]> pieces, int from, int length) {
        long nowNs = System.nanoTime();
        List<ByteBuf> all = new ArrayList<>(pieces.size());
        cut(pieces, from, length, piece -> all.add(copies.of(piece.bytes(), piece.from(), piece.length(), nowNs)));
        ByteBuf view = all.size() == 1 ? all.getFirst() : Unpooled.wrappedBuffer(all.toArray(ByteBuf[]::new));
        return BufferInternal.buffer(view);
    }

    private static void cut(List<byte[]> pieces, int from, int length, Consumer<Piece> each) {
        int skip = from;
        int left = length;
        for (byte[] piece : pieces) {
            int taken = Math.min(left, piece.length - skip);
            if (taken > 0) {
                each.accept(new Piece(piece, skip, taken));
                left -= taken;
            }
            skip = Math.max(0, skip - piece.length);
        }
    }

    /** {@code length} bytes of the pieces, then the end. */
    void whole(List<byte[]> pieces, int from, int length) {
        cut(pieces, from, length, piece -> add(piece.bytes(), piece.from(), piece.length()));
        end();
    }

    /** One part of what is being made. */
    void part(byte[] bytes) {
        growing = true;
        add(bytes, 0, bytes.length);
        write();
    }

    private void add(byte[] bytes, int from, int length) {
        for (int done = 0; done < length; done += PIECE_BYTES) {
            int size = Math.min(PIECE_BYTES, length - done);
            waiting.add(new Piece(bytes, from + done, size));
        }
        behindBytes += length;
    }

    /** Nothing more comes. */
    void end() {
        ended = true;
        write();
    }

    /** What was sent is not all there should have been: the reader must not think so. */
    void cut() {
        stop();
        if (response.ended() || response.closed()) {
            return;
        }
        if (request.version() != HttpVersion.HTTP_2
                && request.connection() instanceof HttpServerConnection connection) {
            // A reset would wait until the reader has read what is on its way.
            var unused = connection.channelHandlerContext().close();
        } else {
            response.reset();
        }
    }

    /** Lets go of everything. */
    void stop() {
        waiting.clear();
        behindBytes = 0;
        ended = true;
        going();
    }

    private void write() {
        if (response.closed()) {
            stop();
            return;
        }
        while (!waiting.isEmpty() && !response.writeQueueFull()) {
            Piece piece = waiting.remove();
            behindBytes -= piece.length();
            response.write(
                    BufferInternal.buffer(copies.of(piece.bytes(), piece.from(), piece.length(), System.nanoTime())));
        }
        if (!waiting.isEmpty()) {
            stalled();
        } else if (ended && !response.ended()) {
            going();
            response.end();
        }
    }

    private void stalled() {
        if (growing && behindBytes > MAX_BEHIND_BYTES) {
            cut();
        } else if (stallTimer == NONE) {
            stallTimer = vertx.setTimer(MAX_STALL_MS, t -> cut());
            response.drainHandler(v -> {
                going();
                write();
            });
        }
    }

    private void going() {
        if (stallTimer != NONE) {
            vertx.cancelTimer(stallTimer);
            stallTimer = NONE;
        }
    }
}
