package dev.millrace.perf;

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
 * The Linux system calls of many sockets on one thread, with the numbers of its generic ABI (x86-64, arm64). Stateless;
 * pointers go as longs. The server's own are for one socket a thread, and stay its own.
 */
final class LinuxCalls {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    static final int NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    static final int CLOEXEC = 0x80000;

    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_TIMESTAMPNS = 35;
    static final int SO_RXQ_OVFL = 40;
    static final int SOL_UDP = 17;
    static final int UDP_GRO = 104;

    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int EPOLLIN = 1;
    static final int EPOLL_CTL_ADD = 1;

    /** struct epoll_event is packed on x86-64 alone. */
    static final int EPOLL_EVENT_BYTES = isX86() ? 12 : 16;

    static final int EPOLL_DATA_OFFSET = isX86() ? 4 : 8;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECVMMSG =
            call("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDTO =
            call("sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE = call("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            call("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = call("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE = call("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);

    private LinuxCalls() {}

    private static boolean isX86() {
        return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("amd64");
    }

    /** Whether this system is one these numbers hold for; ask before anything else is touched. */
    static boolean isHere() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return os.equals("linux") && (processor.equals("amd64") || processor.equals("aarch64"));
    }

    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    static MemorySegment newErrno(Arena arena) {
        return arena.allocate(STATE);
    }

    static int errno(MemorySegment state) {
        return state.get(JAVA_INT, ERRNO_OFFSET);
    }

    static int socket(MemorySegment errno, int family) {
        try {
            return (int) SOCKET.invokeExact(errno, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int setsockopt(MemorySegment errno, int fd, int level, int option, long value, int length) {
        try {
            return (int) SETSOCKOPT.invokeExact(errno, fd, level, option, value, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int recvmmsg(MemorySegment errno, int fd, long messages, int count) {
        try {
            return (int) RECVMMSG.invokeExact(errno, fd, messages, count, MSG_DONTWAIT, 0L);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long sendto(MemorySegment errno, int fd, long data, long length, long name, int nameLength) {
        try {
            return (long) SENDTO.invokeExact(errno, fd, data, length, MSG_DONTWAIT, name, nameLength);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int epollCreate(MemorySegment errno) {
        try {
            return (int) EPOLL_CREATE.invokeExact(errno, CLOEXEC);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int epollAdd(MemorySegment errno, int epoll, int fd, long event) {
        try {
            return (int) EPOLL_CTL.invokeExact(errno, epoll, EPOLL_CTL_ADD, fd, event);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int epollWait(MemorySegment errno, int epoll, long events, int count, int timeoutMs) {
        try {
            return (int) EPOLL_WAIT.invokeExact(errno, epoll, events, count, timeoutMs);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int eventfd(MemorySegment errno) {
        try {
            return (int) EVENTFD.invokeExact(errno, 0, NONBLOCK_CLOEXEC);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long read(MemorySegment errno, int fd, long address, long length) {
        try {
            return (long) READ.invokeExact(errno, fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long write(MemorySegment errno, int fd, long address, long length) {
        try {
            return (long) WRITE.invokeExact(errno, fd, address, length);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void close(MemorySegment errno, int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(errno, fd);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static RuntimeException unexpected(Throwable e) {
        return new IllegalStateException("a system call could not be made", e);
    }
}
