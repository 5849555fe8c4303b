package dev.millrace.media.dtls;

import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * What Bouncy Castle takes for its socket. During the handshake its thread waits here on a bounded queue the loop
 * fills; afterwards the loop itself reads and never waits. Records of one flight leave together.
 */
final class LoopTransport implements DatagramTransport {
    /** The loop's scratch holds no more. */
    static final int RECEIVE_LIMIT_BYTES = 2048;

    /** Of the handshake: fits every tunnel on the way; a larger flight is cut into several datagrams. */
    static final int SEND_LIMIT_BYTES = 1150;

    /** Afterwards: an SCTP packet of 1,188 bytes with its 37 of DTLS, and still under 1,280 with UDP and IPv6. */
    static final int RECORD_LIMIT_BYTES = 1232;

    /** Two flights of fragments and their repetitions; more is flooding. */
    private static final int BACKLOG_DATAGRAMS = 32;

    private static final byte[] CLOSE = new byte[0];

    private final ArrayBlockingQueue<byte[]> inbound = new ArrayBlockingQueue<>(BACKLOG_DATAGRAMS);
    private byte @Nullable [] flight;
    private final Executor loop;
    private final DtlsListener listener;
    private final NothingThere nothingThere = new NothingThere();
    private int flightLength;
    private boolean inLoop;
    private volatile boolean closed;

    private byte @Nullable [] current;
    private int currentOffset;
    private int currentLength;

    LoopTransport(Executor loop, DtlsListener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** From the loop while the handshake runs; false when the queue is full. */
    boolean offer(byte[] buffer, int offset, int length) {
        byte[] copy = new byte[length];
        System.arraycopy(buffer, offset, copy, 0, length);
        return inbound.offer(copy);
    }

    /** From the loop: the handshake's thread, if it waits, gives up. */
    void abort() {
        closed = true;
        inbound.clear();
        inbound.offer(CLOSE);
    }

    /** From the loop, once the handshake's thread is through with this. */
    void enterLoop() {
        inLoop = true;
        flight = flightLength == 0 ? null : flight;
    }

    /** What came too late for the handshake's thread. */
    byte @Nullable [] leftOver() {
        return inbound.poll();
    }

    /** From the loop: what the next {@link #receive} hands out. */
    void present(byte[] buffer, int offset, int length) {
        current = buffer;
        currentOffset = offset;
        currentLength = length;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT_BYTES;
    }

    @Override
    public int getSendLimit() {
        return inLoop ? RECORD_LIMIT_BYTES : SEND_LIMIT_BYTES;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws InterruptedIOException {
        flush();
        return inLoop ? receiveInLoop(buffer, offset, length) : receiveWaiting(buffer, offset, length, waitMillis);
    }

    private int receiveInLoop(byte[] buffer, int offset, int length) throws InterruptedIOException {
        byte[] datagram = current;
        if (datagram == null) {
            throw nothingThere;
        }
        current = null;
        int n = Math.min(length, currentLength);
        System.arraycopy(datagram, currentOffset, buffer, offset, n);
        return n;
    }

    private int receiveWaiting(byte[] buffer, int offset, int length, int waitMillis) throws InterruptedIOException {
        try {
            byte[] datagram = inbound.poll(Math.max(1, waitMillis), TimeUnit.MILLISECONDS);
            if (closed) {
                throw new InterruptedIOException("closed");
            }
            if (datagram == null) {
                return -1;
            }
            int n = Math.min(length, datagram.length);
            System.arraycopy(datagram, 0, buffer, offset, n);
            return n;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (length > getSendLimit() - flightLength) {
            flush();
        }
        System.arraycopy(buffer, offset, flight(), flightLength, length);
        flightLength += length;
    }

    private byte[] flight() {
        byte[] known = flight;
        if (known == null) {
            known = new byte[RECORD_LIMIT_BYTES];
            flight = known;
        }
        return known;
    }

    /** Lets the collected records go as one datagram. */
    void flush() {
        if (flightLength == 0) {
            return;
        }
        int length = flightLength;
        flightLength = 0;
        if (inLoop) {
            listener.send(flight(), 0, length);
        } else {
            byte[] copy = new byte[length];
            System.arraycopy(flight(), 0, copy, 0, length);
            loop.execute(() -> listener.send(copy, 0, copy.length));
        }
    }

    @Override
    public void close() {
        flush();
        closed = true;
    }

    /** Tells Bouncy Castle to come back later; one instance a session, since it says nothing else. */
    @SuppressWarnings("serial")
    private static final class NothingThere extends InterruptedIOException {
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
