package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import dev.millrace.perf.LightStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Garbage from one address, twenty thousand datagrams a second, changes nothing for those who watch. */
@Alone
class FloodTest {
    private static final int VIEWERS = 20;
    private static final int PER_MS = 20;
    private static final int FLOOD_MS = 5_000;

    /** A sender that was held up goes on at its pace: all at once would be a hundred times the flood that is meant. */
    private static final int CATCH_UP_MS = 20;

    /** What a viewer may notice; on a machine that runs other things too, the machine itself pauses longer. */
    private static final double MAX_GAP_MS = Figures.strict() ? 200 : 800;

    private static final double MAX_MISSING = Figures.strict() ? 0 : 0.005;

    private final Random random = new Random(7);

    @Test
    void viewersPlayOn() {
        try (ServerProcess server = ServerProcess.start();
                LightCrowd crowd = new LightCrowd()) {
            LightClient publisher = crowd.publish(server.whip("flooded"), LightOptions.defaults());
            List<LightClient> viewers = crowd.play(server.whep("flooded"), VIEWERS, LightOptions.defaults());
            Await.until("everybody plays", Await.PATIENCE, () -> LightCrowd.stats(viewers), all -> all.stream()
                    .allMatch(stats -> stats.video().packets() > 0));
            // The same garbage to nobody: what the machine and its sender alone do to viewers.
            floodNobody();
            double aloneGapMs = longestGapMs(LightCrowd.stats(viewers));
            Map<String, Long> before = server.drops();
            long heldUpBefore = server.kernelDrops();
            long sent = flood(server.media());
            List<LightStats> seen = LightCrowd.stats(viewers);
            long lostHere = KernelLoss.ofThisProcess();
            Map<String, Long> dropped = Await.until(
                    "drops are counted",
                    Await.PATIENCE,
                    () -> since(before, server.drops()),
                    drops -> total(drops) + server.kernelDrops() - heldUpBefore > sent * 9 / 10);
            long heldUp = server.kernelDrops() - heldUpBefore;

            double packets = seen.stream().mapToLong(s -> s.video().packets()).sum();
            double missing = seen.stream().mapToLong(s -> s.video().missing()).sum() - lostHere;
            double gapMs = longestGapMs(seen);
            Map<String, Number> figures = new HashMap<>(dropped);
            figures.put("sent", sent);
            figures.put("sent-a-second", sent * 1000.0 / FLOOD_MS);
            figures.put("missing-percent", 100 * missing / packets);
            figures.put("longest-gap-ms", gapMs);
            figures.put("longest-gap-without-flood-ms", aloneGapMs);
            figures.put("lost-by-kernel-at-server", heldUp);
            figures.put("lost-by-kernel-at-viewers", lostHere);
            Figures.write("flood", figures);

            assertThat(dropped.keySet()).contains("not_a_protocol", "stun_unknown_ufrag", "unknown_source");
            // A full receive buffer spares nobody: media shares what the kernel drops while the server may not run.
            assertThat(missing / packets).isLessThanOrEqualTo(MAX_MISSING + 2.0 * heldUp / sent);
            assertThat(gapMs).isLessThan(Figures.strict() ? MAX_GAP_MS : Math.max(MAX_GAP_MS, 2 * aloneGapMs));
            assertThat(seen).allMatch(LightStats::up);
            publisher.delete().join();
        }
    }

    private static double longestGapMs(List<LightStats> viewers) {
        return viewers.stream().mapToLong(s -> s.video().longestGapNs()).max().orElse(0) / 1e6;
    }

    private static long total(Map<String, Long> drops) {
        return drops.values().stream().mapToLong(n -> n).sum();
    }

    private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> now) {
        Map<String, Long> since = new HashMap<>(now);
        before.forEach((reason, count) -> since.merge(reason, -count, Long::sum));
        since.values().removeIf(count -> count == 0);
        return since;
    }

    private void floodNobody() {
        try (DatagramChannel nobody = DatagramChannel.open()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            flood((InetSocketAddress) nobody.getLocalAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends at an even pace; answers how many went out. */
    private long flood(InetSocketAddress to) {
        long sent = 0;
        long startNs = System.nanoTime();
        try (DatagramChannel from = DatagramChannel.open()) {
            from.connect(to);
            long doneMs = 0;
            for (long nowMs = 0; nowMs < FLOOD_MS; nowMs = (System.nanoTime() - startNs) / 1_000_000) {
                long due = Math.min(nowMs - doneMs, CATCH_UP_MS) * PER_MS;
                for (int i = 0; i < due; i++) {
                    from.write(garbage(i % 4));
                }
                sent += due;
                doneMs = nowMs;
                Await.pause(1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sent;
    }

    private ByteBuffer garbage(int kind) {
        return switch (kind) {
            case 0 -> ByteBuffer.wrap(bytes(64 + random.nextInt(512), random.nextInt(256)));
            case 1 -> check();
            case 2 -> ByteBuffer.wrap(bytes(200, 22)).putShort(1, (short) 0xfefd);
            default -> ByteBuffer.wrap(bytes(1_100, 0x80));
        };
    }

    private byte[] bytes(int length, int first) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] = (byte) first;
        return bytes;
    }

    /** A well-formed connectivity check for a session that is not there. */
    private ByteBuffer check() {
        byte[] name = Long.toHexString(random.nextLong() | Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);
        name[8] = ':';
        return ByteBuffer.allocate(44)
                .putShort((short) 1)
                .putShort((short) 24)
                .putInt(0x2112a442)
                .putInt(random.nextInt())
                .putLong(random.nextLong())
                .putShort((short) 6)
                .putShort((short) 16)
                .put(name, 0, 16)
                .putShort((short) 0x0025)
                .putShort((short) 0)
                .flip();
    }
}
