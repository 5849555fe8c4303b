package dev.millrace.media.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
    private static final int OFF = 5;

    private final byte[] buffer = new byte[1500];
    private final RtpWriter writer = new RtpWriter();
    private final RtpPacket packet = new RtpPacket();

    @Test
    void everythingWrittenIsRead() {
        byte[] payload = {1, 2, 3, 4, 5};
        int length = writer.begin(buffer, OFF, 111, 65_535, 0x8000_0001, 0xdead_beef)
                .marker(true)
                .csrc(7)
                .csrc(8)
                .extension8(1, 0x85)
                .extension24(2, 0x123456)
                .extension64(14, 0x0102030405060708L)
                .payload(payload, 1, 4)
                .padding(9)
                .finish();
        assertThat(packet.wrap(buffer, OFF, length)).isTrue();
        assertThat(packet.payloadType()).isEqualTo(111);
        assertThat(packet.marker()).isTrue();
        assertThat(packet.sequenceNumber()).isEqualTo(65_535);
        assertThat(packet.timestamp()).isEqualTo(0x8000_0001);
        assertThat(packet.ssrc()).isEqualTo(0xdead_beef);
        assertThat(packet.csrcCount()).isEqualTo(2);
        assertThat(packet.csrc(1)).isEqualTo(8);
        assertThat(packet.paddingLength()).isEqualTo(9);
        assertThat(packet.payloadLength()).isEqualTo(4);
        assertThat(buffer[packet.payloadOffset()]).isEqualTo((byte) 2);
        assertThat(packet.length()).isEqualTo(12 + 8 + 4 + 16 + 4 + 9);
        assertThat(packet.extensionLength(1)).isEqualTo(1);
        assertThat(buffer[packet.extensionOffset(1)]).isEqualTo((byte) 0x85);
        assertThat(BigEndian.u24(buffer, packet.extensionOffset(2))).isEqualTo(0x123456);
        assertThat(BigEndian.i64(buffer, packet.extensionOffset(14))).isEqualTo(0x0102030405060708L);
        assertThat(packet.extensionOffset(3)).isEqualTo(-1);
        assertThat(packet.extensionLength(3)).isEqualTo(-1);
    }

    @Test
    void settersChangeOnlyTheirField() {
        int length =
                writer.begin(buffer, OFF, 1, 2, 3, 4).marker(true).payload16(77).finish();
        packet.wrap(buffer, OFF, length);
        packet.payloadType(127);
        packet.sequenceNumber(40_000);
        packet.timestamp(-5);
        packet.ssrc(-6);
        assertThat(packet.marker()).isTrue();
        packet.marker(false);
        assertThat(packet.payloadType()).isEqualTo(127);
        assertThat(packet.sequenceNumber()).isEqualTo(40_000);
        assertThat(packet.timestamp()).isEqualTo(-5);
        assertThat(packet.ssrc()).isEqualTo(-6);
        assertThat(packet.marker()).isFalse();
        assertThat(BigEndian.u16(buffer, packet.payloadOffset())).isEqualTo(77);
    }

    @Test
    void theTwoByteFormBeginsWhenItIsNeeded() {
        byte[] data = new byte[255];
        new Random(1).nextBytes(data);
        int length = writer.begin(buffer, OFF, 1, 2, 3, 4)
                .extension8(1, 11)
                .extension(2, data, 0, 16)
                .extension16(20, 0x2021)
                .extension(3, data, 0, 0)
                .extension(200, data, 0, 255)
                .payload16(9)
                .finish();
        assertThat(packet.wrap(buffer, OFF, length)).isTrue();
        assertThat(BigEndian.u16(buffer, OFF + 12)).isEqualTo(0x1000);
        assertThat(buffer[packet.extensionOffset(1)]).isEqualTo((byte) 11);
        assertThat(packet.extensionLength(2)).isEqualTo(16);
        assertThat(buffer[packet.extensionOffset(2) + 15]).isEqualTo(data[15]);
        assertThat(BigEndian.u16(buffer, packet.extensionOffset(20))).isEqualTo(0x2021);
        assertThat(packet.extensionLength(3)).isZero();
        assertThat(packet.extensionLength(200)).isEqualTo(255);
        assertThat(buffer[packet.extensionOffset(200) + 254]).isEqualTo(data[254]);
        assertThat(packet.payloadLength()).isEqualTo(2);
    }

    @Test
    void idFifteenEndsTheOneByteForm() {
        int length = writer.begin(buffer, OFF, 1, 2, 3, 4)
                .extension8(1, 11)
                .extension8(2, 22)
                .extension16(3, 3)
                .finish();
        buffer[OFF + 12 + 4 + 2] = (byte) 0xf0;
        assertThat(packet.wrap(buffer, OFF, length)).isTrue();
        assertThat(packet.extensionLength(1)).isEqualTo(1);
        assertThat(packet.extensionLength(2)).isEqualTo(-1);
        assertThat(packet.extensionLength(3)).isEqualTo(-1);
    }

    @Test
    void whatDoesNotFitIsNotWritten() {
        for (int room = 0; room < 60; room++) {
            byte[] small = new byte[OFF + room];
            int length = writer.begin(small, OFF, 1, 2, 3, 4)
                    .csrc(5)
                    .extension8(1, 1)
                    .extension8(20, 1)
                    .payload(new byte[10], 0, 10)
                    .padding(4)
                    .finish();
            assertThat(length).isEqualTo(room < 12 + 4 + 4 + 8 + 10 + 4 ? -1 : 42);
        }
    }

    @Test
    void badHeadersAreMalformed() {
        int length = writer.begin(buffer, 0, 1, 2, 3, 4)
                .extension8(1, 1)
                .payload16(1)
                .finish();
        for (int shorter = 0; shorter < length - 2; shorter++) {
            assertThat(packet.wrap(buffer, 0, shorter)).isFalse();
        }
        byte[] version = buffer.clone();
        version[0] &= 0x3f;
        assertThat(packet.wrap(version, 0, length)).isFalse();
        byte[] padded = buffer.clone();
        padded[0] |= 0x20;
        padded[length - 1] = 3;
        assertThat(packet.wrap(padded, 0, length)).isFalse();
        padded[length - 1] = 0;
        assertThat(packet.wrap(padded, 0, length)).isFalse();
        padded[length - 1] = 2;
        assertThat(packet.wrap(padded, 0, length)).isTrue();
        assertThat(packet.payloadLength()).isZero();
    }

    @Test
    void rtcpIsToldFromRtp() {
        for (int second = 0; second < 256; second++) {
            byte[] b = {(byte) 0x80, (byte) second};
            assertThat(RtpPacket.isRtcp(b, 0, 2)).isEqualTo(second >= 192 && second <= 223);
        }
        assertThat(RtpPacket.isRtcp(new byte[1], 0, 1)).isFalse();
    }

    @Test
    void sequenceNumbersUnwrap() {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        Random random = new Random(3);
        long truth = 0x1_0000 + 65_500;
        for (int i = 0; i < 100_000; i++) {
            long sent = truth + random.nextInt(-200, 200);
            if (i > 0) {
                assertThat(unwrapper.unwrap((int) sent & 0xffff)).isEqualTo(sent);
            } else {
                assertThat(unwrapper.unwrap((int) truth & 0xffff)).isEqualTo(truth);
            }
            truth += random.nextInt(5_000);
        }
        assertThat(SequenceUnwrapper.isAfter(1, 65_535)).isTrue();
        assertThat(SequenceUnwrapper.distance(65_535, 2)).isEqualTo(-3);
    }

    @Test
    void timestampsUnwrap() {
        TimestampUnwrapper unwrapper = new TimestampUnwrapper();
        long truth = 0x1_ffff_fff0L;
        assertThat(unwrapper.unwrap((int) truth)).isEqualTo(truth);
        for (int i = 0; i < 1_000; i++) {
            truth += 0x1000_0000L;
            assertThat(unwrapper.unwrap((int) truth)).isEqualTo(truth);
            assertThat(unwrapper.unwrap((int) (truth - 90_000))).isEqualTo(truth - 90_000);
        }
    }

    @Test
    void headerExtensionsSurvive() {
        int length = writer.begin(buffer, OFF, 1, 2, 3, 4)
                .extension8(1, HeaderExtensions.audioLevelByte(42, true))
                .extension24(2, HeaderExtensions.absSendTimeOf(0x0123_4567_89ab_cdefL))
                .extension16(3, 60_000)
                .extension(4, new byte[] {'h', '1'}, 0, 2)
                .extension8(5, 3)
                .extension24(6, HeaderExtensions.playoutDelayOf(10, 400))
                .extension64(7, -99)
                .finish();
        assertThat(packet.wrap(buffer, OFF, length)).isTrue();
        assertThat(HeaderExtensions.audioLevel(packet, 1)).isEqualTo(42);
        assertThat(HeaderExtensions.voiceActivity(packet, 1)).isTrue();
        assertThat(HeaderExtensions.absSendTime(packet, 2)).isEqualTo((0x27 << 18) | (0x89ab_cdef >>> 14));
        assertThat(HeaderExtensions.transportSequence(packet, 3)).isEqualTo(60_000);
        assertThat(HeaderExtensions.text(packet, 4)).isEqualTo("h1");
        assertThat(HeaderExtensions.textEquals(packet, 4, "h1")).isTrue();
        assertThat(HeaderExtensions.textEquals(packet, 4, "h2")).isFalse();
        assertThat(HeaderExtensions.textEquals(packet, 4, "h")).isFalse();
        assertThat(HeaderExtensions.rotationDegrees(packet, 5)).isEqualTo(270);
        assertThat(HeaderExtensions.minPlayoutDelay(packet, 6)).isEqualTo(10);
        assertThat(HeaderExtensions.maxPlayoutDelay(packet, 6)).isEqualTo(400);
        assertThat(HeaderExtensions.absCaptureTime(packet, 7)).isEqualTo(-99);
        HeaderExtensions.overwriteTransportSequence(packet, 3, 5);
        assertThat(HeaderExtensions.transportSequence(packet, 3)).isEqualTo(5);
        assertThat(HeaderExtensions.transportSequence(packet, 1)).isEqualTo(-1); // too short
        assertThat(HeaderExtensions.transportSequence(packet, 9)).isEqualTo(-1);
        assertThat(HeaderExtensions.transportSequence(packet, -1)).isEqualTo(-1);
    }
}
