package dev.millrace.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.rtp.BigEndian;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Native sessions against those of jitsi-srtp, packet by packet; on a system without libraries Java against itself. */
class GcmSessionTest {
    private final Random random = new Random(7714);

    static Stream<SrtpPackets.Kind> gcmKinds() {
        return SrtpPackets.kinds().stream().filter(kind -> kind.profile().isGcm());
    }

    private SrtpKeys keys(SrtpProfile profile) {
        return new SrtpKeys(
                profile,
                SrtpPackets.bytes(profile.keyLength(), random),
                SrtpPackets.bytes(profile.saltLength(), random),
                SrtpPackets.bytes(profile.keyLength(), random),
                SrtpPackets.bytes(profile.saltLength(), random));
    }

    private static SrtpKeys turned(SrtpKeys keys) {
        return new SrtpKeys(
                keys.profile(),
                /* localKey= */ keys.remoteKey(),
                /* localSalt= */ keys.remoteSalt(),
                /* remoteKey= */ keys.localKey(),
                /* remoteSalt= */ keys.localSalt());
    }

    /** With CSRCs and a header extension at times, over several cycles of the sequence number, all sizes. */
    private byte[] packet(int i) {
        byte[] plain = SrtpPackets.rtp(0xcafe0000 + i % 4, i * 37, random.nextInt(1_200), random);
        int extra = i % 3 * 4 + (i % 2 == 0 ? 8 : 0);
        byte[] b = new byte[plain.length + extra];
        System.arraycopy(plain, 0, b, 0, 12);
        System.arraycopy(plain, 12, b, 12 + extra, plain.length - 12);
        b[0] |= (byte) (i % 3);
        if (i % 2 == 0) {
            b[0] |= 0x10;
            BigEndian.put32(b, 12 + i % 3 * 4, 0xbede0001);
            BigEndian.put32(b, 16 + i % 3 * 4, 0x51001200 + (i & 0xff));
        }
        return b;
    }

