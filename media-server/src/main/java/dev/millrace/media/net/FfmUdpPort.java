package dev.millrace.media.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.millrace.media.observe.DropCounters;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP socket driven by Linux system calls: batches both ways, segmentation offload, replies from the address asked.
 *
 * <p>The loop's thread owns it; {@link #wake()} writes to an eventfd from any thread.
 */
final class FfmUdpPort implements UdpPort {
    private static final Logger LOG = LoggerFactory.getLogger(FfmUdpPort.class);
    private static final AtomicBoolean SMALL_BUFFER_TOLD = new AtomicBoolean();
    private static final long NS_PER_S = 1_000_000_000L;

    private static final int EADDRINUSE = 98;

    /** Two struct pollfd (8 bytes each), a timespec (16), and 8 bytes for the eventfd: offsets in {@link #wait}. */
    private static final int TIMESPEC = 16;

    private static final int READ_INTO = 32;
    private static final int WRITE_FROM = 40;

    private final Arena arena;
    private final MemorySegment errno;
    private final MemorySegment wait;
    private final int fd;
    private final int wakeFd;
    private final boolean ipv6;
    private final int port;
    private final FfmReceiver receiver;
    private final FfmSender sender;
    private boolean closed;

    private FfmUdpPort(Arena arena, int fd, boolean ipv6, int port, int wakeFd, DropCounters drops) {
        this.arena = arena;
        this.errno = LinuxSockets.newErrno(arena);
        this.fd = fd;
        this.wakeFd = wakeFd;
        this.ipv6 = ipv6;
        this.port = port;
        this.wait = arena.allocate(48, 8);
        wait.set(JAVA_INT, 0, fd);
        wait.set(JAVA_SHORT, 4, LinuxSockets.POLLIN);
        wait.set(JAVA_INT, 8, wakeFd);
        wait.set(JAVA_SHORT, 12, LinuxSockets.POLLIN);
        wait.set(JAVA_LONG, WRITE_FROM, 1L);
        this.receiver = new FfmReceiver(arena, fd);
        this.sender = new FfmSender(arena, fd, ipv6, drops);
    }

    /** Binds the port on all addresses, IPv4 and IPv6, or IPv4 alone where the system has no IPv6. */
    static FfmUdpPort open(int port, boolean shared, int bufferBytes, DropCounters drops) throws IOException {
        try {
            return open(true, port, shared, bufferBytes, drops);
        } catch (BindException e) {
            throw e;
        } catch (IOException e) {
            return open(false, port, shared, bufferBytes, drops);
        }
    }

    private static FfmUdpPort open(boolean ipv6, int port, boolean shared, int bufferBytes, DropCounters drops)
            throws IOException {
        Arena arena = Arena.ofShared();
        int fd = -1;
        try {
            Setup setup = new Setup(arena);
            fd = setup.socket(ipv6);
            setup.options(fd, ipv6, shared, bufferBytes);
            int bound = setup.bind(fd, ipv6, port);
            int wakeFd = setup.check(LinuxSockets.eventfd(setup.errno), "eventfd");
            return new FfmUdpPort(arena, fd, ipv6, bound, wakeFd, drops);
        } catch (IOException | RuntimeException e) {
            if (fd >= 0) {
                LinuxSockets.close(fd);
            }
            arena.close();
            throw e;
        }
    }

    boolean isIpv6() {
        return ipv6;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void await(long timeoutNs) {
        if (timeoutNs <= 0) {
            return;
        }
        wait.set(JAVA_LONG, TIMESPEC, timeoutNs / NS_PER_S);
        wait.set(JAVA_LONG, TIMESPEC + 8, timeoutNs % NS_PER_S);
        int ready = LinuxSockets.ppoll(errno, wait.address(), 2, wait.address() + TIMESPEC);
        if (ready > 0 && wait.get(JAVA_SHORT, 14) != 0) {
            // What it reads only resets the eventfd.
            long ignored = LinuxSockets.read(wakeFd, wait.address() + READ_INTO, 8);
        }
    }

    @Override
    public synchronized void wake() {
        // Closed under the same lock: the number may belong to somebody else's file by now.
        if (!closed) {
            long ignored = LinuxSockets.write(wakeFd, wait.address() + WRITE_FROM, 8);
        }
    }

    @Override
    public int receiveBatch() {
        return receiver.receiveBatch();
    }

    @Override
    public int take(int index, byte[] into, int offset, PathKey from) {
        return receiver.take(index, into, offset, from);
    }

    @Override
    public void send(NetworkPath to, byte[] buffer, int offset, int length) {
        sender.send(to, buffer, offset, length);
    }

    @Override
    public long reserve(NetworkPath to, int bytes) {
        return sender.reserve(to, bytes);
    }

    @Override
    public void commit(NetworkPath to, int length) {
        sender.commit(to, length);
    }

    @Override
    public void flush() {
        sender.flush();
    }

    @Override
    public long receiveDrops() {
        return receiver.drops();
    }

    @Override
    public long sendCalls() {
        return sender.calls();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LinuxSockets.close(fd);
            LinuxSockets.close(wakeFd);
            arena.close();
        }
    }

