package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.media.observe.DropReason;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a media port does, the same over FFM and NIO. */
@Timeout(30)
class MediaNetworkTest {
    /** The natives run on Linux only; elsewhere that half is NIO twice. */
    private static NativeMode usable(NativeMode mode) {
        return mode == NativeMode.FFM && !LinuxSockets.isAvailable() ? NativeMode.NIO : mode;
    }

    private static NetworkConfig config(NativeMode mode) {
        return NetworkConfig.loopback().withNativeMode(usable(mode)).withTcp(false);
    }

    private static MediaNetwork echo(NetworkConfig config) throws IOException {
        return MediaNetwork.open(config, loop -> new DatagramHandler() {
            @Override
            public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
                loop.sink().send(from.toPath(), buffer, offset, length);
            }

            @Override
            public void onBatchEnd(long nowNs) {}
        });
    }

    private static MediaNetwork silent(NetworkConfig config) throws IOException {
        return MediaNetwork.open(config, loop -> new Recorder());
    }

    private static class Recorder implements DatagramHandler {
        final List<byte[]> datagrams = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
            datagrams.add(Arrays.copyOfRange(buffer, offset, offset + length));
        }

        @Override
        public void onBatchEnd(long nowNs) {}
    }

    private static byte[] numbered(int number, int length) {
        byte[] datagram = new byte[length];
        ByteBuffer.wrap(datagram).putInt(number);
        for (int i = 4; i < length; i++) {
            datagram[i] = (byte) (number + i);
        }
        return datagram;
    }

    private static void onLoop(EventLoop loop, Runnable task) {
        CompletableFuture.runAsync(task, loop).orTimeout(5, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void answersOverIpv4AndIpv6(NativeMode mode) throws IOException {
        try (MediaNetwork network = echo(config(mode))) {
            for (String address : List.of("127.0.0.1", "::1")) {
                try (Wire wire = new Wire(address, network.port())) {
                    for (int length : new int[] {1, 20, 1_200, MediaNetwork.MAX_DATAGRAM_BYTES}) {
                        byte[] datagram = new byte[length];
                        Arrays.fill(datagram, (byte) length);
                        wire.send(datagram);
                        assertThat(wire.receive()).isEqualTo(datagram);
                    }
                }
            }
            assertThat(network.nativeMode()).isEqualTo(usable(mode));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void sendsRunsOfAnySizesInOrder(NativeMode mode) throws IOException {
        try (MediaNetwork network = silent(config(mode));
                Wire wire = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            NetworkPath path = NetworkPath.udp(wire.address(), InetAddress.ofLiteral("127.0.0.1"));
            // Equal, shorter last, longer next, one byte apart, tiny, and more than one message may hold.
            int[] sizes = {1_100, 1_100, 1_100, 700, 701, 702, 702, 701, 20, 20, 4, 2_000, 2_000, 2_000};
            int count = 1_000;
            for (int start = 0; start < count; start += 100) {
                int first = start;
                onLoop(loop, () -> {
                    for (int i = first; i < first + 100; i++) {
                        byte[] datagram = numbered(i, sizes[i % sizes.length]);
                        loop.sink().send(path, datagram, 0, datagram.length);
                    }
                });
            }
            for (int i = 0; i < count; i++) {
                assertThat(wire.receive()).isEqualTo(numbered(i, sizes[i % sizes.length]));
            }
            assertThat(loop.drops().total()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void aBurstOverTheSendArenaArrivesWhole(NativeMode mode) throws IOException {
        try (MediaNetwork network = silent(config(mode));
                Wire wire = new Wire("127.0.0.1", network.port());
                Wire other = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            NetworkPath path = NetworkPath.udp(wire.address(), InetAddress.ofLiteral("127.0.0.1"));
            NetworkPath path2 = NetworkPath.udp(other.address(), InetAddress.ofLiteral("127.0.0.1"));
            int count = 1_500;
            onLoop(loop, () -> {
                for (int i = 0; i < count; i++) {
                    byte[] datagram = numbered(i, 1_000);
                    loop.sink().send(i % 3 == 2 ? path2 : path, datagram, 0, datagram.length);
                }
            });
            for (int i = 0; i < count; i++) {
                assertThat((i % 3 == 2 ? other : wire).receive()).isEqualTo(numbered(i, 1_000));
            }
            assertThat(loop.drops().total()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void receivesAThousandInOrder(NativeMode mode) throws Exception {
        Recorder recorder = new Recorder();
        try (MediaNetwork network = MediaNetwork.open(config(mode), loop -> recorder);
                Wire wire = new Wire("127.0.0.1", network.port())) {
            for (int i = 0; i < 1_000; i++) {
                wire.send(numbered(i, 4 + i % 1_200));
            }
            for (int waited = 0; recorder.datagrams.size() < 1_000 && waited < 500; waited++) {
                Thread.sleep(10);
            }
            assertThat(recorder.datagrams).hasSize(1_000);
            for (int i = 0; i < 1_000; i++) {
                assertThat(recorder.datagrams.get(i)).isEqualTo(numbered(i, 4 + i % 1_200));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void tooLongDatagramsAreCountedBothWays(NativeMode mode) throws IOException {
        try (MediaNetwork network = echo(config(mode));
                Wire wire = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            wire.send(new byte[MediaNetwork.MAX_DATAGRAM_BYTES + 1]);
            wire.send(new byte[] {7});
            assertThat(wire.receive()).containsExactly(7);
            assertThat(loop.drops().get(DropReason.DATAGRAM_TOO_LARGE)).isEqualTo(1);
            NetworkPath path = NetworkPath.udp(wire.address(), InetAddress.ofLiteral("0.0.0.0"));
            onLoop(loop, () -> {
                loop.sink().send(path, new byte[70_000], 0, 70_000);
                loop.sink().send(path, new byte[] {8}, 0, 1);
            });
            assertThat(wire.receive()).containsExactly(8);
            assertThat(loop.drops().get(DropReason.DATAGRAM_TOO_LARGE)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void unreachablePeersAreCountedAndHoldNobodyUp(NativeMode mode) throws IOException {
        try (MediaNetwork network = silent(config(mode));
                Wire wire = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            InetAddress any = InetAddress.ofLiteral("0.0.0.0");
            NetworkPath nobody = NetworkPath.udp(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9), any);
            NetworkPath broadcast =
                    NetworkPath.udp(new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), 9), any);
            NetworkPath here = NetworkPath.udp(wire.address(), any);
            for (int round = 0; round < 3; round++) {
                onLoop(loop, () -> {
                    loop.sink().send(nobody, new byte[100], 0, 100);
                    loop.sink().send(broadcast, new byte[100], 0, 100);
                    loop.sink().send(broadcast, new byte[100], 0, 100);
                    loop.sink().send(here, new byte[] {1}, 0, 1);
                });
                assertThat(wire.receive()).containsExactly(1);
            }
            onLoop(loop, () -> {});
            // A broadcast is forbidden to a socket without SO_BROADCAST; java.nio sets that option itself.
            if (usable(mode) == NativeMode.FFM) {
                assertThat(loop.drops().get(DropReason.SEND_FAILED)).isEqualTo(6);
            }
            assertThat(network.faults()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void executeWakesTheLoop(NativeMode mode) throws IOException {
        try (MediaNetwork network = silent(config(mode))) {
            EventLoop loop = network.loops().getFirst();
            long startNs = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                onLoop(loop, () -> assertThat(loop.inLoop()).isTrue());
            }
            assertThat(loop.inLoop()).isFalse();
            // Without the wake-up each would wait for the loop's longest sleep, a second.
            assertThat(System.nanoTime() - startNs).isLessThan(20_000_000_000L);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void timersFireInOrderAndNotEarly(NativeMode mode) throws IOException {
        try (MediaNetwork network = silent(config(mode))) {
            EventLoop loop = network.loops().getFirst();
            List<Integer> fired = Collections.synchronizedList(new ArrayList<>());
            CompletableFuture<Boolean> last = new CompletableFuture<>();
            onLoop(loop, () -> {
                long startNs = System.nanoTime();
                for (int i : new int[] {3, 1, 2, 0}) {
                    long dueNs = startNs + 2_000_000L * (i + 1);
                    loop.timers()
                            .set(
                                    new Timer(nowNs -> {
                                        fired.add(nowNs >= dueNs ? i : -1);
                                        if (i == 3) {
                                            last.complete(true);
                                        }
                                    }),
                                    dueNs);
                }
            });
            assertThat(last.orTimeout(5, TimeUnit.SECONDS).join()).isTrue();
            assertThat(fired).containsExactly(0, 1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void aBugEndsNeitherLoopNorBatch(NativeMode mode) throws Exception {
        NetworkConfig config = config(mode);
        try (MediaNetwork network = MediaNetwork.open(config, loop -> new DatagramHandler() {
                    @Override
                    public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
                        if (buffer[offset] == 0) {
                            throw new IllegalStateException("a bug the test made");
                        }
                        loop.sink().send(from.toPath(), buffer, offset, length);
                    }

                    @Override
                    public void onBatchEnd(long nowNs) {}
                });
                Wire wire = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            loop.execute(() -> {
                throw new IllegalArgumentException("another bug the test made");
            });
            onLoop(loop, () -> loop.timers()
                    .set(
                            new Timer(nowNs -> {
                                throw new UnsupportedOperationException("a third bug the test made");
                            }),
                            System.nanoTime()));
            wire.send(new byte[] {0});
            wire.send(new byte[] {5});
            assertThat(wire.receive()).containsExactly(5);
            for (int waited = 0; network.faults() < 3 && waited < 500; waited++) {
                Thread.sleep(10);
            }
            assertThat(network.faults()).isEqualTo(3);
            assertThat(loop.drops().get(DropReason.INTERNAL_ERROR)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void loopsShareThePort(NativeMode mode) throws IOException {
        Set<Integer> seen = Collections.synchronizedSet(new HashSet<>());
        try (MediaNetwork network = MediaNetwork.open(config(mode).withLoops(3), loop -> new DatagramHandler() {
            @Override
            public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
                seen.add(loop.index());
                loop.sink().send(from.toPath(), buffer, offset, length);
            }

            @Override
            public void onBatchEnd(long nowNs) {}
        })) {
            // Each source address goes to one loop by its hash: 64 sources miss a loop once in 10^11.
            for (int i = 0; i < 64; i++) {
                try (Wire wire = new Wire("127.0.0.1", network.port())) {
                    wire.send(new byte[] {1});
                    assertThat(wire.receive()).containsExactly(1);
                }
            }
            assertThat(seen).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void aTakenPortIsRefusedThoughLoopsShare(NativeMode mode) throws IOException {
        try (MediaNetwork network = silent(config(mode).withLoops(2))) {
            NetworkConfig same = new NetworkConfig(
                    network.port(), List.of(), true, 2, false, usable(mode), 1 << 20, TcpLimits.DEFAULT);
            assertThatThrownBy(() -> silent(same).close())
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("media.port " + network.port());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM"})
    void repliesLeaveFromTheAddressAsked(NativeMode mode) throws IOException {
        assumeTrue(LinuxSockets.isAvailable());
        try (MediaNetwork network = echo(config(mode))) {
            for (String address : List.of("127.0.0.1", "127.0.0.5")) {
                try (Wire wire = new Wire(address, network.port())) {
                    wire.send(new byte[] {1});
                    DatagramPacket reply = wire.receivePacket();
                    assertThat(reply.getAddress().getHostAddress()).isEqualTo(address);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM"})
    void equalDatagramsShareSystemCalls(NativeMode mode) throws IOException {
        assumeTrue(LinuxSockets.isAvailable());
        try (MediaNetwork network = silent(config(mode));
                Wire wire = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            NetworkPath path = NetworkPath.udp(wire.address(), InetAddress.ofLiteral("127.0.0.1"));
            onLoop(loop, () -> {
                for (int i = 0; i < 640; i++) {
                    loop.sink().send(path, numbered(i, 1_000), 0, 1_000);
                }
            });
            for (int i = 0; i < 640; i++) {
                assertThat(wire.receive()).isEqualTo(numbered(i, 1_000));
            }
            assertThat(network.sendCalls()).isLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM"})
    void aRefusedRunIsTriedOneByOneAndHoldsNobodyUp(NativeMode mode) throws IOException {
        assumeTrue(LinuxSockets.isAvailable());
        try (MediaNetwork network = silent(config(mode));
                Wire wire = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            NetworkPath path = NetworkPath.udp(wire.address(), InetAddress.ofLiteral("127.0.0.1"));
            // The kernel refuses a source that is not ours with EINVAL, as it does a run it will not cut.
            NetworkPath foreign = NetworkPath.udp(wire.address(), InetAddress.ofLiteral("192.0.2.1"));
            onLoop(loop, () -> {
                loop.sink().send(foreign, new byte[1_000], 0, 1_000);
                loop.sink().send(foreign, new byte[1_000], 0, 1_000);
                loop.sink().send(foreign, new byte[999], 0, 999);
                loop.sink().send(path, new byte[] {3}, 0, 1);
            });
            assertThat(wire.receive()).containsExactly(3);
            onLoop(loop, () -> {});
            assertThat(loop.drops().get(DropReason.SEND_FAILED)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void aFullReceiveBufferIsCounted(NativeMode mode) throws Exception {
        assumeTrue(LinuxSockets.isAvailable());
        try (MediaNetwork network = silent(config(mode).withSocketBufferBytes(64 << 10));
                Wire wire = new Wire("127.0.0.1", network.port())) {
            EventLoop loop = network.loops().getFirst();
            CompletableFuture<Void> go = new CompletableFuture<>();
            loop.execute(go::join);
            for (int i = 0; i < 2_000; i++) {
                wire.send(new byte[1_000]);
            }
            go.complete(null);
            for (int i = 0; i < 200 && network.receiveBufferDrops() <= 1_000; i++) {
                wire.send(new byte[1]);
                Thread.sleep(10);
            }
            assertThat(network.receiveBufferDrops()).isGreaterThan(1_000);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void datagramsAreHandedFromLoopToLoop(NativeMode mode) throws IOException {
        AtomicReference<List<EventLoop>> loops = new AtomicReference<>(List.of());
        AtomicInteger passes = new AtomicInteger();
        try (MediaNetwork network = MediaNetwork.open(config(mode).withLoops(2), loop -> new DatagramHandler() {
                    @Override
                    public void onDatagram(byte[] buffer, int offset, int length, PathKey from, long nowNs) {
                        if (passes.incrementAndGet() % 4 != 0) {
                            EventLoop other =
                                    Objects.requireNonNull(loops.get()).get(1 - loop.index());
                            assertThat(other.handOver(buffer, offset, length, from))
                                    .isTrue();
                        } else {
                            loop.sink().send(from.toPath(), buffer, offset, length);
                        }
                    }

                    @Override
                    public void onBatchEnd(long nowNs) {}
                });
                Wire wire = new Wire("127.0.0.1", network.port())) {
            loops.set(network.loops());
            for (int i = 0; i < 50; i++) {
                wire.send(numbered(i, 500));
                assertThat(wire.receive()).isEqualTo(numbered(i, 500));
            }
            assertThat(passes.get()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FFM", "NIO"})
    void closeSendsWhatIsQueuedAndFreesThePort(NativeMode mode) throws IOException {
        MediaNetwork network = silent(config(mode).withTcp(true));
        int port = network.port();
        try (Wire wire = new Wire("127.0.0.1", port)) {
            EventLoop loop = network.loops().getFirst();
            NetworkPath path = NetworkPath.udp(wire.address(), InetAddress.ofLiteral("127.0.0.1"));
            loop.execute(() -> loop.sink().send(path, new byte[] {9}, 0, 1));
            network.close();
            network.close();
            assertThat(wire.receive()).containsExactly(9);
            loop.execute(() -> loop.sink().send(path, new byte[] {10}, 0, 1));
            wire.timeoutMs(50);
            assertThatThrownBy(wire::receive).isInstanceOf(SocketTimeoutException.class);
        }
        NetworkConfig same =
                new NetworkConfig(port, List.of(), true, 1, true, usable(mode), 1 << 20, TcpLimits.DEFAULT);
        silent(same).close();
    }
}
