package dev.millrace.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The RFCs' vectors hold the reference, and the reference holds the session: it takes master keys, they do not. */
class RfcVectorTest {
    private static final Properties VECTORS = load();

    private static Properties load() {
        Properties properties = new Properties();
        try (InputStream in = RfcVectorTest.class.getResourceAsStream("vectors.properties")) {
            properties.load(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return properties;
    }

    private static byte[] vector(String name) {
        return HexFormat.of().parseHex(Objects.requireNonNull(VECTORS.getProperty(name), name));
    }

    @Test
    void counterModeOfRfc3711AppendixB2() throws Exception {
        byte[] stream = ReferenceSrtp.counterMode(vector("b2.key"), vector("b2.offset"), new byte[48]);
        assertThat(stream).isEqualTo(vector("b2.keystream"));
    }

    @Test
    void keyDerivationOfRfc3711AppendixB3() throws Exception {
        byte[] key = vector("b3.masterkey");
        byte[] salt = vector("b3.mastersalt");
        assertThat(ReferenceSrtp.derive(key, salt, ReferenceSrtp.RTP_KEY, 16)).isEqualTo(vector("b3.key"));
        assertThat(ReferenceSrtp.derive(key, salt, ReferenceSrtp.RTP_SALT, 14)).isEqualTo(vector("b3.salt"));
        assertThat(ReferenceSrtp.derive(key, salt, ReferenceSrtp.RTP_AUTH, 20)).isEqualTo(vector("b3.auth"));
    }

    @Test
    void rtpOfRfc7714Section16() throws Exception {
        byte[] out = ReferenceSrtp.gcmRtp(vector("rtp.key"), vector("rtp.salt"), vector("rtp.plain"), 12, 0);
        assertThat(out).isEqualTo(vector("rtp.protected"));
    }

    @Test
    void rtcpOfRfc7714Section17() throws Exception {
        byte[] out = ReferenceSrtp.gcmRtcp(vector("rtp.key"), vector("rtp.salt"), vector("rtcp.plain"), 0x5d4);
        assertThat(out).isEqualTo(vector("rtcp.protected"));
    }

    /** The master key of appendix B.3, so that for counter mode the session's keys are the published ones. */
    @ParameterizedTest
    @MethodSource("dev.millrace.media.srtp.SrtpPackets#kinds")
    void sessionProtectsAsTheReferenceDoes(SrtpPackets.Kind kind) throws Exception {
        SrtpProfile profile = kind.profile();
        byte[] key = java.util.Arrays.copyOf(vector("b3.masterkey"), profile.keyLength());
        byte[] salt = java.util.Arrays.copyOf(vector("b3.mastersalt"), profile.saltLength());
        SrtpSession session = kind.crypto().session(new SrtpKeys(profile, key, salt, key, salt));
        Random random = new Random(3711);
        for (int i = 0; i < 300; i++) {
            byte[] rtp = SrtpPackets.rtp(0x5501a0b2, 0xff00 + i, random.nextInt(1200), random);
            assertThat(SrtpPackets.protectRtp(session, rtp))
                    .isEqualTo(referenceRtp(profile, key, salt, rtp, (0xff00 + i) >> 16));
            byte[] rtcp = SrtpPackets.rtcp(0x4d617273, 4 * random.nextInt(100), random);
            assertThat(SrtpPackets.protectRtcp(session, rtcp)).isEqualTo(referenceRtcp(profile, key, salt, rtcp, i));
        }
    }

    private static byte[] referenceRtp(SrtpProfile profile, byte[] master, byte[] masterSalt, byte[] packet, int roc)
            throws Exception {
        byte[] key = ReferenceSrtp.derive(master, masterSalt, ReferenceSrtp.RTP_KEY, profile.keyLength());
        byte[] salt = ReferenceSrtp.derive(master, masterSalt, ReferenceSrtp.RTP_SALT, profile.saltLength());
        byte[] auth = ReferenceSrtp.derive(master, masterSalt, ReferenceSrtp.RTP_AUTH, 20);
        return switch (profile) {
            case AEAD_AES_128_GCM, AEAD_AES_256_GCM -> ReferenceSrtp.gcmRtp(key, salt, packet, 12, roc);
            case AES128_CM_HMAC_SHA1_80 -> ReferenceSrtp.counterRtp(key, salt, auth, packet, 12, roc);
        };
    }

    private static byte[] referenceRtcp(SrtpProfile profile, byte[] master, byte[] masterSalt, byte[] packet, int index)
            throws Exception {
        byte[] key = ReferenceSrtp.derive(master, masterSalt, ReferenceSrtp.RTCP_KEY, profile.keyLength());
        byte[] salt = ReferenceSrtp.derive(master, masterSalt, ReferenceSrtp.RTCP_SALT, profile.saltLength());
        byte[] auth = ReferenceSrtp.derive(master, masterSalt, ReferenceSrtp.RTCP_AUTH, 20);
        return switch (profile) {
            case AEAD_AES_128_GCM, AEAD_AES_256_GCM -> ReferenceSrtp.gcmRtcp(key, salt, packet, index);
            case AES128_CM_HMAC_SHA1_80 -> ReferenceSrtp.counterRtcp(key, salt, auth, packet, index);
        };
    }
}
