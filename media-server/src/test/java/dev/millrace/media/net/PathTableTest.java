package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathTableTest {
    private final Random random = new Random(42);

    private InetAddress address() throws UnknownHostException {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        // A few networks only, so that paths differ in one field at a time.
        for (int i = 0; i < bytes.length - 1; i++) {
            bytes[i] = (byte) ((bytes[i] & 1) | 2);
        }
        return InetAddress.getByAddress(bytes);
    }

    private NetworkPath path() throws UnknownHostException {
        InetSocketAddress remote = new InetSocketAddress(address(), 1 + random.nextInt(4));
        InetAddress local = address();
        return random.nextBoolean()
                ? NetworkPath.udp(remote, local)
                : NetworkPath.tcp(remote, local, 1 + random.nextInt(3));
    }

    @Test
    void behavesLikeAHashMap() throws UnknownHostException {
        List<NetworkPath> paths = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            paths.add(path());
        }
        PathTable<Integer> table = new PathTable<>();
        Map<NetworkPath, Integer> model = new HashMap<>();
        PathKey key = new PathKey();
        for (int step = 0; step < 200_000; step++) {
            NetworkPath path = paths.get(random.nextInt(paths.size()));
            switch (random.nextInt(5)) {
                case 0, 1 -> assertThat(table.put(path, step)).isEqualTo(model.put(path, step));
                case 2, 3 -> assertThat(table.remove(path)).isEqualTo(model.remove(path));
                default -> {
                    assertThat(table.get(key.set(path))).isEqualTo(model.get(path));
                    assertThat(table.get(path)).isEqualTo(model.get(path));
                }
            }
        }
        assertThat(table.size()).isEqualTo(model.size());
        for (NetworkPath path : paths) {
            assertThat(table.get(key.set(path))).isEqualTo(model.get(path));
        }
    }

    @Test
    void aKeyMakesTheSamePathAgain() throws UnknownHostException {
        PathKey key = new PathKey();
        for (int i = 0; i < 1_000; i++) {
            NetworkPath path = path();
            NetworkPath again = key.set(path).toPath();
            assertThat(again).isEqualTo(path).hasSameHashCodeAs(path);
            assertThat(again.remote()).isEqualTo(path.remote());
            assertThat(again.local()).isEqualTo(path.local());
            assertThat(key.matches(path)).isTrue();
            assertThat(key.hash()).isEqualTo(path.hashCode());
        }
    }

    @Test
    void everyPartOfAPathCounts() throws UnknownHostException {
        InetAddress a = InetAddress.ofLiteral("192.0.2.1");
        InetAddress b = InetAddress.ofLiteral("192.0.2.2");
        NetworkPath path = NetworkPath.udp(new InetSocketAddress(a, 1), a);
        assertThat(path)
                .isNotEqualTo(NetworkPath.udp(new InetSocketAddress(b, 1), a))
                .isNotEqualTo(NetworkPath.udp(new InetSocketAddress(a, 2), a))
                .isNotEqualTo(NetworkPath.udp(new InetSocketAddress(a, 1), b))
                .isNotEqualTo(NetworkPath.tcp(new InetSocketAddress(a, 1), a, 0))
                .isEqualTo(NetworkPath.udp(new InetSocketAddress(InetAddress.ofLiteral("::ffff:192.0.2.1"), 1), a));
    }
}
