package dev.millrace.perf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.millrace.media.net.LinuxSockets;
import dev.millrace.media.rtp.BigEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sockets by epoll and recvmmsg with UDP_GRO: what was sent together comes as one message, and the kernel says when it
 * came, so that the time we take to look shows in no delay. Linux only.
 */
final class EpollSockets implements LightSockets {
    private static final int EVENTS = 256;
    private static final int NAME_BYTES = 32;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;
    private static final int WAKE = -1;

    /** What a patient loop sleeps: long beside a wake-up, short beside every delay that is judged. */
    private static final long PATIENCE_NS = 1_000_000;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = LinuxSockets.newErrno(arena);
    private final MemorySegment events = arena.allocate((long) EVENTS * LinuxCalls.EPOLL_EVENT_BYTES, 8);
    private final MemorySegment scratch = arena.allocate(64, 8);
    private final MemorySegment wakeScratch = arena.allocate(8, 8);
    private final MemorySegment out = arena.allocate(Datagram.MAX_BYTES, 64);
    private final ReceivedMessages messages = new ReceivedMessages(arena);
    private final Datagram datagram = new Datagram();
    private final boolean patient;
    private final boolean together;
    private final int epoll;
    private final int wakeFd;
    private @Nullable Fd[] sockets = new @Nullable Fd[64];
    private int free;
    private long drops;
    private long wallOffsetNs;
    private boolean more;
    private volatile @Nullable Thread sleeper;
    private boolean closed;

    /**
     * @param patient whether it looks once a millisecond instead of being woken by each datagram, which costs whoever
     *     sends over a loopback as much as ourselves
     * @param together whether what was sent together comes as one message (UDP_GRO); otherwise the kernel takes it apart, on
     *     whoever sends over a loopback
     */
    EpollSockets(boolean patient, boolean together) throws IOException {
        this.patient = patient;
        this.together = together;
        epoll = check(LinuxCalls.epollCreate(errno), "epoll_create1");
        wakeFd = check(LinuxSockets.eventfd(errno), "eventfd");
        watch(wakeFd, WAKE);
    }

