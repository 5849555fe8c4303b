package dev.millrace.media.datachannel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.sctp.Association.Sent;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Channels between two connections: opened from either end, used, closed, opened again. */
class DataChannelsTest {
    private static ChannelPair connected() {
        ChannelPair pair = new ChannelPair(1);
        pair.client.channels.connect(pair.nowNs);
        pair.run(100);
        return pair;
    }

    @Test
    void bothEndsOpenAtOnceWithIdsOfTheirOwn() {
        ChannelPair pair = new ChannelPair(1);
        pair.loss = 0.2;
        pair.client.channels.connect(pair.nowNs);
        pair.server.channels.connect(pair.nowNs);
        DataChannel chat = pair.client.open("chat", Reliability.RELIABLE);
        DataChannel quiz = pair.server.channels.open("quiz", "json", Reliability.LOSSY, pair.nowNs);
        assertThat(quiz).isNotNull();
        pair.client.text(chat, "before the answer");
        pair.run(20_000);
        assertThat(pair.client.heard).contains("open 0 chat", "open 1 quiz");
        assertThat(pair.server.heard).contains("open 0 chat", "open 1 quiz", "chat: before the answer");
        assertThat(pair.client.opened.stream()
                        .filter(c -> c.id() == 1)
                        .findFirst()
                        .orElseThrow())
                .returns("json", DataChannel::protocol)
                .returns(Reliability.LOSSY, DataChannel::reliability);
    }

    @Test
    void aMessageThatOvertakesTheAcknowledgementOpensTheChannel() {
        ChannelPair pair = connected();
        DataChannel ours = pair.server.open("o", new Reliability(false, -1, -1));
        pair.run(10);
        pair.server.drain().forEach(pair.client::receive);
        pair.client.drain(); // the acknowledgement is lost on its way
        DataChannel theirs = pair.client.opened.getFirst();
        pair.client.text(theirs, "already");
        pair.client.drain().forEach(pair.server::receive);
        assertThat(pair.server.heard).containsExactly("open " + ours.id() + " o", "o: already");
        pair.run(1_000);
        assertThat(pair.server.heard).hasSize(2);
    }

    @Test
    void textBinaryAndNothingArriveAsWhatTheyWere() {
        ChannelPair pair = connected();
        DataChannel c = pair.client.open("c", Reliability.RELIABLE);
        pair.client.text(c, "grüß dich 🔥");
        pair.client.text(c, "");
        c.sendBinary(new byte[256 * 1024], 0, 256 * 1024, pair.nowNs);
        c.sendBinary(new byte[0], 0, 0, pair.nowNs);
        pair.client.channels.flush(pair.nowNs);
        pair.run(3_000);
        assertThat(pair.server.heard)
                .containsExactly("open 0 c", "c: grüß dich 🔥", "c: ", "c: 262144 bytes", "c: 0 bytes");
    }

    @Test
    void aClosedChannelIsClosedAtBothEndsAndItsIdServesAgain() {
        for (int seed = 0; seed < 50; seed++) {
            ChannelPair pair = connected();
            pair.loss = 0.2;
            ChannelPair.Side closer = seed % 2 == 0 ? pair.client : pair.server;
            DataChannel first = pair.client.open("first", Reliability.RELIABLE);
            pair.client.text(first, "last words");
            pair.run(5_000);
            closer.channels.channels().getFirst().close(pair.nowNs);
            pair.run(20_000);
            assertThat(pair.client.heard).as("seed %d", seed).contains("closed first");
            assertThat(pair.server.heard).as("seed %d", seed).contains("first: last words", "closed first");
            assertThat(first.state()).isEqualTo(DataChannel.State.CLOSED);
            assertThat(pair.client.text(first, "too late")).isEqualTo(Sent.CLOSED);
            DataChannel second = pair.client.open("second", Reliability.RELIABLE);
            assertThat(second).returns(0, DataChannel::id);
            pair.client.text(second, "again");
            pair.run(10_000);
            assertThat(pair.server.heard).as("seed %d", seed).endsWith("open 0 second", "second: again");
        }
    }

    @Test
    void negotiatedChannelsNeedNoWordAndTakeTheirIds() {
        ChannelPair pair = new ChannelPair(1);
        var here = pair.client.channels.negotiated(10, "both know", Reliability.RELIABLE, pair.nowNs);
        DataChannel there = Objects.requireNonNull(
                pair.server.channels.negotiated(10, "both know", Reliability.RELIABLE, pair.nowNs));
        assertThat(here).isNotNull();
        assertThat(pair.client.channels.negotiated(10, "taken", Reliability.RELIABLE, pair.nowNs))
                .isNull();
        pair.client.channels.connect(pair.nowNs);
        pair.run(200);
        pair.server.text(there, "hi");
        pair.run(200);
        assertThat(pair.client.heard).containsExactly("open 10 both know", "both know: hi");
    }

    @Test
    void aReaderWhoIsTooSlowIsRefusedAndTheOthersAreNot() {
        ChannelPair pair = connected();
        DataChannel slow = pair.client.open("slow", Reliability.RELIABLE);
        DataChannel other = pair.client.open("other", Reliability.RELIABLE);
        pair.run(200);
        int accepted = 0;
        byte[] block = new byte[100_000];
        while (slow.sendBinary(block, 0, block.length, pair.nowNs) == Sent.ACCEPTED) {
            accepted++;
        }
        assertThat(accepted).isEqualTo(10);
        assertThat(pair.client.text(other, "passes by")).isEqualTo(Sent.ACCEPTED);
        pair.run(10_000);
        assertThat(pair.client.heard).contains("room slow");
        assertThat(pair.server.heard).contains("other: passes by");
        assertThat(slow.bufferedBytes()).isZero();
    }

    @Test
    void tooManyChannelsAndOpeningsThatLieAreRefused() {
        ChannelPair pair = connected();
        for (int i = 0; i < DataChannels.MAX_CHANNELS; i++) {
            assertThat(pair.client.channels.open("c" + i, "", Reliability.RELIABLE, pair.nowNs))
                    .isNotNull();
        }
        assertThat(pair.client.channels.open("one more", "", Reliability.RELIABLE, pair.nowNs))
                .isNull();
        pair.run(1_000);
        assertThat(pair.server.opened).hasSize(DataChannels.MAX_CHANNELS);
        assertThat(pair.server.channels.open("no", "", Reliability.RELIABLE, pair.nowNs))
                .isNull();
        ChannelPair named = connected();
        named.client.channels.open("n".repeat(300), "", Reliability.RELIABLE, named.nowNs);
        named.run(2_000);
        assertThat(named.server.opened).isEmpty();
        assertThat(named.server.drops.get(DropReason.DATA_CHANNEL_REFUSED)).isEqualTo(1);
    }

    @Test
    void openingsOfRandomBytesNeverThrow() {
        Random random = new Random(7);
        byte[] good = new DcepOpen(Reliability.LOSSY, DcepOpen.NORMAL, "label", "protocol").toBytes();
        assertThat(DcepOpen.read(good, 0, good.length))
                .isEqualTo(new DcepOpen(Reliability.LOSSY, DcepOpen.NORMAL, "label", "protocol"));
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] b = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                b[random.nextInt(b.length)] = (byte) random.nextInt();
            }
            read += DcepOpen.read(b, 0, random.nextInt(b.length + 1)) == null ? 0 : 1;
        }
        assertThat(read).isBetween(1, 50_000);
    }

    @Test
    void aChannelIsBoundByTriesOrByTimeNotByBoth() {
        assertThatThrownBy(() -> new Reliability(true, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
