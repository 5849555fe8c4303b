package dev.millrace.media.sctp;

import static dev.millrace.media.sctp.SimulatedLink.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two associations over a simulated path. */
class AssociationTest {
    private static SimulatedLink connected(long seed) {
        SimulatedLink link = new SimulatedLink(seed);
        link.a.sctp.connect(link.nowNs);
        link.run(200);
        assertThat(link.a.sctp.state()).isEqualTo(AssociationState.ESTABLISHED);
        assertThat(link.b.sctp.state()).isEqualTo(AssociationState.ESTABLISHED);
        return link;
    }

    @Test
    void oneEndBegins() {
        SimulatedLink link = connected(1);
        assertThat(link.a.connected).isEqualTo(1);
        assertThat(link.b.connected).isEqualTo(1);
    }

    @Test
    void bothEndsBeginAtOnceAndNothingThatWasSentEarlyIsLost() {
        for (int seed = 0; seed < 200; seed++) {
            SimulatedLink link = new SimulatedLink(seed);
            link.loss = seed % 2 == 0 ? 0 : 0.3;
            link.reordering = 0.5;
            link.a.sctp.connect(link.nowNs);
            link.a.send(0, "early");
            link.run(seed % 25);
            link.b.sctp.connect(link.nowNs);
            link.b.send(1, "early, too");
            link.run(60_000);
            assertThat(link.a.connected).as("seed %d", seed).isEqualTo(1);
            assertThat(link.b.connected).as("seed %d", seed).isEqualTo(1);
            assertThat(link.a.messages).as("seed %d", seed).containsExactly("1:early, too");
            assertThat(link.b.messages).as("seed %d", seed).containsExactly("0:early");
        }
    }

    @Test
    void anIdleAssociationSaysSoNowAndThenAndADeadOneIsNoticed() {
        SimulatedLink link = connected(2);
        int before = link.a.sentPackets;
        link.run(100_000);
        assertThat(link.a.sentPackets - before).isBetween(2, 10);
        link.cut = true;
        link.a.send(0, "nobody hears this");
        link.run(120_000);
        assertThat(link.a.closed).isEqualTo("the peer does not answer");
        assertThat(link.a.sctp.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    /** Ordered and unordered, reliable and not, large and small over a path that does everything wrong. */
    @Test
    void everyReliableMessageArrivesOnceAndInOrderOverATerriblePath() {
        int sentUnreliably = 0;
        int arrived = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            SimulatedLink link = new SimulatedLink(seed);
            link.loss = 0.1;
            link.duplication = 0.05;
            link.reordering = 0.2;
            link.a.sctp.connect(link.nowNs);
            Random random = new Random(seed);
            List<String> ordered = new ArrayList<>();
            List<String> unordered = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String text = i + "x".repeat(random.nextInt(8) == 0 ? 5_000 : random.nextInt(200));
                String head = text.substring(0, Math.min(40, text.length()));
                switch (random.nextInt(3)) {
                    case 0 -> {
                        link.a.send(0, text);
                        ordered.add("0:" + head);
                    }
                    case 1 -> {
                        link.a.send(2, text, true, -1, Long.MAX_VALUE);
                        unordered.add("2:" + head);
                    }
                    default -> {
                        link.a.send(4, text, random.nextBoolean(), 0, Long.MAX_VALUE);
                        sentUnreliably++;
                    }
                }
                link.run(random.nextInt(20));
            }
            link.run(60_000);
            String as = "seed " + seed;
            assertThat(of(link.b.messages, "0:")).as(as).isEqualTo(ordered);
            assertThat(of(link.b.messages, "2:")).as(as).containsExactlyInAnyOrderElementsOf(unordered);
            List<String> lossy = of(link.b.messages, "4:");
            assertThat(new HashSet<>(lossy)).as(as).hasSameSizeAs(lossy);
            arrived += lossy.size();
            assertThat(link.a.sctp.bufferedBytes()).as(as).isZero();
            assertThat(link.a.closed).as(as).isEmpty();
        }
        // Every eighth message has five parts of which none may be lost.
        assertThat((double) arrived / sentUnreliably).isBetween(0.8, 0.95);
    }

    private static List<String> of(List<String> messages, String stream) {
        return messages.stream().filter(m -> m.startsWith(stream)).toList();
    }

    @Test
    void aMessageOf256KiBGoesThroughAndOneByteMoreDoesNot() {
        SimulatedLink link = connected(3);
        link.loss = 0.02;
        assertThat(link.a.send(0, "m".repeat(256 * 1024))).isEqualTo(Association.Sent.ACCEPTED);
        assertThat(link.a.send(0, "m".repeat(256 * 1024 + 1))).isEqualTo(Association.Sent.BAD_LENGTH);
        assertThat(link.a.send(0, "")).isEqualTo(Association.Sent.BAD_LENGTH);
        link.run(20_000);
        assertThat(link.b.receivedBytes).isEqualTo(256 * 1024);
    }

