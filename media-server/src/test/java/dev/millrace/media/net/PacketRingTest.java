package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketRingTest {
    @Test
    void refusesWhenFullOrTooLong() {
        PacketRing ring = new PacketRing(4, 16);
        assertThat(ring.isEmpty()).isTrue();
        assertThat(ring.offer(0, 0, 0, new byte[17], 0, 17)).isFalse();
        assertThat(ring.offer(0, 0, 0, new byte[4], 2, 3)).isFalse();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(ring.offer(i, -i, 10L * i, new byte[] {1, 2, (byte) i}, 1, 2))
                        .isTrue();
            }
            assertThat(ring.offer(9, 9, 9, new byte[1], 0, 1)).isFalse();
            List<Integer> read = new ArrayList<>();
            int drained = ring.drain(
                    (tag1, tag2, tag, buffer, offset, length) -> {
                        assertThat(tag2).isEqualTo(-tag1);
                        assertThat(tag).isEqualTo(10L * tag1);
                        assertThat(length).isEqualTo(2);
                        assertThat(buffer[offset + 1]).isEqualTo((byte) tag1);
                        read.add(tag1);
                    },
                    100);
            assertThat(drained).isEqualTo(4);
            assertThat(read).containsExactly(0, 1, 2, 3);
            assertThat(ring.isEmpty()).isTrue();
        }
    }

    @Test
    void aReaderThatFailsLosesOnePacketOnly() {
        PacketRing ring = new PacketRing(4, 16);
        ring.offer(1, 0, 0, new byte[1], 0, 1);
        ring.offer(2, 0, 0, new byte[1], 0, 1);
        List<Integer> read = new ArrayList<>();
        PacketRing.Reader reader = (tag1, tag2, tag, buffer, offset, length) -> {
            if (tag1 == 1) {
                throw new IllegalStateException("made by the test");
            }
            read.add(tag1);
        };
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> ring.drain(reader, 9))
                .isInstanceOf(IllegalStateException.class);
        ring.drain(reader, 9);
        assertThat(read).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @Timeout(60)
    void aMillionPacketsArriveWholeAndInOrder(int producers) throws InterruptedException {
        int each = 1_000_000 / producers;
        PacketRing ring = new PacketRing(256, 64);
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int producer = p;
            threads.add(Thread.ofPlatform().start(() -> produce(ring, producer, each)));
        }
        long[] next = new long[producers];
        long[] broken = new long[1];
        PacketRing.Reader reader = (tag1, tag2, tag, buffer, offset, length) -> {
            boolean whole = tag == next[tag1] && length == tag % 60 && tag2 == (int) tag * 3;
            for (int i = 0; i < length; i++) {
                whole &= buffer[offset + i] == (byte) (tag + i);
            }
            broken[0] += whole ? 0 : 1;
            next[tag1]++;
        };
        long received = 0;
        while (received < (long) each * producers) {
            int drained = ring.drain(reader, 64);
            received += drained;
            if (drained == 0) {
                LockSupport.parkNanos(1_000);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(broken[0]).isZero();
        assertThat(ring.isEmpty()).isTrue();
    }

    private static void produce(PacketRing ring, int producer, int count) {
        byte[] bytes = new byte[60];
        for (long n = 0; n < count; n++) {
            int length = (int) (n % 60);
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (n + i);
            }
            while (!ring.offer(producer, (int) n * 3, n, bytes, 0, length)) {
                LockSupport.parkNanos(1_000);
            }
        }
    }
}
