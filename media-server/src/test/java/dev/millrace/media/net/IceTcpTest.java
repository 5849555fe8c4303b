package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropReason;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ICE-TCP: frames, bounds, and who is thrown out. */
@Timeout(30)
class IceTcpTest {
    private static final TcpLimits LIMITS = new TcpLimits(6, 4, 2_048, 16 << 10, Duration.ofMillis(700));

    private final AtomicReference<NetworkPath> lastPath = new AtomicReference<>();

    private MediaNetwork echo(TcpLimits limits, int loops) throws IOException {
        NetworkConfig config = NetworkConfig.loopback().withTcpLimits(limits).withLoops(loops);
        return MediaNetwork.open(config, loop -> new DatagramHandler() {
            @Override
            public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
                NetworkPath path = from.toPath();
                lastPath.set(path);
                loop.sink().send(path, buffer, offset, length);
            }

            @Override
            public void onBatchEnd(long nowNs) {}
        });
    }

    private static Socket connect(MediaNetwork network) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), network.port());
        socket.setSoTimeout(5_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static boolean isClosedByPeer(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void framesArriveAsDatagramsAndGoBackAsFrames() throws IOException {
        try (MediaNetwork network = echo(TcpLimits.DEFAULT, 2);
                Socket socket = connect(network);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            Random random = new Random(7);
            for (int i = 0; i < 300; i++) {
                byte[] datagram = new byte[1 + random.nextInt(2_048)];
                random.nextBytes(datagram);
                out.writeShort(datagram.length);
                out.write(datagram);
                byte[] back = new byte[in.readUnsignedShort()];
                in.readFully(back);
                assertThat(back).isEqualTo(datagram);
            }
            NetworkPath path = Objects.requireNonNull(lastPath.get());
            assertThat(path.transport()).isEqualTo(Transport.TCP);
            assertThat(path.remote().getPort()).isEqualTo(socket.getLocalPort());
            assertThat(path.local()).isEqualTo(InetAddress.ofLiteral("127.0.0.1"));
        }
    }

    @Test
    void framesMayComeInAnyPieces() throws IOException {
        try (MediaNetwork network = echo(TcpLimits.DEFAULT, 1);
                Socket socket = connect(network);
                DataInputStream in = new DataInputStream(socket.getInputStream())) {
            ByteBuffer frames = ByteBuffer.allocate(3_000);
            for (int i = 0; i < 20; i++) {
                frames.putShort((short) (10 + i)).put(new byte[10 + i]);
            }
            // An empty frame is a keep-alive of RFC 4571: nothing comes of it.
            frames.putShort((short) 0);
            OutputStream out = socket.getOutputStream();
            Random random = new Random(11);
            for (int at = 0; at < frames.position(); ) {
                int piece = Math.min(frames.position() - at, 1 + random.nextInt(40));
                out.write(frames.array(), at, piece);
                out.flush();
                at += piece;
            }
            for (int i = 0; i < 20; i++) {
                assertThat(in.readUnsignedShort()).isEqualTo(10 + i);
                in.skipNBytes(10 + i);
            }
        }
    }

    @Test
    void aFrameOverTheBoundEndsTheConnection() throws IOException {
        try (MediaNetwork network = echo(LIMITS, 1);
                Socket socket = connect(network)) {
            socket.getOutputStream().write(new byte[] {(byte) 0x08, (byte) 0x01});
            assertThat(isClosedByPeer(socket)).isTrue();
            assertThat(network.tcpDrops().orElseThrow().get(DropReason.TCP_FRAME_TOO_LARGE))
                    .isEqualTo(1);
            assertThat(network.tcpConnections()).isZero();
        }
    }

    @Test
    void whoTricklesBytesWithoutAFrameIsThrownOut() throws Exception {
        try (MediaNetwork network = echo(LIMITS, 1);
                Socket slow = connect(network);
                Socket lively = connect(network)) {
            CompletableFuture<Boolean> thrownOut = CompletableFuture.supplyAsync(() -> {
                try {
                    return isClosedByPeer(slow);
                } catch (IOException e) {
                    return false;
                }
            });
            slow.getOutputStream().write(new byte[] {1, 0});
            DataInputStream in = new DataInputStream(lively.getInputStream());
            for (int i = 0; i < 20 && !thrownOut.isDone(); i++) {
                lively.getOutputStream().write(new byte[] {0, 1, 42});
                assertThat(in.readUnsignedShort()).isEqualTo(1);
                assertThat(in.readByte()).isEqualTo((byte) 42);
                trickle(slow);
                Thread.sleep(100);
            }
            assertThat(thrownOut.get(5, TimeUnit.SECONDS)).isTrue();
            assertThat(network.tcpConnections()).isEqualTo(1);
        }
    }

    private static void trickle(Socket slow) {
        try {
            slow.getOutputStream().write(0);
        } catch (IOException e) {
            // Thrown out meanwhile, as it should be.
        }
    }

    @Test
    void connectionsAreBoundedPerAddressAndSlotsComeBack() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (MediaNetwork network = echo(LIMITS, 1)) {
            for (int i = 0; i < 4; i++) {
                open.add(connect(network));
                exchange(open.getLast());
            }
            try (Socket fifth = connect(network)) {
                assertThat(isClosedByPeer(fifth)).isTrue();
            }
            assertThat(network.tcpDrops().orElseThrow().get(DropReason.TCP_REFUSED))
                    .isEqualTo(1);
            open.removeFirst().close();
            for (int i = 0; i < 100 && network.tcpConnections() == 4; i++) {
                Thread.sleep(10);
            }
            try (Socket again = connect(network)) {
                exchange(again);
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(new byte[] {0, 1, 42});
        assertThat(socket.getInputStream().readNBytes(3)).containsExactly(0, 1, 42);
    }

    @Test
    void whoDoesNotReadLosesFramesAndKeepsTheRestWhole() throws Exception {
        TcpLimits limits = new TcpLimits(6, 4, 2_048, 16 << 10, Duration.ofSeconds(10));
        try (MediaNetwork network = echo(limits, 1);
                Socket socket = connect(network)) {
            exchange(socket);
            EventLoop loop = network.loops().getFirst();
            NetworkPath path = Objects.requireNonNull(lastPath.get());
            int frames = 20_000;
            CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < frames; i++) {
                                    byte[] datagram = new byte[1_000];
                                    ByteBuffer.wrap(datagram).putInt(i);
                                    loop.sink().send(path, datagram, 0, datagram.length);
                                }
                            },
                            loop)
                    .get(10, TimeUnit.SECONDS);
            long dropped = loop.drops().get(DropReason.TCP_BACKPRESSURE);
            assertThat(dropped).isGreaterThan(frames / 2);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int before = -1;
            for (int i = 0; i < frames - dropped; i++) {
                assertThat(in.readUnsignedShort()).isEqualTo(1_000);
                int number = in.readInt();
                assertThat(number).isGreaterThan(before);
                before = number;
                in.skipNBytes(996);
            }
            exchange(socket);
        }
    }

    @Test
    void aPathOfAClosedConnectionIsCounted() throws Exception {
        try (MediaNetwork network = echo(LIMITS, 1)) {
            try (Socket socket = connect(network)) {
                exchange(socket);
            }
            for (int i = 0; i < 200 && network.tcpConnections() > 0; i++) {
                Thread.sleep(10);
            }
            EventLoop loop = network.loops().getFirst();
            NetworkPath path = Objects.requireNonNull(lastPath.get());
            CompletableFuture.runAsync(() -> loop.sink().send(path, new byte[10], 0, 10), loop)
                    .get(5, TimeUnit.SECONDS);
            assertThat(loop.drops().get(DropReason.SEND_NO_PATH)).isEqualTo(1);
        }
    }
}