    private int check(int result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(call + " failed with errno " + LinuxSockets.errno(errno));
        }
        return result;
    }

    private void watch(int fd, int index) throws IOException {
        scratch.set(JAVA_INT, 0, LinuxCalls.EPOLLIN);
        scratch.set(JAVA_INT_UNALIGNED, LinuxCalls.EPOLL_DATA_OFFSET, index);
        check(LinuxCalls.epollAdd(errno, epoll, fd, scratch.address()), "epoll_ctl");
    }

    @Override
    public Socket open(Receiver owner, boolean ipv6) throws IOException {
        int fd = check(LinuxSockets.socket(errno, ipv6 ? LinuxSockets.AF_INET6 : LinuxSockets.AF_INET), "socket");
        if (!set(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)) {
            set(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        }
        if (together) {
            set(fd, LinuxSockets.SOL_UDP, LinuxCalls.UDP_GRO, 1);
        }
        set(fd, LinuxSockets.SOL_SOCKET, LinuxCalls.SO_TIMESTAMPNS, 1);
        set(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RXQ_OVFL, 1);
        while (free < sockets.length && sockets[free] != null) {
            free++;
        }
        if (free == sockets.length) {
            sockets = Arrays.copyOf(sockets, 2 * free);
        }
        Fd socket = new Fd(owner, fd, free);
        sockets[free] = socket;
        watch(fd, free);
        return socket;
    }

    /** Answers false where the kernel knows no such option; all of them are gains, not needs. */
    private boolean set(int fd, int level, int option, int value) {
        scratch.set(JAVA_INT, 0, value);
        return LinuxSockets.setsockopt(errno, fd, level, option, scratch.address(), 4) == 0;
    }

    @Override
    public void poll(long timeoutNs) {
        int timeoutMs = (int) Math.min(1_000, timeoutNs / 1_000_000);
        if (more) {
            timeoutMs = 0; // as many were ready as we can be told of at once: others wait
        } else if (patient && timeoutNs > 0) {
            sleeper = Thread.currentThread();
            LockSupport.parkNanos(Math.min(timeoutNs, PATIENCE_NS));
            sleeper = null;
            timeoutMs = 0;
        }
        int ready = LinuxCalls.epollWait(errno, epoll, events.address(), EVENTS, timeoutMs);
        more = ready == EVENTS;
        if (ready > 0) {
            Instant wall = Instant.now();
            wallOffsetNs = wall.getEpochSecond() * 1_000_000_000 + wall.getNano() - System.nanoTime();
        }
        for (int i = 0; i < ready; i++) {
            int index = events.get(
                    JAVA_INT_UNALIGNED, (long) i * LinuxCalls.EPOLL_EVENT_BYTES + LinuxCalls.EPOLL_DATA_OFFSET);
            Fd socket = index == WAKE ? null : sockets[index];
            if (socket != null) {
                receive(socket);
            } else if (index == WAKE) {
                // What it reads only resets the eventfd.
                long ignored = LinuxSockets.read(wakeFd, scratch.address(), 8);
            }
        }
    }

    /** One call a socket: epoll tells again when there is more. */
    private void receive(Fd socket) {
        int count = LinuxSockets.recvmmsg(errno, socket.fd, messages.address(), ReceivedMessages.COUNT);
        long nowNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (!messages.isTruncated(i)) {
                handOut(socket, i, nowNs);
            }
            messages.arm(i);
        }
    }

    private void handOut(Fd socket, int index, long nowNs) {
        messages.readControls(index);
        socket.countDrops(messages.overflow());
        long arrivedNs = messages.kernelNs() == 0 ? nowNs : Math.min(nowNs, messages.kernelNs() - wallOffsetNs);
        long start = messages.dataAt(index);
        long end = start + messages.length(index);
        for (long at = start; at < end && socket.fd >= 0; at += messages.segmentBytes()) {
            int length = (int) Math.min(messages.segmentBytes(), end - at);
            if (length <= Datagram.MAX_BYTES) {
                boolean stun = (messages.data.get(JAVA_BYTE, at) & 0xfc) == 0;
                datagram.wrap(messages.data, at, length, arrivedNs, stun ? messages.from(index) : null);
                socket.owner.onDatagram(datagram);
            }
        }
    }

    @Override
    public synchronized void wake() {
        if (closed) {
            return; // the number may belong to somebody else's file by now
        }
        Thread waits = sleeper;
        if (waits != null) {
            LockSupport.unpark(waits);
        } else if (!patient) {
            wakeScratch.set(JAVA_LONG, 0, 1L);
            long ignored = LinuxSockets.write(wakeFd, wakeScratch.address(), 8);
        }
    }

    @Override
    public long receiveDrops() {
        return drops;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Fd socket : sockets) {
            if (socket != null) {
                socket.close();
            }
        }
        LinuxSockets.close(wakeFd);
        LinuxSockets.close(epoll);
        arena.close();
    }

    private final class Fd implements Socket {
        private final Receiver owner;
        private final int index;
        private int fd;
        private int lastOverflow;
        private @Nullable InetSocketAddress lastTo;
        private byte[] name = new byte[0];

        Fd(Receiver owner, int fd, int index) {
            this.owner = owner;
            this.fd = fd;
            this.index = index;
        }

        /** The kernel's counter is 32 bits wide, and told only once it is not 0. */
        void countDrops(int overflow) {
            if (overflow != 0 && overflow != lastOverflow) {
                drops += Integer.toUnsignedLong(overflow - lastOverflow);
                lastOverflow = overflow;
            }
        }

        @Override
        public void send(InetSocketAddress to, byte[] b, int off, int len) {
            if (fd < 0) {
                return;
            }
            if (!to.equals(lastTo)) {
                lastTo = to;
                name = nameOf(to);
            }
            MemorySegment.copy(name, 0, scratch, JAVA_BYTE, 0, name.length);
            MemorySegment.copy(b, off, out, JAVA_BYTE, 0, len);
            // An error is a port that is closed just now, or no route to one of several candidates: checks tell.
            long ignored = LinuxCalls.sendto(errno, fd, out.address(), len, scratch.address(), name.length);
        }

        private static byte[] nameOf(InetSocketAddress to) {
            boolean ipv6 = to.getAddress() instanceof Inet6Address;
            MemorySegment sockaddr = MemorySegment.ofArray(new long[NAME_BYTES / 8]);
            sockaddr.set(JAVA_SHORT, 0, (short) (ipv6 ? LinuxSockets.AF_INET6 : LinuxSockets.AF_INET));
            byte[] bytes = sockaddr.toArray(JAVA_BYTE);
            byte[] address = to.getAddress().getAddress();
            BigEndian.put16(bytes, 2, to.getPort());
            System.arraycopy(address, 0, bytes, ipv6 ? 8 : 4, address.length);
            return Arrays.copyOf(bytes, ipv6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES);
        }

        @Override
        public void close() {
            if (fd >= 0) {
                LinuxSockets.close(fd);
                fd = -1;
                sockets[index] = null;
                free = Math.min(free, index);
            }
        }
    }
}