    @ParameterizedTest
    @MethodSource("gcmKinds")
    void everyBitIsTheOneThatJavaMakes(SrtpPackets.Kind kind) {
        SrtpKeys keys = keys(kind.profile());
        try (SrtpSession session = kind.crypto().session(keys);
                SrtpSession there = kind.crypto().session(turned(keys));
                SrtpSession java = SrtpSession.create(keys);
                SrtpSession javaThere = SrtpSession.create(turned(keys))) {
            for (int i = 0; i < 8_000; i++) {
                byte[] plain = packet(i);
                byte[] sealed = SrtpPackets.protectRtp(session, plain);
                assertThat(sealed).isEqualTo(SrtpPackets.protectRtp(java, plain));
                assertThat(SrtpPackets.unprotectRtp(there, sealed)).isEqualTo(plain);
                assertThat(SrtpPackets.unprotectRtp(javaThere, sealed)).isEqualTo(plain);
                assertThat(SrtpPackets.result(session::protectRtpAgain, plain)).isEqualTo(sealed);
                byte[] rtcp = SrtpPackets.rtcp(7 + i % 2, 4 * random.nextInt(300), random);
                byte[] sealedRtcp = SrtpPackets.protectRtcp(session, rtcp);
                assertThat(sealedRtcp).isEqualTo(SrtpPackets.protectRtcp(java, rtcp));
                assertThat(SrtpPackets.unprotectRtcp(there, sealedRtcp)).isEqualTo(rtcp);
                assertThat(SrtpPackets.unprotectRtcp(javaThere, sealedRtcp)).isEqualTo(rtcp);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void nativeMemoryGetsTheSameAsTheArray(SrtpPackets.Kind kind) {
        SrtpKeys keys = keys(kind.profile());
        try (SrtpSession session = kind.crypto().session(keys);
                SrtpSession java = SrtpSession.create(keys);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(2_048);
            for (int i = 0; i < 500; i++) {
                byte[] plain = packet(i);
                byte[] expected = SrtpPackets.protectRtp(java, plain);
                memory.fill((byte) 0x77);
                byte[] b = Arrays.copyOf(plain, plain.length + SrtpSession.MAX_TRAILER_LENGTH);
                int length = session.protectRtp(b, 0, plain.length, memory.address() + 3);
                assertThat(length).isEqualTo(expected.length);
                assertThat(memory.asSlice(3, length).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(expected);
                assertThat(memory.get(ValueLayout.JAVA_BYTE, 3 + length)).isEqualTo((byte) 0x77);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("gcmKinds")
    void closedSessionsEncryptNothing(SrtpPackets.Kind kind) {
        SrtpSession session = kind.crypto().session(keys(kind.profile()));
        byte[] plain = packet(1);
        SrtpPackets.protectRtp(session, plain);
        session.close();
        session.close();
        if (kind.crypto().isNative()) {
            assertThatThrownBy(() -> SrtpPackets.protectRtp(session, packet(5)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatASessionOpensItCloses() {
        for (GcmLibrary library : SrtpCrypto.libraries()) {
            Counting counting = new Counting(library);
            byte[] plain = packet(1);
            byte[] rtcp = SrtpPackets.rtcp(7, 40, random);
            for (int i = 0; i < 20_000; i++) {
                SrtpSession session = new GcmSession(counting, keys(SrtpProfile.AEAD_AES_128_GCM));
                if (i % 3 > 0) {
                    SrtpPackets.protectRtp(session, plain);
                    SrtpPackets.protectRtcp(session, rtcp);
                }
                if (i % 3 > 1) {
                    SrtpPackets.code(session::unprotectRtp, SrtpPackets.rtp(9, 9, 60, random));
                    assertThat(counting.open.get()).isEqualTo(3);
                }
                session.close();
                assertThat(counting.open.get()).isZero();
            }
            assertThat(counting.made.get()).isGreaterThan(30_000);
        }
    }

    @Test
    void aLibraryThatComputesSomethingElseIsNotUsed() {
        for (GcmLibrary library : SrtpCrypto.libraries()) {
            assertThat(GcmSelfTest.passes(library)).isTrue();
            assertThat(GcmSelfTest.passes(new Wrong(library))).isFalse();
        }
        assertThat(GcmSelfTest.passes(new Absent())).isFalse();
    }

    @Test
    void whatWasAskedForIsChosen() {
        List<SrtpCrypto> all = SrtpCrypto.available();
        assertThat(SrtpCrypto.choose(CryptoMode.JAVA).isNative()).isFalse();
        assertThat(SrtpCrypto.choose(CryptoMode.AUTO).description())
                .isEqualTo(all.getFirst().description());
        if (all.size() > 1) {
            assertThat(SrtpCrypto.choose(CryptoMode.NATIVE).isNative()).isTrue();
        } else {
            assertThatThrownBy(() -> SrtpCrypto.choose(CryptoMode.NATIVE)).hasMessageContaining("media.crypto");
        }
        SrtpKeys counter = keys(SrtpProfile.AES128_CM_HMAC_SHA1_80);
        try (SrtpSession session = all.getFirst().session(counter)) {
            assertThat(session).isInstanceOf(JitsiSession.class);
        }
    }

    /** Counts its keys. */
    private record Counting(GcmLibrary library, AtomicInteger open, AtomicInteger made) implements GcmLibrary {
        Counting(GcmLibrary library) {
            this(library, new AtomicInteger(), new AtomicInteger());
        }

        @Override
        public String name() {
            return library.name();
        }

        @Override
        public GcmKey key(byte[] key, boolean sealing) {
            open.incrementAndGet();
            made.incrementAndGet();
            GcmKey inner = library.key(key, sealing);
            return new GcmKey() {
                @Override
                public boolean seal(long room, long associated, int associatedLength, long text, int length) {
                    return inner.seal(room, associated, associatedLength, text, length);
                }

                @Override
                public boolean open(long room, long associated, int associatedLength, long text, int length) {
                    return inner.open(room, associated, associatedLength, text, length);
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                    inner.close();
                }
            };
        }
    }

    /** Takes the first key for every key. */
    private record Wrong(GcmLibrary library) implements GcmLibrary {
        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public GcmKey key(byte[] key, boolean sealing) {
            byte[] other = key.clone();
            other[3] ^= 1;
            return library.key(other, sealing);
        }
    }

    private record Absent() implements GcmLibrary {
        @Override
        public String name() {
            return "absent";
        }

        @Override
        public GcmKey key(byte[] key, boolean sealing) {
            throw new IllegalStateException("absent");
        }
    }
}
