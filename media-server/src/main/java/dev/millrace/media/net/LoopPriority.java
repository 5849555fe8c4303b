package dev.millrace.media.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a media loop go before handshakes, compilers and collectors where they share a processor, by sched_setattr(2): a
 * better nice value where the process may have one, and short turns in any case, so that a loop that wakes is let in soon.
 * Linux only; each loop for itself, on its thread.
 */
final class LoopPriority {
    private static final Logger LOG = LoggerFactory.getLogger(LoopPriority.class);
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    /** Three quarters of a processor beside one busy thread; the rest is enough for joins and HTTP to go on. */
    private static final int NICE = -5;

    /** The shortest turn there is (Linux 6.12): who asks for little at a time is let in before who asks for much. */
    private static final long SLICE_NS = 100_000;

    /** struct sched_attr, first version. */
    private static final int ATTR_BYTES = 48;

    private static final int NICE_AT = 16;
    private static final int RUNTIME_AT = 24;

    private static final long SYS_SCHED_SETATTR_X86_64 = 314;
    private static final long SYS_SCHED_SETATTR_GENERIC = 274;

    private LoopPriority() {}

    /** Raises the calling thread; says once what came of it. */
    static void raiseThisThread() {
        if (!LinuxSockets.isAvailable()) {
            return;
        }
        try {
            boolean nice = ask(NICE);
            boolean turns = nice || ask(0);
            if (TOLD.compareAndSet(false, true)) {
                tell(nice, turns);
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("the priority of media loops cannot be set", e);
        }
    }

    private static void tell(boolean nice, boolean turns) {
        if (nice) {
            LOG.info("media loops go before other threads: nice {}", NICE);
        } else {
            LOG.info(
                    "media loops share the processors evenly with joins and HTTP{}: the system refuses nice {}; CAP_SYS_NICE"
                            + " or LimitNICE={} would allow it",
                    turns ? ", in short turns" : "",
                    NICE,
                    NICE);
        }
    }

    /** False when the system refuses. */
    private static boolean ask(int nice) {
        Linker linker = Linker.nativeLinker();
        MethodHandle syscall = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        boolean intel = System.getProperty("os.arch", "").equals("amd64");
        long number = intel ? SYS_SCHED_SETATTR_X86_64 : SYS_SCHED_SETATTR_GENERIC;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, 8);
            attr.set(JAVA_INT, 0, ATTR_BYTES);
            attr.set(JAVA_INT, NICE_AT, nice);
            attr.set(JAVA_LONG, RUNTIME_AT, SLICE_NS);
            return (long) syscall.invokeExact(number, 0L, attr.address(), 0L) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a system call could not be made", e);
        }
    }
}
