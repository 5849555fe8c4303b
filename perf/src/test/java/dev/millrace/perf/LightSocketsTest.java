package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.net.LinuxSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both kinds of sockets do the same. */
class LightSocketsTest {
    private static final long SECOND_NS = 1_000_000_000;

    /** What the system has. */
    static Stream<LightSockets> sockets() throws IOException {
        return LinuxSockets.isAvailable()
                ? Stream.of(
                        new NioSockets(),
                        new EpollSockets(false, true),
                        new EpollSockets(true, true),
                        new EpollSockets(true, false))
                : Stream.of(new NioSockets());
    }

    private static final class Inbox implements LightSockets.Receiver {
        private final List<byte[]> came = new ArrayList<>();
        private final List<InetSocketAddress> from = new ArrayList<>();

        @Override
        public void onDatagram(Datagram datagram) {
            came.add(Arrays.copyOf(datagram.whole(), datagram.length()));
            InetSocketAddress sender = datagram.from();
            if (sender != null) {
                from.add(sender);
            }
            assertThat(System.nanoTime() - datagram.arrivedNs()).isBetween(0L, 60 * SECOND_NS);
        }
    }

    private static void pollUntil(LightSockets sockets, Inbox inbox, int count) throws IOException {
        long untilNs = System.nanoTime() + 20 * SECOND_NS;
        while (inbox.came.size() < count && System.nanoTime() < untilNs) {
            sockets.poll(SECOND_NS / 100);
        }
    }

    @ParameterizedTest
    @MethodSource("sockets")
    void whatIsSentToAClientComesWholeAndInOrder(LightSockets sockets) throws IOException {
        try (sockets;
                DatagramChannel server = DatagramChannel.open(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            InetSocketAddress serverAddress = (InetSocketAddress) server.getLocalAddress();
            Inbox one = new Inbox();
            Inbox other = new Inbox();
            LightSockets.Socket first = sockets.open(one, false);
            LightSockets.Socket second = sockets.open(other, false);
            first.send(serverAddress, new byte[] {9, 1, 2}, 1, 2);
            ByteBuffer in = ByteBuffer.allocate(2048);
            InetSocketAddress firstAddress = (InetSocketAddress) server.receive(in);
            assertThat(in.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
            second.send(serverAddress, new byte[] {3}, 0, 1);
            in.clear();
            InetSocketAddress secondAddress = (InetSocketAddress) server.receive(in);
            assertThat(secondAddress).isNotEqualTo(firstAddress);

            for (int i = 0; i < 50; i++) {
                byte[] packet = new byte[i == 0 ? 20 : 20 + 25 * i];
                packet[0] = (byte) (i == 0 ? 0 : 0x80);
                packet[packet.length - 1] = (byte) i;
                server.send(ByteBuffer.wrap(packet), firstAddress);
            }
            server.send(ByteBuffer.wrap(new byte[] {7}), secondAddress);
            pollUntil(sockets, one, 50);
            pollUntil(sockets, other, 1);

            assertThat(one.came).hasSize(50);
            for (int i = 1; i < 50; i++) {
                assertThat(one.came.get(i)).hasSize(20 + 25 * i).endsWith((byte) i);
            }
            assertThat(one.from).isNotEmpty().containsOnly(serverAddress);
            assertThat(other.came).containsExactly(new byte[] {7});
            first.close();
            first.send(serverAddress, new byte[1], 0, 1); // nothing, and no harm
            assertThat(sockets.receiveDrops()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("sockets")
    void wakeEndsAWait(LightSockets sockets) throws IOException {
        try (sockets) {
            sockets.wake();
            long startNs = System.nanoTime();
            sockets.poll(SECOND_NS);
            assertThat(System.nanoTime() - startNs).isLessThan(SECOND_NS * 9 / 10);
        }
    }
}
