package dev.millrace.media.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A child process that is sent messages over a Unix socket and answers with such: starts it, carries bytes both ways,
 * sees it end. What the messages mean and when it has to die, {@link Listener} decides.
 *
 * <p>The socket lies in a directory that only this user may enter, and is gone as soon as the child has come in. A message
 * has its length before it in four bytes. Any thread.
 */
public final class WorkerProcess {
    /** Told in order, but {@link #onTick} on a thread of its own; nothing after {@link #onEnd}. */
    public interface Listener {
        /** A message without its length. */
        void onMessage(byte[] message, long nowNs);

        /** Comes twice a second while the process is there or starting. */
        void onTick(long nowNs);

        /** The process is gone, or never came. */
        void onEnd(String why, long nowNs);
    }

    /**
     * How to start it.
     *
     * @param name of the threads, and in the log
     * @param command the socket's path is appended
     * @param delayMs to wait before
     * @param maxMessageBytes a longer message ends it
     */
    public record Plan(String name, List<String> command, long delayMs, int maxMessageBytes) {
        public Plan {
            command = List.copyOf(command);
        }
    }

    /** Why one ends that was asked to. */
    public static final String NOT_NEEDED = "it was not needed any more";

    private static final int LENGTH_BYTES = 4;
    private static final long TICK_MS = 500;

    /** Written with one system call. */
    private static final int MAX_BATCH = 64;

    /** Told to end, it has that long before it is killed. */
    private static final long GRACE_MS = 2_000;

    private record Outgoing(ByteBuffer bytes, Runnable written) {}

    private final Plan plan;
    private final Listener listener;
    private final LinkedBlockingQueue<Outgoing> outbox = new LinkedBlockingQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable Process process;
    private volatile @Nullable ServerSocketChannel server;
    private volatile @Nullable SocketChannel channel;
    private volatile @Nullable String cause;

    public WorkerProcess(Plan plan, Listener listener) {
        this.plan = plan;
        this.listener = listener;
    }

    /** Returns at once. */
    public void start() {
        Thread.ofVirtual().name(plan.name()).start(this::run);
        Thread.ofVirtual().name(plan.name() + " ticks").start(this::tick);
    }

    /**
     * Queues a message that has its length before it; bounded by whoever sends, who is told when it left or was given up.
     */
    public void send(byte[] framed, Runnable written) {
        outbox.add(new Outgoing(ByteBuffer.wrap(framed), written));
    }

    /** Ends it at once. */
    public void kill(String why) {
        if (cause == null) {
            cause = why;
        }
        stop(true);
    }

    /** Asks it to end: the socket closes. {@link Listener#onEnd} still comes. */
    public void close() {
        end(NOT_NEEDED);
    }

    private void end(String why) {
        if (cause == null) {
            cause = why;
        }
        stop(false);
    }

    /** The operating system's number of it, -1 before it is there. */
    public long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    private void stop(boolean now) {
        closing = true;
        shut(channel);
        shut(server);
        Process running = process;
        if (running != null && now) {
            running.destroyForcibly();
        }
    }

    private void run() {
        try {
            Thread.sleep(plan.delayMs());
            if (!closing) {
                SocketChannel connected = connect();
                channel = connected;
                Thread.ofVirtual().name(plan.name() + " out").start(() -> write(connected));
                read(connected);
            }
        } catch (IOException | UncheckedIOException e) {
            if (cause == null) {
                cause = "its socket failed: " + e.getMessage();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end();
    }

    private SocketChannel connect() throws IOException {
        Path directory = Files.createTempDirectory("millrace"); // readable by this user only
        Path socket = directory.resolve("worker");
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server = listening;
            listening.bind(UnixDomainSocketAddress.of(socket), 1);
            Process started = spawn(socket);
            process = started;
            CompletableFuture<Void> unused = started.onExit().thenRun(() -> shut(listening));
            WorkerLog.follow(plan.name(), started.getErrorStream());
            if (closing) {
                stop(true);
            }
            return listening.accept();
        } finally {
            server = null;
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
    }

    private Process spawn(Path socket) throws IOException {
        List<String> command = new ArrayList<>(plan.command());
        command.add(socket.toString());
        return new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void read(SocketChannel from) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(LENGTH_BYTES);
        while (fill(from, head.clear())) {
            int length = head.flip().getInt();
            if (length <= 0 || length > plan.maxMessageBytes()) {
                kill("it sent a message of " + length + " bytes");
                return;
            }
            ByteBuffer message = ByteBuffer.allocate(length);
            if (!fill(from, message)) {
                return;
            }
            listener.onMessage(message.array(), System.nanoTime());
        }
    }

    private static boolean fill(SocketChannel from, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into) < 0) {
                return false;
            }
        }
        return true;
    }

    private void write(SocketChannel to) {
        List<Outgoing> batch = new ArrayList<>();
        try {
            while (!ended.get()) {
                batch.add(outbox.take());
                outbox.drainTo(batch, MAX_BATCH - 1);
                ByteBuffer[] bytes = batch.stream().map(Outgoing::bytes).toArray(ByteBuffer[]::new);
                while (bytes[bytes.length - 1].hasRemaining()) {
                    to.write(bytes);
                }
                batch.forEach(each -> each.written().run());
                batch.clear();
            }
        } catch (IOException e) {
            shut(to); // whoever reads says why
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        try {
            while (!ended.get()) {
                Thread.sleep(TICK_MS);
                if (!ended.get()) {
                    listener.onTick(System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        closing = true;
        shut(channel);
        Process started = process;
        String why = cause == null ? "it ended" : cause;
        if (started != null) {
            why = await(started, why);
        }
        if (ended.compareAndSet(false, true)) {
            send(new byte[0], () -> {}); // wakes the writer
            listener.onEnd(why, System.nanoTime());
        }
    }

    private String await(Process started, String why) {
        try {
            boolean gone = started.waitFor(GRACE_MS, TimeUnit.MILLISECONDS);
            if (!gone) {
                started.destroyForcibly().waitFor();
            }
            return cause == null ? "it ended with status " + started.exitValue() : why;
        } catch (InterruptedException e) {
            started.destroyForcibly();
            Thread.currentThread().interrupt();
            return why;
        }
    }

    private static void shut(@Nullable Channel open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // nothing more can be done about it
            }
        }
    }
}
