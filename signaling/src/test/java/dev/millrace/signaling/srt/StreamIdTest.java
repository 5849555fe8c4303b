package dev.millrace.signaling.srt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.signaling.auth.Access;
import dev.millrace.signaling.config.Settings;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stream ids and the handshakes they come in. */
class StreamIdTest {
    private final Access access = new Access(Settings.of(Map.of("auth.publish", "k:e/y")), Optional.empty());

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "publish/show/k:e/y, true, show, k:e/y",
                "publish:show:k:e/y, true, show, k:e/y",
                "publish/show, true, show, ",
                "publish:show, true, show, ",
                "'#!::r=show,m=publish,s=k:e/y', true, show, k:e/y",
                "'#!::m=publish,u=ann,r=show,key=k:e/y', true, show, k:e/y",
                "'#!::r=show', true, show, ",
                "'#!::r=show,m=request', false, show, ",
                "show:k:e/y, true, show, k:e/y",
                "show, true, show, ",
                "read:show, false, show, "
            })
    void formsOfStreamIds(String text, boolean publish, String stream, String bearer) {
        assertThat(StreamId.of(access, text)).isEqualTo(new StreamId(publish, stream, bearer));
        assertThat(StreamId.of(access, text).toString()).doesNotContain("k:e/y");
    }

    static Buffer handshake(int version, int type, int cookie, String streamId) {
        byte[] id = streamId.getBytes(StandardCharsets.UTF_8);
        int words = (id.length + 3) / 4;
        Buffer packet = Buffer.buffer(new byte[64]);
        packet.setInt(0, 0x8000_0000)
                .setInt(8, 12_345)
                .setInt(16, version)
                .setInt(24, 777)
                .setInt(28, 1_500)
                .setInt(32, 8_192)
                .setInt(36, type)
                .setInt(40, 4_711)
                .setInt(44, cookie);
        if (version == 5) {
            packet.appendShort((short) 1).appendShort((short) 3).appendBytes(new byte[12]);
            byte[] turned = new byte[4 * words];
            for (int i = 0; i < id.length; i++) {
                turned[i / 4 * 4 + 3 - i % 4] = id[i];
            }
            packet.appendShort((short) 5).appendShort((short) words).appendBytes(turned);
        }
        return packet;
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish/show/key", "a", "abcd", "ström", ""})
    void theStreamIdIsReadOutOfAConclusion(String text) {
        SrtHandshake read = Objects.requireNonNull(SrtHandshake.read(handshake(5, -1, 99, text)));
        assertThat(read.isConclusion()).isTrue();
        assertThat(read.streamId()).isEqualTo(text);
        assertThat(read.cookie()).isEqualTo(99);
        assertThat(read.withCookie(5).getInt(44)).isEqualTo(5);
        Buffer no = read.rejected(SrtRejection.UNAUTHORIZED);
        assertThat(no.length()).isEqualTo(64);
        assertThat(no.getInt(36)).isEqualTo(2_401);
        assertThat(no.getInt(12)).isEqualTo(4_711);
        Buffer induction = read.asInduction();
        assertThat(induction.getInt(16)).isEqualTo(4);
        assertThat(induction.getInt(36)).isEqualTo(1);
        assertThat(induction.getInt(24)).as("first sequence").isEqualTo(777);
    }

    @Test
    void anInductionIsAnsweredWithACookie() {
        SrtHandshake read = Objects.requireNonNull(SrtHandshake.read(handshake(4, 1, 0, "")));
        assertThat(read.type()).isEqualTo(SrtHandshake.INDUCTION);
        Buffer answer = read.inducted(31_337);
        assertThat(answer.getInt(12)).isEqualTo(4_711);
        assertThat(answer.getInt(16)).isEqualTo(5);
        assertThat(answer.getUnsignedShort(22)).isEqualTo(0x4a17);
        assertThat(answer.getInt(44)).isEqualTo(31_337);
    }

    @Test
    void nonsenseIsNoHandshakeOrHasNoStreamId() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = handshake(5, -1, 1, "publish/show/key").getBytes();
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Buffer cut = Buffer.buffer(bytes).slice(0, random.nextInt(bytes.length + 1));
            SrtHandshake read = SrtHandshake.read(cut);
            if (read != null) {
                assertThat(read.streamId().length()).isLessThanOrEqualTo(512);
            }
        }
    }
}