    /** Makes and binds the socket; the thread that opens the port. */
    private record Setup(MemorySegment errno, MemorySegment scratch) {
        Setup(Arena arena) {
            this(LinuxSockets.newErrno(arena), arena.allocate(64, 8));
        }

        int check(int result, String call) throws IOException {
            if (result >= 0) {
                return result;
            }
            int error = LinuxSockets.errno(errno);
            if (error == EADDRINUSE) {
                throw new BindException("the address is already in use");
            }
            throw new IOException(call + " failed with errno " + error);
        }

        int socket(boolean ipv6) throws IOException {
            int family = ipv6 ? LinuxSockets.AF_INET6 : LinuxSockets.AF_INET;
            return check(LinuxSockets.socket(errno, family), "socket");
        }

        void options(int fd, boolean ipv6, boolean shared, int bufferBytes) throws IOException {
            if (shared) {
                require(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_REUSEPORT, 1);
            }
            if (ipv6) {
                require(fd, LinuxSockets.IPPROTO_IPV6, LinuxSockets.IPV6_V6ONLY, 0);
                require(fd, LinuxSockets.IPPROTO_IPV6, LinuxSockets.IPV6_RECVPKTINFO, 1);
                set(fd, LinuxSockets.IPPROTO_IPV6, LinuxSockets.IPV6_MTU_DISCOVER, LinuxSockets.PMTUDISC_DO);
            } else {
                require(fd, LinuxSockets.IPPROTO_IP, LinuxSockets.IP_PKTINFO, 1);
            }
            set(fd, LinuxSockets.IPPROTO_IP, LinuxSockets.IP_MTU_DISCOVER, LinuxSockets.PMTUDISC_DO);
            set(fd, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RXQ_OVFL, 1);
            buffer(fd, LinuxSockets.SO_RCVBUFFORCE, LinuxSockets.SO_RCVBUF, bufferBytes, "net.core.rmem_max");
            buffer(fd, LinuxSockets.SO_SNDBUFFORCE, LinuxSockets.SO_SNDBUF, bufferBytes, "net.core.wmem_max");
        }

        private boolean set(int fd, int level, int option, int value) {
            scratch.set(JAVA_INT, 0, value);
            return LinuxSockets.setsockopt(errno, fd, level, option, scratch.address(), 4) == 0;
        }

        private void require(int fd, int level, int option, int value) throws IOException {
            if (!set(fd, level, option, value)) {
                check(-1, "setsockopt " + level + "/" + option);
            }
        }

        /** Past the system's limit where we may, else up to it. The kernel doubles what it is told. */
        private void buffer(int fd, int force, int plain, int bytes, String sysctl) {
            if (set(fd, LinuxSockets.SOL_SOCKET, force, bytes) || !set(fd, LinuxSockets.SOL_SOCKET, plain, bytes)) {
                return;
            }
            scratch.set(JAVA_INT, 4, 4);
            int ok = LinuxSockets.getsockopt(
                    errno, fd, LinuxSockets.SOL_SOCKET, plain, scratch.address(), scratch.address() + 4);
            int got = scratch.get(JAVA_INT, 0) / 2;
            if (ok == 0 && got < bytes && SMALL_BUFFER_TOLD.compareAndSet(false, true)) {
                LOG.info(
                        "the media socket's buffer is {} bytes, {} were asked for; bursts fit better after"
                                + " sysctl -w {}={}",
                        got,
                        bytes,
                        sysctl,
                        bytes);
            }
        }

        int bind(int fd, boolean ipv6, int port) throws IOException {
            scratch.fill((byte) 0);
            scratch.set(JAVA_SHORT, 0, (short) (ipv6 ? LinuxSockets.AF_INET6 : LinuxSockets.AF_INET));
            scratch.set(Messages.NET_SHORT, 2, (short) port);
            int length = ipv6 ? Messages.SOCKADDR_IN6_BYTES : Messages.SOCKADDR_IN_BYTES;
            check(LinuxSockets.bind(errno, fd, scratch.address(), length), "bind");
            scratch.set(JAVA_INT, 32, 32);
            check(LinuxSockets.getsockname(errno, fd, scratch.address(), scratch.address() + 32), "getsockname");
            return scratch.get(Messages.NET_SHORT, 2) & 0xffff;
        }
    }
}
