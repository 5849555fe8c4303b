package dev.millrace.media.rtmp;

import static dev.millrace.media.rtmp.EncoderBytes.filled;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever comes: no exception, bounded memory, an end with a name. */
class RtmpFuzzTest {
    private static final int MEMORY_BYTES = 12 << 20;

    private static byte[] broadcast(Random random) {
        EncoderBytes bytes = new EncoderBytes().handshake().connect("live").publish("show");
        bytes.message(
                4,
                MessageType.DATA,
                1,
                0,
                AmfWriter.write("@setDataFrame", "onMetaData", Map.of("a", List.of(1, "b"))));
        bytes.avcConfiguration(0).aacConfiguration(0);
        for (int i = 0; i < 40; i++) {
            int ms = i * 33 + (random.nextInt(20) == 0 ? random.nextInt() : 0);
            bytes.avc(ms, i % 10 == 0, random.nextInt(80), filled(random.nextInt(3_000), i));
            bytes.aac(ms, filled(random.nextInt(400), i));
            if (random.nextInt(10) == 0) {
                bytes.setChunkBytes(1 + random.nextInt(5_000));
            }
        }
        return bytes.take();
    }

    @Test
    void brokenBroadcastsBreakNothing() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] bytes = broadcast(random);
            int from = random.nextInt(4) == 0 ? 0 : 3_073; // beyond the handshake mostly
            for (int i = random.nextInt(12); i >= 0; i--) {
                int at = from + random.nextInt(bytes.length - from);
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
            }
            Heard heard = new Heard();
            heard.drip(bytes, 1 + random.nextInt(2_000));
            assertThat(heard.connection.memoryBytes()).as("seed %d", seed).isLessThanOrEqualTo(MEMORY_BYTES);
            heard.pass(40_000);
            assertThat(heard.ended).as("seed %d", seed).isNotNull();
        }
    }

    @Test
    void noiseAfterPublishBreaksNothing() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Heard heard = Heard.publishing();
            byte[] noise = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(noise);
            heard.drip(noise, 1 + random.nextInt(1_000));
            assertThat(heard.connection.memoryBytes()).as("seed %d", seed).isLessThanOrEqualTo(MEMORY_BYTES);
        }
    }

    @Test
    void amfComesBackAsItWas() throws MalformedException {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                values.add(value(random, 0));
            }
            byte[] bytes = AmfWriter.write(values.toArray());
            assertThat(AmfReader.all(bytes, 0, bytes.length))
                    .as("seed %d", seed)
                    .isEqualTo(values);
        }
    }

    private static @Nullable Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> random.nextDouble();
            case 1 -> random.nextBoolean();
            case 2 -> "x".repeat(random.nextInt(random.nextInt(50) == 0 ? 70_000 : 20)) + random.nextInt();
            case 3 -> null;
            case 4 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, @Nullable Object> map = new java.util.LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put("m" + i, value(random, depth + 1));
                }
                yield map;
            }
        };
    }

    @Test
    void amfIsBounded() {
        byte[] deep = filled(200, AmfReader.STRICT_ARRAY);
        byte[] nested = new byte[1000];
        for (int i = 0; i + 5 <= nested.length; i += 5) {
            nested[i] = AmfReader.STRICT_ARRAY;
            nested[i + 4] = 1;
        }
        byte[] wide = filled(5_000, AmfReader.NULL);
        byte[] huge = {AmfReader.STRICT_ARRAY, 0x7f, -1, -1, -1, AmfReader.NULL};
        byte[] text = {AmfReader.LONG_STRING, 0x7f, -1, -1, -1, 'x'};
        for (byte[] bad : List.of(deep, nested, wide, huge, text)) {
            assertThat(failure(bad)).isInstanceOf(MalformedException.class);
        }
    }

    private static @Nullable Throwable failure(byte[] bytes) {
        return org.assertj.core.api.Assertions.catchThrowable(() -> AmfReader.all(bytes, 0, bytes.length));
    }

    @FuzzTest
    void anyBytesBeforeAndAfterPublish(byte[] data) {
        Heard fresh = new Heard();
        fresh.feed(data);
        Heard publishing = Heard.publishing();
        publishing.feed(data);
        TagReader tags = new TagReader(publishing);
        tags.onVideo(data, 0, data.length, 0);
        tags.onAudio(data, 0, data.length, 0);
        assertThat(publishing.connection.memoryBytes()).isLessThanOrEqualTo(MEMORY_BYTES);
    }
}
