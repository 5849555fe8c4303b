package dev.millrace.media.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.router.TestViewer.Got;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.rtcp.NackWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A publisher and three viewers, each behind 5 % loss, reordering and duplicates: NACK and RTX repair it. */
class LossyPathTest {
    private static final long MS = 1_000_000L;
    private static final int SECONDS = 60;
    private static final int RTT_MS = 40;

    /** One viewer's player: notices gaps, asks again, counts what came in the end. */
    private static final class Player {
        final TestViewer viewer = new TestViewer(List.of(Samples.playedVideo()));
        final Link down;
        final Set<Integer> got = new HashSet<>();
        final Map<Integer, Integer> tries = new HashMap<>();
        final Map<Integer, Long> dueNs = new HashMap<>();
        final NackWriter writer = new NackWriter();
        final byte[] nack = new byte[1500];
        int sentIndex;
        int rtxIndex;
        int first = -1;
        int highest = -1;
        int lost;

        Player(long seed) {
            down = new Link(seed, 0.05, 0.01, RTT_MS / 2 * MS, 2 * MS);
        }

        void pump(long now) {
            for (; sentIndex < viewer.video.size(); sentIndex++) {
                Got packet = viewer.video.get(sentIndex);
                lost += down.send(packet.whole(), now) ? 0 : 1;
            }
            for (; rtxIndex < viewer.rtx.size(); rtxIndex++) {
                Got packet = viewer.rtx.get(rtxIndex);
                byte[] original = {packet.payload()[0], packet.payload()[1]};
                down.send(original, now);
            }
            down.deliver(now, this::arrive);
        }

        private void arrive(byte[] packet, long now) {
            int at = packet.length == 2 ? 0 : 2;
            int sequence = ((packet[at] & 0xff) << 8) | (packet[at + 1] & 0xff);
            if (first < 0) {
                first = sequence;
                highest = sequence - 1;
            }
            int unwrapped = highest + (short) (sequence - highest);
            for (int s = highest + 1; s < unwrapped; s++) {
                dueNs.put(s, now + 10 * MS);
                tries.put(s, 0);
            }
            highest = Math.max(highest, unwrapped);
            got.add(unwrapped);
            dueNs.remove(unwrapped);
        }

        void ask(long now) {
            writer.begin(nack, 0, 1200, 5, Samples.VIEWER_VIDEO_SSRC);
            List<Integer> due = new ArrayList<>(dueNs.keySet());
            due.sort(null);
            for (int s : due) {
                if (dueNs.getOrDefault(s, Long.MAX_VALUE) <= now && tries.getOrDefault(s, 0) < 10) {
                    writer.add(s & 0xffff);
                    tries.merge(s, 1, Integer::sum);
                    dueNs.put(s, now + (RTT_MS + 10) * MS);
                }
            }
            int length = writer.finish();
            if (length > 0) {
                viewer.path.onRtcp(nack, 0, length, now);
            }
        }
    }

    @Test
    void repairsFivePercentOnBothSides() {
        boolean[] wanted = new boolean[1];
        TestPublisher[] holder = new TestPublisher[1];
        Stream stream =
                new Stream("s", (kind, layer, now) -> holder[0].requestKeyframe(0, layer, now), new DropCounters());
        TestPublisher publisher = new TestPublisher(stream, List.of(Samples.publishedVideo()));
        holder[0] = publisher;
        stream.publish(1, null, Samples.publishedVideo(), 0);
        List<Player> players = List.of(new Player(1), new Player(2), new Player(3));
        for (Player p : players) {
            stream.subscribe(p.viewer.path, 0);
            p.viewer.path.start(0);
        }
        Encoder encoder = new Encoder(0, "", Codec.H264, 42, 65_000, -1000);
        encoder.transport = 65_400;
        Link up = new Link(9, 0.05, 0.01, RTT_MS / 2 * MS, 2 * MS);
        Link back = new Link(10, 0, 0, RTT_MS / 2 * MS, 0);
        int frames = 0;
        int mediaSent = 0;
        int mediaLost = 0;
        for (long ms = 1; ms < SECONDS * 1000L; ms++) {
            long now = ms * MS;
            if (ms % 33 == 0 && ms < SECONDS * 1000L - 2000) {
                boolean key = frames++ == 0 || wanted[0];
                wanted[0] = false;
                for (byte[] p : encoder.frame(key, 8, 3000)) {
                    publisher.history.put(((p[2] & 0xff) << 8) | (p[3] & 0xff), p);
                    mediaSent++;
                    mediaLost += up.send(p, now) ? 0 : 1;
                }
            }
            up.deliver(now, publisher::onRtp);
            publisher.onDeadline(now);
            for (byte[] p : publisher.toResend) {
                back.send(p, now);
            }
            publisher.toResend.clear();
            back.deliver(now, (p, t) -> up.send(p, t));
            wanted[0] |= !publisher.plisNs.isEmpty() && publisher.plisNs.getLast() > now - MS;
            stream.flush(now);
            for (Player p : players) {
                p.pump(now);
                if (ms % 5 == 0) {
                    p.ask(now);
                }
                if (p.viewer.path.nextDeadlineNs() <= now) {
                    p.viewer.path.onDeadline(now);
                }
            }
        }
        LayerStats stats = publisher.path.stats().getFirst();
        assertThat(mediaLost).isGreaterThan(mediaSent / 25);
        assertThat(stats.recovered()).isGreaterThan((long) (0.95 * mediaLost));
        assertThat(publisher.accepted).isGreaterThan((int) (0.998 * mediaSent));
        assertThat(publisher.transportPackets).isGreaterThan((int) (0.9 * mediaSent));
        assertThat(publisher.receiverReports).isGreaterThan(SECONDS - 5);
        assertThat(stats.framesPerSecond()).isBetween(0.0, 31.0);
        for (Player p : players) {
            int expected = p.highest - p.first + 1;
            assertThat(p.lost).isGreaterThan(expected / 25);
            assertThat(expected - p.got.size()).isLessThan((int) (0.05 * p.lost));
            assertThat(expected).isGreaterThan((int) (0.97 * mediaSent));
            assertThat(p.viewer.path.stats().getFirst().answered()).isGreaterThan((long) (0.9 * p.lost));
        }
    }
}
