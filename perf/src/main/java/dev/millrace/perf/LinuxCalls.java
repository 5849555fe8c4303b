package dev.millrace.perf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.millrace.media.net.LinuxSockets;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** What many sockets on one thread need beside the server's own {@link LinuxSockets}, told in the same way. Stateless. */
final class LinuxCalls {
    static final int SO_TIMESTAMPNS = 35;
    static final int UDP_GRO = 104;
    static final int EPOLLIN = 1;

    /** struct epoll_event is packed on x86-64 alone. */
    static final int EPOLL_EVENT_BYTES = isX86() ? 12 : 16;

    static final int EPOLL_DATA_OFFSET = isX86() ? 4 : 8;

    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CLOEXEC = 0x80000;

    private static final MethodHandle SENDTO =
            LinuxSockets.failing("sendto", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle EPOLL_CREATE = LinuxSockets.failing("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            LinuxSockets.failing("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle EPOLL_WAIT =
            LinuxSockets.failing("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);

    private LinuxCalls() {}

    private static boolean isX86() {
        return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("amd64");
    }

    static long sendto(MemorySegment errno, int fd, long data, long length, long name, int nameLength) {
        try {
            return (long) SENDTO.invokeExact(errno, fd, data, length, LinuxSockets.MSG_DONTWAIT, name, nameLength);
        } catch (Throwable e) {
            throw LinuxSockets.unexpected(e);
        }
    }

    static int epollCreate(MemorySegment errno) {
        try {
            return (int) EPOLL_CREATE.invokeExact(errno, EPOLL_CLOEXEC);
        } catch (Throwable e) {
            throw LinuxSockets.unexpected(e);
        }
    }

    static int epollAdd(MemorySegment errno, int epoll, int fd, long event) {
        try {
            return (int) EPOLL_CTL.invokeExact(errno, epoll, EPOLL_CTL_ADD, fd, event);
        } catch (Throwable e) {
            throw LinuxSockets.unexpected(e);
        }
    }

    static int epollWait(MemorySegment errno, int epoll, long events, int count, int timeoutMs) {
        try {
            return (int) EPOLL_WAIT.invokeExact(errno, epoll, events, count, timeoutMs);
        } catch (Throwable e) {
            throw LinuxSockets.unexpected(e);
        }
    }
}