    @Test
    void oneChannelFillsMostOfAFiftyMegabitLink() {
        SimulatedLink link = connected(4);
        link.rateBps = 50_000_000;
        byte[] block = new byte[32 * 1024];
        long until = link.nowNs + 10_000 * MS;
        long before = link.b.receivedBytes;
        while (link.nowNs < until) {
            while (link.a.sctp.send(0, 53, block, 0, block.length, false, -1, Long.MAX_VALUE)
                    == Association.Sent.ACCEPTED) {
                // as much as it takes
            }
            link.a.sctp.flush(link.nowNs);
            link.run(5);
        }
        double share = (link.b.receivedBytes - before) * 8.0 / 10 / link.rateBps;
        assertThat(share).as("share of the link").isGreaterThan(0.8);
    }

    @Test
    void whatAFullQueueDropsIsSentAgainOnceAndNotWithEveryAcknowledgement() {
        SimulatedLink link = connected(5);
        link.rateBps = 20_000_000;
        link.queueNs = 15 * MS;
        byte[] block = new byte[250 * 1024];
        int packetsBefore = link.a.sentPackets;
        for (int i = 0; i < 8; i++) {
            link.a.sctp.send(0, 53, block, 0, block.length, false, -1, Long.MAX_VALUE);
        }
        link.a.sctp.flush(link.nowNs);
        link.run(20_000);
        assertThat(link.b.receivedBytes).isEqualTo(8L * block.length);
        int needed = 8 * block.length / 1160;
        assertThat(link.a.sentPackets - packetsBefore).isBetween(needed, needed * 5 / 4);
    }

    @Test
    void aStreamIsResetOnceEverythingOnItArrivedAndItsIdServesAgain() {
        for (int seed = 0; seed < 100; seed++) {
            SimulatedLink link = connected(seed);
            link.loss = 0.2;
            link.a.send(0, "one");
            link.a.send(0, "two");
            link.a.sctp.reset(0);
            link.a.sctp.flush(link.nowNs);
            assertThat(link.a.send(0, "refused")).isEqualTo(Association.Sent.CLOSED);
            link.run(30_000);
            assertThat(link.b.messages).as("seed %d", seed).containsExactly("0:one", "0:two");
            assertThat(link.b.peerResets).as("seed %d", seed).containsExactly(0);
            assertThat(link.a.resets).as("seed %d", seed).containsExactly(0);
            assertThat(link.a.send(0, "anew")).isEqualTo(Association.Sent.ACCEPTED);
            link.run(30_000);
            assertThat(link.b.messages).as("seed %d", seed).endsWith("0:anew");
        }
    }

    @Test
    void whatIsLateIsGivenUpAndHoldsNobodyUp() {
        SimulatedLink link = connected(5);
        link.cut = true;
        link.a.send(0, "stale", false, -1, link.nowNs + 100 * MS);
        link.a.send(0, "s".repeat(100_000), false, -1, link.nowNs + 100 * MS);
        link.a.send(2, "stays");
        link.run(400);
        link.cut = false;
        link.run(10_000);
        link.a.send(0, "fresh");
        link.run(1_000);
        assertThat(link.b.messages).containsExactlyInAnyOrder("2:stays", "0:fresh");
        assertThat(link.a.sctp.bufferedBytes()).isZero();
    }

    @Test
    void whatMayWaitIsBounded() {
        SimulatedLink link = connected(6);
        link.cut = true;
        byte[] block = new byte[200_000];
        int accepted = 0;
        while (link.a.sctp.send(0, 53, block, 0, block.length, false, -1, Long.MAX_VALUE)
                == Association.Sent.ACCEPTED) {
            accepted++;
        }
        assertThat(accepted).isEqualTo(10);
        link.cut = false;
        link.a.sctp.flush(link.nowNs);
        link.run(20_000);
        assertThat(link.a.sctp.bufferedBytes()).isZero();
        assertThat(link.b.receivedBytes).isEqualTo(10 * 200_000L);
    }

    @Test
    void packetsGoWithoutChecksumOnceBothEndsSaidSo() {
        SimulatedLink link = connected(7);
        link.a.send(0, "hi");
        assertThat(link.a.lastPacket).startsWith(0x13, 0x88, 0x13, 0x88);
        assertThat(java.util.Arrays.copyOfRange(link.a.lastPacket, 8, 12)).containsOnly(0);
        byte[] wrong = link.a.lastPacket.clone();
        wrong[9] = 1;
        link.b.sctp.onPacket(wrong, 0, wrong.length, link.nowNs);
        assertThat(link.b.drops.get(DropReason.SCTP_BAD_CHECKSUM)).isEqualTo(1);
        link.run(100);
        assertThat(link.b.messages).containsExactly("0:hi");
    }

    @Test
    void anAbortEndsItAtBothEnds() {
        SimulatedLink link = connected(8);
        link.a.sctp.close();
        link.run(100);
        assertThat(link.a.closed).isEmpty();
        assertThat(link.b.closed).isEqualTo("the peer aborted, cause 12");
        assertThat(link.b.send(0, "late")).isEqualTo(Association.Sent.CLOSED);
    }
}
