package dev.millrace.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Payloads are known again, whatever a server does to what is around them. */
class ForwardDelayTest {
    private static byte[] nal(int type, int length, Random random) {
        byte[] unit = new byte[length];
        random.nextBytes(unit);
        unit[0] = (byte) (0x60 | type);
        return unit;
    }

    private static byte[] annexB(byte[]... units) {
        int length = 0;
        for (byte[] unit : units) {
            length += 4 + unit.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] unit : units) {
            all[at + 3] = 1;
            System.arraycopy(unit, 0, all, at + 4, unit.length);
            at += 4 + unit.length;
        }
        return all;
    }

    private static List<byte[]> payloads(byte[] picture) {
        AnnexBPayloads cut = new AnnexBPayloads();
        RtpWriter writer = new RtpWriter();
        RtpPacket packet = new RtpPacket();
        List<byte[]> payloads = new ArrayList<>();
        cut.begin(picture);
        while (cut.hasMore()) {
            byte[] out = new byte[1_400];
            writer.begin(out, 0, 102, 1, 2, 3);
            cut.writeNext(writer);
            packet.wrap(out, 0, writer.finish());
            byte[] payload = new byte[packet.payloadLength()];
            System.arraycopy(out, packet.payloadOffset(), payload, 0, payload.length);
            payloads.add(payload);
        }
        return payloads;
    }

    private static long key(byte[] payload) {
        return PayloadKey.of(payload, 0, payload.length);
    }

    @Test
    void noTwoPacketsOfAPictureAreTakenForEachOther() {
        Random random = new Random(1);
        Set<Long> keys = new HashSet<>();
        int packets = 0;
        for (int i = 0; i < 200; i++) {
            for (byte[] payload : payloads(annexB(nal(7, 12, random), nal(8, 5, random), nal(5, 20_000, random)))) {
                keys.add(key(payload));
                packets++;
            }
        }
        assertThat(keys).hasSize(packets);
    }

    @Test
    void theBeginningOfASliceIsKnownInEveryPacketization() {
        byte[] slice = nal(1, 900, new Random(2));
        byte[] alone = slice;
        byte[] start = new byte[501];
        start[0] = 0x7c;
        start[1] = (byte) 0x81;
        System.arraycopy(slice, 1, start, 2, 499);
        byte[] aggregated = new byte[3 + slice.length];
        aggregated[0] = 0x78;
        aggregated[1] = (byte) (slice.length >> 8);
        aggregated[2] = (byte) slice.length;
        System.arraycopy(slice, 0, aggregated, 3, slice.length);
        assertThat(key(start)).isEqualTo(key(alone));
        assertThat(key(aggregated)).isEqualTo(key(alone));
    }

    @Test
    void oddPayloadsHaveKeysToo() {
        for (byte[] odd : new byte[][] {{}, {0x78}, {0x78, 0}, {0x78, 0x7f, (byte) 0xff, 1}, {0x7c}, {0x41}}) {
            assertThat(key(odd)).isNotZero();
        }
    }

    @Test
    void theLastTimeOfSendingCounts() {
        SendTimes times = new SendTimes();
        Random random = new Random(3);
        byte[] payload = nal(1, 300, random);
        assertThat(times.find(key(payload))).isEqualTo(Long.MIN_VALUE);
        times.put(key(payload), 1_000);
        for (int i = 0; i < 100; i++) {
            times.put(random.nextLong(), 2_000 + i);
        }
        times.put(key(payload), 8_000_001_000L); // the clip's next round
        assertThat(times.find(key(payload))).isEqualTo(8_000_001_000L);
    }

    @Test
    void asManyAsASecondOfThreeLayersHasAreKept() {
        SendTimes times = new SendTimes();
        Random random = new Random(4);
        List<Long> keys = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            keys.add(random.nextLong());
            times.put(keys.getLast(), i);
        }
        int found = 0;
        for (int i = 0; i < keys.size(); i++) {
            found += times.find(keys.get(i)) == i ? 1 : 0;
        }
        assertThat(found).isGreaterThan(560);
    }
}
