package dev.millrace.media.srtp;

import static dev.millrace.media.srtp.SrtpPackets.code;
import static dev.millrace.media.srtp.SrtpPackets.protectRtcp;
import static dev.millrace.media.srtp.SrtpPackets.protectRtp;
import static dev.millrace.media.srtp.SrtpPackets.unprotectRtcp;
import static dev.millrace.media.srtp.SrtpPackets.unprotectRtp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SrtpSessionTest {
    private static final int SSRC = 0xcafe_0001;

    private final Random random = new Random(42);

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void roundTrip(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        for (int i = 0; i < 200; i++) {
            byte[] rtp = SrtpPackets.rtp(SSRC + i % 3, i, i * 7, random);
            byte[] sealed = protectRtp(ends.ours(), rtp);
            assertThat(sealed).hasSize(rtp.length + kind.profile().tagLength());
            assertThat(unprotectRtp(ends.theirs(), sealed)).isEqualTo(rtp);
            byte[] rtcp = SrtpPackets.rtcp(SSRC, 4 * i, random);
            assertThat(unprotectRtcp(ends.theirs(), protectRtcp(ends.ours(), rtcp)))
                    .isEqualTo(rtcp);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void replayedPacketsAreRefused(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        List<byte[]> sealed = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            sealed.add(protectRtp(ends.ours(), SrtpPackets.rtp(SSRC, i, 20, random)));
        }
        for (int i = 500; i < 1100; i++) {
            unprotectRtp(ends.theirs(), sealed.get(i));
        }
        assertThat(code(ends.theirs()::unprotectRtp, sealed.get(1099))).isEqualTo(SrtpSession.REPLAYED);
        assertThat(code(ends.theirs()::unprotectRtp, sealed.get(500))).isEqualTo(SrtpSession.REPLAYED);
        // 1,023 behind is still known to be new, 1,024 is not.
        assertThat(code(ends.theirs()::unprotectRtp, sealed.get(76))).isPositive();
        assertThat(code(ends.theirs()::unprotectRtp, sealed.get(76))).isEqualTo(SrtpSession.REPLAYED);
        assertThat(code(ends.theirs()::unprotectRtp, sealed.get(75))).isEqualTo(SrtpSession.REPLAYED);

        byte[] rtcp = protectRtcp(ends.ours(), SrtpPackets.rtcp(SSRC, 20, random));
        assertThat(code(ends.theirs()::unprotectRtcp, rtcp)).isPositive();
        assertThat(code(ends.theirs()::unprotectRtcp, rtcp)).isEqualTo(SrtpSession.REPLAYED);
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void everyFlippedBitIsNoticed(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        unprotectRtp(ends.theirs(), protectRtp(ends.ours(), SrtpPackets.rtp(SSRC, 1, 30, random)));
        byte[] rtp = protectRtp(ends.ours(), SrtpPackets.rtp(SSRC, 2, 30, random));
        byte[] rtcp = protectRtcp(ends.ours(), SrtpPackets.rtcp(SSRC, 20, random));
        for (int bit = 0; bit < 8 * rtp.length; bit++) {
            assertThat(code(ends.theirs()::unprotectRtp, flipped(rtp, bit))).isNegative();
        }
        for (int bit = 0; bit < 8 * rtcp.length; bit++) {
            assertThat(code(ends.theirs()::unprotectRtcp, flipped(rtcp, bit))).isNegative();
        }
        assertThat(code(ends.theirs()::unprotectRtp, rtp)).isPositive();
        assertThat(code(ends.theirs()::unprotectRtcp, rtcp)).isPositive();
    }

    private static byte[] flipped(byte[] packet, int bit) {
        byte[] out = packet.clone();
        out[bit / 8] ^= (byte) (1 << (bit % 8));
        return out;
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void truncatedPacketsAreRefused(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        byte[] rtp = protectRtp(ends.ours(), SrtpPackets.rtp(SSRC, 2, 30, random));
        byte[] rtcp = protectRtcp(ends.ours(), SrtpPackets.rtcp(SSRC, 20, random));
        for (int length = 0; length < rtp.length; length++) {
            assertThat(code(ends.theirs()::unprotectRtp, Arrays.copyOf(rtp, length)))
                    .isNegative();
        }
        for (int length = 0; length < rtcp.length; length++) {
            assertThat(code(ends.theirs()::unprotectRtcp, Arrays.copyOf(rtcp, length)))
                    .isNegative();
        }
        assertThat(code(ends.theirs()::unprotectRtp, Arrays.copyOf(rtp, 5))).isEqualTo(SrtpSession.MALFORMED);
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void sequenceNumbersWrapManyTimes(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        for (int sent = 30_000; sent < 400_000; sent += 5_000) {
            byte[] rtp = SrtpPackets.rtp(SSRC, sent, 10, random);
            assertThat(unprotectRtp(ends.theirs(), protectRtp(ends.ours(), rtp)))
                    .isEqualTo(rtp);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void packetsChangePlacesAroundTheWrap(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        List<byte[]> plain = new ArrayList<>();
        List<byte[]> sealed = new ArrayList<>();
        for (int i = 65_436; i < 65_636; i++) {
            plain.add(SrtpPackets.rtp(SSRC, i, 10, random));
        }
        // Senders reorder, too: a late packet of the old cycle is sent after the first of the new one.
        for (int i = 0; i < 200; i++) {
            sealed.add(new byte[0]);
        }
        for (int i : shuffledInBlocks(200, 20)) {
            sealed.set(i, protectRtp(ends.ours(), plain.get(i)));
        }
        for (int i : shuffledInBlocks(200, 40)) {
            assertThat(unprotectRtp(ends.theirs(), sealed.get(i))).isEqualTo(plain.get(i));
        }
    }

    private List<Integer> shuffledInBlocks(int count, int block) {
        List<Integer> order = new ArrayList<>();
        for (int start = 0; start < count; start += block) {
            List<Integer> part = new ArrayList<>();
            for (int i = start; i < start + block; i++) {
                part.add(i);
            }
            java.util.Collections.shuffle(part, random);
            order.addAll(part);
        }
        return order;
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void aNumberIsUsedOnceUnlessTheSamePacketIsSentAgain(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        List<byte[]> plain = new ArrayList<>();
        List<byte[]> sealed = new ArrayList<>();
        for (int i = 65_000; i < 66_000; i++) {
            byte[] rtp = SrtpPackets.rtp(SSRC, i, 10, random);
            plain.add(rtp);
            sealed.add(protectRtp(ends.ours(), rtp));
        }
        assertThat(code(ends.ours()::protectRtp, SrtpPackets.rtp(SSRC, 65_999, 10, random)))
                .isEqualTo(SrtpSession.REPLAYED);
        for (int i : new int[] {999, 999, 999, 10, 998, 500, 500, 3, 999}) {
            assertThat(SrtpPackets.result(ends.ours()::protectRtpAgain, plain.get(i)))
                    .isEqualTo(sealed.get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void madeUpSourcesLeaveNothingBehind(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        for (int i = 0; i < 2_000; i++) {
            byte[] forged = SrtpPackets.rtp(random.nextInt(), random.nextInt(), 50, random);
            assertThat(code(ends.theirs()::unprotectRtp, forged)).isEqualTo(SrtpSession.AUTH_FAILED);
        }
        // Starts right before the wrap: a forged packet must not have left its cycle behind either.
        for (int i = 65_530; i < 65_550; i++) {
            byte[] rtp = SrtpPackets.rtp(SSRC, i, 10, random);
            assertThat(unprotectRtp(ends.theirs(), protectRtp(ends.ours(), rtp)))
                    .isEqualTo(rtp);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void sourcesAreBounded(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        SrtpPackets.Ends sameKeys = SrtpPackets.Ends.of(kind, new Random(42));
        SrtpPackets.Ends sameKeysAgain = SrtpPackets.Ends.of(kind, new Random(42));
        for (int i = 0; i < SrtpSession.MAX_SOURCES; i++) {
            unprotectRtp(ends.theirs(), protectRtp(ends.ours(), SrtpPackets.rtp(i, 1, 10, random)));
            unprotectRtcp(ends.theirs(), protectRtcp(ends.ours(), SrtpPackets.rtcp(i, 16, random)));
        }
        assertThat(code(ends.ours()::protectRtp, SrtpPackets.rtp(-1, 1, 10, random)))
                .isEqualTo(SrtpSession.TOO_MANY_SOURCES);
        assertThat(code(ends.ours()::protectRtcp, SrtpPackets.rtcp(-1, 16, random)))
                .isEqualTo(SrtpSession.TOO_MANY_SOURCES);
        byte[] oneMore = protectRtp(sameKeys.ours(), SrtpPackets.rtp(-1, 1, 10, random));
        assertThat(code(ends.theirs()::unprotectRtp, oneMore)).isEqualTo(SrtpSession.TOO_MANY_SOURCES);
        assertThat(code(sameKeysAgain.theirs()::unprotectRtp, oneMore)).isPositive();
        for (int i = 0; i < SrtpSession.MAX_SOURCES; i++) {
            unprotectRtp(ends.theirs(), protectRtp(ends.ours(), SrtpPackets.rtp(i, 2, 10, random)));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void nothingLeavesPlainWhenThereIsNoRoom(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        byte[] rtp = SrtpPackets.rtp(SSRC, 1, 100, random);
        assertThat(ends.ours().protectRtp(rtp, 0, rtp.length)).isEqualTo(SrtpSession.PROTECT_FAILED);
        byte[] rtcp = SrtpPackets.rtcp(SSRC, 16, random);
        assertThat(ends.ours().protectRtcp(rtcp, 0, rtcp.length)).isEqualTo(SrtpSession.PROTECT_FAILED);
    }

    /** Random bytes that begin like RTP or RTCP, with every combination of CSRC count and extension bit. */
    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void randomBytesAreNeverAnException(SrtpPackets.Kind kind) {
        SrtpPackets.Ends ends = SrtpPackets.Ends.of(kind, random);
        unprotectRtp(ends.theirs(), protectRtp(ends.ours(), SrtpPackets.rtp(SSRC, 1, 10, random)));
        for (int i = 0; i < 20_000; i++) {
            byte[] b = SrtpPackets.bytes(random.nextInt(120), random);
            if (b.length > 11) {
                b[0] = (byte) (0x80 | (b[0] & 0x3f));
                if (i % 2 == 0) {
                    dev.millrace.media.rtp.BigEndian.put32(b, 8, SSRC);
                }
                if (i % 3 == 0 && (b[0] & 0x0f) * 4 + 16 < b.length) {
                    // The mark of encrypted header extensions, which the library would take on trust.
                    dev.millrace.media.rtp.BigEndian.put16(b, 12 + (b[0] & 0x0f) * 4, 0xc0de);
                }
            }
            assertThat(code(ends.theirs()::unprotectRtp, b)).isNegative();
            assertThat(code(ends.theirs()::unprotectRtcp, b)).isNegative();
        }
    }
}
