package dev.millrace.media.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import dev.millrace.media.srtp.SrtpKeys;
import dev.millrace.media.srtp.SrtpProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client against our server over a link that loses, repeats and reorders by a seed. */
class DtlsSessionTest {
    private static final int IPV6_MINIMUM_MTU = 1280;

    /** The longest packet of an association of ours. */
    private static final int SCTP_PACKET_BYTES = 1188;

    private static final DtlsIdentity ONE = DtlsIdentity.create(java.time.Instant.EPOCH.plusSeconds(1_700_000_000));
    private static final DtlsIdentity TWO = DtlsIdentity.create(java.time.Instant.EPOCH.plusSeconds(1_700_000_000));

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final Executor handshakes = Executors.newVirtualThreadPerTaskExecutor();
    private final Random random = new Random(1);
    private double loss;
    private double garbage;
    private final List<Runnable> held = new ArrayList<>();

    private final class End implements DtlsListener {
        final DropCounters drops = new DropCounters();
        final List<String> received = new ArrayList<>();
        final DtlsSession dtls;

        @Nullable
        SrtpKeys keys;

        @Nullable
        String failure;

        boolean closed;

        @Nullable
        End other;

        End(DtlsIdentity identity, DtlsRole role, RemoteFingerprint expected) {
            dtls = new DtlsSession(identity, role, List.of(expected), loop::add, handshakes, drops, this);
        }

        @Override
        public void send(byte[] b, int off, int len) {
            assertThat(len).isLessThanOrEqualTo(keys == null ? 1150 : IPV6_MINIMUM_MTU - 40 - 8);
            byte[] copy = Arrays.copyOfRange(b, off, off + len);
            End to = other;
            if (to == null || random.nextDouble() < loss) {
                return;
            }
            deliver(to, copy);
            if (random.nextDouble() < loss) {
                deliver(to, copy);
            }
        }

        private void deliver(End to, byte[] datagram) {
            if (random.nextDouble() < garbage) {
                byte[] bad = datagram.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
                loop.add(() -> to.dtls.onDatagram(bad, 0, random.nextInt(bad.length), 0));
            }
            Runnable delivery = () -> to.dtls.onDatagram(datagram, 0, datagram.length, 0);
            if (random.nextDouble() < loss) {
                held.add(delivery);
            } else {
                loop.add(delivery);
                loop.addAll(held);
                held.clear();
            }
        }

        @Override
        public void onConnected(SrtpKeys k) {
            keys = k;
        }

        @Override
        public void onFailed(String reason) {
            failure = reason;
        }

        @Override
        public void onApplicationData(byte[] b, int off, int len) {
            received.add(new String(b, off, len, StandardCharsets.UTF_8));
        }

        @Override
        public void onClosed() {
            closed = true;
        }
    }

    private static RemoteFingerprint of(DtlsIdentity identity) {
        return new RemoteFingerprint("SHA-256", identity.fingerprint());
    }

    private void link(End a, End b) {
        a.other = b;
        b.other = a;
    }

    private void runUntil(BooleanSupplier done) throws InterruptedException {
        long giveUpNs = System.nanoTime() + 20_000_000_000L;
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(giveUpNs);
            Runnable task = loop.poll(5, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            }
        }
    }

    private void shakeAndTalk() throws InterruptedException {
        End server = new End(ONE, DtlsRole.SERVER, of(TWO));
        End client = new End(TWO, DtlsRole.CLIENT, of(ONE));
        link(server, client);
        runUntil(
                () -> (client.keys != null && server.keys != null) || client.failure != null || server.failure != null);
        assertThat(client.failure).isNull();
        assertThat(server.failure).isNull();
        SrtpKeys c = client.keys;
        SrtpKeys s = server.keys;
        assertThat(c).isNotNull();
        assertThat(s).isNotNull();
        if (c == null || s == null) {
            return;
        }
        assertThat(c.profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
        assertThat(c.localKey()).isEqualTo(s.remoteKey()).isNotEqualTo(c.remoteKey());
        assertThat(c.remoteKey()).isEqualTo(s.localKey());
        assertThat(c.localSalt()).isEqualTo(s.remoteSalt()).hasSize(12);
        loss = 0;
        garbage = 0;
        byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
        assertThat(client.dtls.sendApplicationData(hello, 0, hello.length)).isTrue();
        runUntil(() -> server.received.contains("hello"));
        byte[] sctp = "x".repeat(SCTP_PACKET_BYTES).getBytes(StandardCharsets.UTF_8);
        assertThat(server.dtls.sendApplicationData(sctp, 0, sctp.length)).isTrue();
        runUntil(() -> client.received.contains("x".repeat(SCTP_PACKET_BYTES)));
        assertThat(server.dtls.sendApplicationData(new byte[2000], 0, 2000)).isFalse();
        client.dtls.close();
        runUntil(() -> server.closed);
    }

    @Test
    void handshakesAndDerivesTheSameKeysTheOtherWayRound() throws Exception {
        shakeAndTalk();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesLossRepetitionAndReordering(long seed) throws Exception {
        random.setSeed(seed);
        loss = 0.2;
        shakeAndTalk();
    }

    @Test
    void refusesACertificateTheSdpDoesNotName() throws Exception {
        End server = new End(ONE, DtlsRole.SERVER, of(ONE));
        End client = new End(TWO, DtlsRole.CLIENT, of(ONE));
        link(server, client);
        runUntil(() -> server.failure != null && client.failure != null);
        assertThat(server.failure).contains("bad_certificate");
        assertThat(server.keys).isNull();
    }

    @Test
    void dropsAHandshakeFragmentThatDeclaresTooMuch() {
        End server = new End(ONE, DtlsRole.SERVER, of(TWO));
        byte[] record = new byte[13 + 12 + 8];
        record[0] = 22;
        record[1] = (byte) 254;
        record[2] = (byte) 253;
        record[12] = 20;
        record[13] = 1;
        record[14] = 0x7F;
        record[24] = 8;
        server.dtls.onDatagram(record, 0, record.length, 0);
        assertThat(server.drops.get(DropReason.DTLS_TOO_LARGE)).isEqualTo(1);
        server.dtls.close();
    }

    @Test
    void garbageBeforeDuringAndAfterIsDroppedByName() throws Exception {
        End server = new End(ONE, DtlsRole.SERVER, of(TWO));
        for (int i = 0; i < 20_000; i++) {
            byte[] b = new byte[random.nextInt(1500)];
            random.nextBytes(b);
            server.dtls.onDatagram(b, 0, b.length, 0);
        }
        assertThat(server.drops.total()).isGreaterThan(19_900);
        End client = new End(TWO, DtlsRole.CLIENT, of(ONE));
        link(server, client);
        runUntil(() -> client.keys != null && server.keys != null);
        for (int i = 0; i < 20_000; i++) {
            byte[] b = new byte[13 + random.nextInt(200)];
            random.nextBytes(b);
            b[0] = (byte) (20 + random.nextInt(4));
            b[1] = (byte) 254;
            b[11] = (byte) ((b.length - 13) >> 8);
            b[12] = (byte) (b.length - 13);
            server.dtls.onDatagram(b, 0, b.length, 0);
        }
        byte[] hello = "still here".getBytes(StandardCharsets.UTF_8);
        assertThat(client.dtls.sendApplicationData(hello, 0, hello.length)).isTrue();
        runUntil(() -> server.received.contains("still here"));
    }
}
