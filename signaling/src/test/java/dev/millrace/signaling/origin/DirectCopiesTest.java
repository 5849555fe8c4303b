package dev.millrace.signaling.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is copied off the heap, for how long, and that whoever still reads it can. */
class DirectCopiesTest {
    private static final long S = 1_000_000_000L;

    private final DirectCopies copies = new DirectCopies();
    private final Random random = new Random(1);

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private ByteBuf whole(byte[] bytes, long nowNs) {
        return copies.of(bytes, 0, bytes.length, nowNs);
    }

    @Test
    void manyAreSentOneCopy() {
        byte[] part = bytes(60_000);
        ByteBuf first = whole(part, 0);
        ByteBuf second = copies.of(part, 100, 5_000, 0);
        assertThat(first.isDirect()).isTrue();
        assertThat(ByteBufUtil.getBytes(first)).isEqualTo(part);
        assertThat(ByteBufUtil.getBytes(second)).isEqualTo(Arrays.copyOfRange(part, 100, 5_100));
        assertThat(copies.bytes()).isEqualTo(60_000);
        first.skipBytes(1_000); // one reader's progress is none of another's
        assertThat(ByteBufUtil.getBytes(whole(part, 0))).isEqualTo(part);
        byte[] same = part.clone();
        whole(same, 0);
        assertThat(copies.bytes()).as("equal is not the same").isEqualTo(120_000);
    }

    @Test
    void littleIsNotKept() {
        byte[] text = bytes(400);
        assertThat(ByteBufUtil.getBytes(whole(text, 0))).isEqualTo(text);
        assertThat(copies.bytes()).isZero();
    }

    @Test
    void thereIsABoundAndWhoReadsSlowlyStillReadsTheSame() {
        byte[] slow = bytes(100_000);
        ByteBuf reading = whole(slow, 0);
        byte[] popular = bytes(100_000);
        whole(popular, 0);
        long most = 0;
        for (int i = 0; i < 1_000; i++) {
            whole(bytes(100_000), i);
            whole(popular, i);
            most = Math.max(most, copies.bytes());
        }
        assertThat(most).isBetween(DirectCopies.MAX_BYTES - 100_000, DirectCopies.MAX_BYTES);
        long before = copies.bytes();
        whole(popular, S);
        assertThat(copies.bytes()).as("what is asked for stays").isEqualTo(before);
        System.gc();
        assertThat(ByteBufUtil.getBytes(reading)).isEqualTo(slow);
    }

    @Test
    void whatNobodyAsksForIsLetGoOf() {
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            parts.add(bytes(50_000));
            whole(parts.getLast(), i * S);
            copies.tidy(i * S);
            assertThat(copies.bytes()).isLessThanOrEqualTo(10 * 50_000);
        }
        whole(parts.getFirst(), 20 * S);
        copies.tidy(29 * S);
        assertThat(copies.bytes()).isEqualTo(50_000);
        copies.tidy(30 * S);
        assertThat(copies.bytes()).isZero();
    }

    /** More than there may be at once, ten times over: what is let go of is freed. */
    @Test
    void memoryOffTheHeapIsGivenBack() {
        long before = direct();
        byte[] part = bytes(200_000);
        for (int i = 0; i < 2_000; i++) {
            whole(part.clone(), i);
        }
        for (int i = 0; i < 50 && direct() - before > 2 * DirectCopies.MAX_BYTES; i++) {
            System.gc();
            ByteBuffer.allocateDirect(1);
        }
        assertThat(direct() - before).isLessThan(2 * DirectCopies.MAX_BYTES);
    }

    private static long direct() {
        return java.lang.management.ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class)
                .stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
