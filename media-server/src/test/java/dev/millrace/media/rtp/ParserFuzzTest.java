package dev.millrace.media.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.media.rtp.codec.PayloadFuzz;
import dev.millrace.media.rtp.rtcp.RtcpFuzz;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Truncated, oversized, random and mutated bytes in every parser of wire formats: whatever they answer, it is no exception
 * and it comes soon. The seeded loop runs in every build; {@link #coverageGuided} runs its stored inputs there, and searches
 * for new ones with {@code JAZZER_FUZZ=1}.
 */
class ParserFuzzTest {
    private static final int INPUTS = 60_000;

    private static void tryAll(byte[] data) {
        rtp(data);
        RtcpFuzz.read(data);
        PayloadFuzz.read(data);
    }

    private static void rtp(byte[] data) {
        RtpPacket packet = new RtpPacket();
        RtpPacket.isRtcp(data, 0, data.length);
        if (!packet.wrap(data, 0, data.length)) {
            return;
        }
        int sum = packet.payloadOffset() + packet.payloadLength() + packet.paddingLength();
        Assertions.assertTrue(packet.payloadLength() >= 0 && sum <= data.length, "lengths");
        for (int id = 0; id <= 256; id++) {
            int at = packet.extensionOffset(id);
            Assertions.assertTrue(at < 0 || at + packet.extensionLength(id) <= data.length, "extension");
            HeaderExtensions.text(packet, id);
            HeaderExtensions.absCaptureTime(packet, id);
            HeaderExtensions.captureClockOffset(packet, id);
            HeaderExtensions.absSendTime(packet, id);
        }
    }

    @Test
    void seeded() {
        Random random = new Random(20_261_121);
        List<byte[]> valid = new ArrayList<>(RtcpFuzz.samples());
        valid.addAll(PayloadFuzz.samples());
        byte[] b = new byte[400];
        int length = new RtpWriter()
                .begin(b, 0, 96, 1, 2, 3)
                .csrc(1)
                .extension8(1, 1)
                .extension(20, b, 0, 30)
                .payload(b, 0, 50)
                .padding(7)
                .finish();
        valid.add(Arrays.copyOf(b, length));
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 0; i < INPUTS; i++) {
                tryAll(input(random, valid, i));
            }
        });
    }

    @FuzzTest(maxDuration = "60s")
    void coverageGuided(byte[] data) {
        tryAll(data);
    }

    private static byte[] input(Random random, List<byte[]> valid, int i) {
        if (i % 4 == 0) {
            byte[] noise = new byte[random.nextInt(i % 64 == 0 ? 3000 : 60)];
            random.nextBytes(noise);
            if (noise.length > 1) {
                noise[0] = (byte) (0x80 | (noise[0] & 0x3f));
            }
            return noise;
        }
        byte[] from = valid.get(random.nextInt(valid.size()));
        byte[] mutated = Arrays.copyOf(from, Math.max(0, from.length + random.nextInt(-from.length, 9) * (i & 1)));
        for (int flips = random.nextInt(6); flips > 0 && mutated.length > 0; flips--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
        }
        return mutated;
    }
}
