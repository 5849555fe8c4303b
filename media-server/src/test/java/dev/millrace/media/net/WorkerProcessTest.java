package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerProcessTest implements WorkerProcess.Listener {
    private static final long PATIENCE_S = 40;

    private final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    /** The child: sends what its first argument names. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(args[1]));
                switch (args[0]) {
                    case "huge" ->
                        channel.write(ByteBuffer.allocate(4).putInt(0x7fffffff).flip());
                    case "negative" ->
                        channel.write(ByteBuffer.allocate(4).putInt(-1).flip());
                    case "half" ->
                        channel.write(ByteBuffer.allocate(7)
                                .putInt(100)
                                .put(new byte[3])
                                .flip());
                    case "nothing" -> {}
                    default -> echo(channel);
                }
            }
        }

        private static void echo(SocketChannel channel) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
            while (channel.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
    }

    @Override
    public void onMessage(byte[] message, long nowNs) {
        messages.add(message);
    }

    @Override
    public void onTick(long nowNs) {}

    @Override
    public void onEnd(String why, long nowNs) {
        end.complete(why);
    }

    private WorkerProcess start(String what) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                what);
        WorkerProcess process = new WorkerProcess(new WorkerProcess.Plan("child", command, 0, 1 << 20), this);
        process.start();
        return process;
    }

    private String ended() throws Exception {
        return end.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Test
    void messagesGoThereAndBack() throws Exception {
        WorkerProcess process = start("echo");
        CompletableFuture<Void> written = new CompletableFuture<>();
        process.send(new byte[] {0, 0, 0, 2, 7, 8}, () -> written.complete(null));
        process.send(ByteBuffer.allocate(4 + 300_000).putInt(300_000).array(), () -> {});
        assertThat(messages.poll(PATIENCE_S, TimeUnit.SECONDS)).containsExactly(7, 8);
        assertThat(messages.poll(PATIENCE_S, TimeUnit.SECONDS)).hasSize(300_000);
        written.get(PATIENCE_S, TimeUnit.SECONDS);
        process.close();
        assertThat(ended()).isEqualTo(WorkerProcess.NOT_NEEDED);
    }

    @Test
    void garbageEndsIt() throws Exception {
        start("huge");
        assertThat(ended()).contains("2147483647 bytes");
    }

    @Test
    void aNegativeLengthEndsIt() throws Exception {
        start("negative");
        assertThat(ended()).contains("-1 bytes");
    }

    @Test
    void halfAMessageIsNone() throws Exception {
        start("half");
        assertThat(ended()).contains("status 0");
        assertThat(messages).isEmpty();
    }

    @Test
    void aProgramThatIsNotThereIsToldAtOnce() throws Exception {
        WorkerProcess process =
                new WorkerProcess(new WorkerProcess.Plan("none", List.of("/no/such/program"), 0, 1_000), this);
        process.start();
        assertThat(ended()).contains("/no/such/program");
    }

    @Test
    void oneThatDoesNotComeInIsToldWhenItEnds() throws Exception {
        WorkerProcess process = new WorkerProcess(new WorkerProcess.Plan("true", List.of("true"), 0, 1_000), this);
        process.start();
        assertThat(ended()).isNotEmpty();
    }

    @Test
    void oneThatIsKilledIsGone() throws Exception {
        WorkerProcess process = start("echo");
        process.send(new byte[] {0, 0, 0, 1, 7}, () -> {});
        assertThat(messages.poll(PATIENCE_S, TimeUnit.SECONDS)).containsExactly(7);
        process.kill("it hung");
        assertThat(ended()).isEqualTo("it hung");
        assertThat(ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
