package dev.millrace.media.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Linux' socket calls through the foreign function API, with the numbers of its generic ABI (x86-64, arm64).
 *
 * <p>Pointers go as longs: the same register class, and no segment to make per call. Each call that may fail gets the
 * caller's errno segment. Stateless; any thread. Public for those who measure this server with many sockets of their own.
 */
public final class LinuxSockets {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

    public static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    static final int SO_SNDBUFFORCE = 32;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SO_RXQ_OVFL = 40;

    static final int IPPROTO_IP = 0;
    static final int IP_PKTINFO = 8;
    static final int IP_MTU_DISCOVER = 10;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_MTU_DISCOVER = 23;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_RECVPKTINFO = 49;
    static final int IPV6_PKTINFO = 50;
    static final int PMTUDISC_DO = 2;
    public static final int SOL_UDP = 17;
    public static final int UDP_SEGMENT = 103;

    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    static final short POLLIN = 1;
    static final short POLLOUT = 4;

    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;
    static final int ENOBUFS = 105;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = failing("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = failing("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = failing("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            failing("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            failing("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RECVMMSG =
            failing("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG = failing("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle PPOLL = failing("ppoll", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EVENTFD = failing("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = plain("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE = plain("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE = plain("close", JAVA_INT, JAVA_INT);

    private LinuxSockets() {}

    /** Whether this system is Linux on a processor these numbers hold for, and the calls link. */
    public static boolean isAvailable() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (!os.equals("linux") || !(processor.equals("amd64") || processor.equals("aarch64"))) {
            return false;
        }
        try {
            return Holder.LINKED;
        } catch (LinkageError | RuntimeException e) {
            return false;
        }
    }

    /** Touches the handles, so that a failure to link shows here and not in the first packet. */
    private static final class Holder {
        static final boolean LINKED = SENDMMSG != null && RECVMMSG != null;
    }

    /** A call that says why it failed, in the errno segment that is its first argument. */
    public static MethodHandle failing(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle plain(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    public static MemorySegment newErrno(Arena arena) {
        return arena.allocate(STATE);
    }

    public static int errno(MemorySegment state) {
        return state.get(JAVA_INT, ERRNO_OFFSET);
    }

    /** A socket for datagrams that blocks nobody. */
    public static int socket(MemorySegment errno, int family) {
        try {
            return (int) SOCKET.invokeExact(errno, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int bind(MemorySegment errno, int fd, long address, int length) {
        try {
            return (int) BIND.invokeExact(errno, fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockname(MemorySegment errno, int fd, long address, long length) {
        try {
            return (int) GETSOCKNAME.invokeExact(errno, fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public static int setsockopt(MemorySegment errno, int fd, int level, int option, long value, int length) {
        try {
            return (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int getsockopt(MemorySegment errno, int fd, int level, int option, long value, long length) {
        try {
            return (int) GETSOCKOPT.invokeExact(errno, fd, level, option, value, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public static int recvmmsg(MemorySegment errno, int fd, long messages, int count) {
        try {
            return (int) RECVMMSG.invokeExact(errno, fd, messages, count, MSG_DONTWAIT, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int sendmmsg(MemorySegment errno, int fd, long messages, int count) {
        try {
            return (int) SENDMMSG.invokeExact(errno, fd, messages, count, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int ppoll(MemorySegment errno, long fds, long count, long timespec) {
        try {
            return (int) PPOLL.invokeExact(errno, fds, count, timespec, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public static int eventfd(MemorySegment errno) {
        try {
            return (int) EVENTFD.invokeExact(errno, 0, EFD_NONBLOCK_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public static long read(int fd, long address, long length) {
        try {
            return (long) READ.invokeExact(fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public static long write(int fd, long address, long length) {
        try {
            return (long) WRITE.invokeExact(fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public static int close(int fd) {
        try {
            return (int) CLOSE.invokeExact(fd);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** What the handle of a call threw, which none does. */
    public static RuntimeException unexpected(Throwable e) {
        return new IllegalStateException("a system call could not be made", e);
    }
}
