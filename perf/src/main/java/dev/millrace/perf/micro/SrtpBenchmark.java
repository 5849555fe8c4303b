package dev.millrace.perf.micro;

import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.srtp.SrtpCrypto;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpProfile;
import dev.millrace.media.srtp.SrtpSession;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * SRTP of a packet with 1,041 bytes of payload, each for another of so many viewers, as it is forwarded: from the loop's
 * scratch into the memory that is sent from. Opening is a publisher's, so of one session.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SrtpBenchmark {
    private static final int PAYLOAD_BYTES = 1_041;
    private static final int HEADROOM = 64;

    /** What encrypts; what is not installed here falls back to the first that is. */
    @Param({"openssl", "ipsec", "java"})
    public String crypto = "java";

    @Param({"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_HMAC_SHA1_80"})
    public SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;

    @Param({"1", "500"})
    public int viewers = 1;

    private SrtpSession[] sessions = {};
    private SrtpSession opening = SrtpSession.create(keys(SrtpProfile.AEAD_AES_128_GCM, 0));
    private final byte[] plain = new byte[2_048];
    private final byte[] scratch = new byte[2_048];
    private final byte[][] sealed = new byte[1 << 15][];
    private final long room = Arena.global().allocate(2_048, 64).address();
    private int length;
    private int next;
    private int sequence;
    private int opened;

    @Setup
    public void setUp() {
        length = new RtpWriter()
                .begin(plain, HEADROOM, 125, 0, 90_000, 1)
                .extension16(5, 0)
                .payload(new byte[PAYLOAD_BYTES], 0, PAYLOAD_BYTES)
                .finish();
        SrtpCrypto chosen = named(crypto);
        sessions = new SrtpSession[viewers];
        for (int i = 0; i < viewers; i++) {
            sessions[i] = chosen.session(keys(profile, i));
        }
        SrtpSession sender = SrtpSession.create(keys(profile, 0));
        for (int i = 0; i < sealed.length; i++) {
            System.arraycopy(plain, 0, scratch, 0, plain.length);
            BigEndian.put16(scratch, HEADROOM + 2, i);
            int bytes = sender.protectRtp(scratch, HEADROOM, length);
            sealed[i] = java.util.Arrays.copyOfRange(scratch, HEADROOM, HEADROOM + bytes);
        }
        opened = sealed.length;
    }

    private static SrtpCrypto named(String name) {
        List<SrtpCrypto> all = SrtpCrypto.available();
        for (SrtpCrypto each : all) {
            if (each.description().toLowerCase(java.util.Locale.ROOT).startsWith(name)) {
                return each;
            }
        }
        throw new IllegalStateException(name + " is not installed here: leave it out with -p crypto=openssl,java");
    }

    private static SrtpKeys keys(SrtpProfile profile, int i) {
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        key[0] = (byte) i;
        key[1] = (byte) (i >> 8);
        return new SrtpKeys(profile, key, salt, key.clone(), salt.clone());
    }

    @Benchmark
    public int protect() {
        if (++next >= viewers) {
            next = 0;
            sequence++;
        }
        BigEndian.put16(plain, HEADROOM + 2, sequence & 0xffff);
        System.arraycopy(plain, HEADROOM, scratch, HEADROOM, length);
        int bytes = sessions[next].protectRtp(scratch, HEADROOM, length, room);
        if (bytes < 0) {
            throw new IllegalStateException("not encrypted: " + bytes);
        }
        return bytes;
    }

    @Benchmark
    public int unprotect() {
        if (opened == sealed.length) {
            opened = 0;
            opening.close();
            opening = named(crypto).session(keys(profile, 0));
        }
        byte[] packet = sealed[opened++];
        System.arraycopy(packet, 0, scratch, HEADROOM, packet.length);
        int bytes = opening.unprotectRtp(scratch, HEADROOM, packet.length);
        if (bytes < 0) {
            throw new IllegalStateException("not decrypted: " + bytes);
        }
        return bytes;
    }
}
