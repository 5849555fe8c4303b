package dev.millrace.media.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.observe.DropReason;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.DataChunk;
import dev.millrace.media.sctp.wire.InitChunk;
import dev.millrace.media.sctp.wire.PacketReader;
import dev.millrace.media.sctp.wire.PacketWriter;
import dev.millrace.media.sctp.wire.SackChunk;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer may send that no honest one does: counted under its name, and the association goes on or is aborted. */
class HostilePeerTest {
    private static final byte[] NO_COOKIE = {};

    private final SimulatedLink link = new SimulatedLink(1);
    private final byte[] scratch = new byte[Association.MTU];
    private final PacketWriter packet = new PacketWriter(scratch, 0, Association.MTU);
    private int tagOfB;
    private int nextTsnOfA;

    @BeforeEach
    void connect() {
        link.a.sctp.connect(link.nowNs);
        link.run(200);
        link.a.send(0, "hello");
        byte[] data = link.a.lastPacket;
        tagOfB = BigEndian.i32(data, 4);
        link.run(500);
        PacketReader reader = new PacketReader();
        DataChunk chunk = new DataChunk();
        assertThat(reader.wrap(data, 0, data.length)).isTrue();
        while (reader.next() && reader.type() != ChunkType.DATA) {
            // a SACK may stand before it
        }
        assertThat(chunk.wrap(reader)).isTrue();
        nextTsnOfA = chunk.tsn() + 1;
        assertThat(link.b.messages).containsExactly("0:hello");
    }

    private void inject(int tag, Consumer<PacketWriter> chunks) {
        packet.begin(SctpConfig.PORT, SctpConfig.PORT, tag);
        chunks.accept(packet);
        int length = packet.finish(false);
        link.b.sctp.onPacket(scratch.clone(), 0, length, link.nowNs);
    }

    private void injectData(int tsn, int flags, int stream, int sequence, int bytes) {
        inject(tagOfB, p -> DataChunk.write(p, flags, tsn, stream, sequence, End.TEXT, new byte[bytes], 0, bytes));
    }

    private long dropsOfB(DropReason reason) {
        return link.b.drops.get(reason);
    }

    private void stillWorks() {
        link.b.messages.clear();
        link.a.send(2, "still here");
        link.run(5_000);
        assertThat(link.b.messages).contains("2:still here");
    }

    @Test
    void wrongTagsAreCounted() {
        inject(tagOfB + 1, p -> p.chunk(ChunkType.ABORT, 0).endChunk());
        inject(tagOfB + 1, p -> p.chunk(ChunkType.ABORT, 1).endChunk());
        inject(0, p -> p.chunk(ChunkType.COOKIE_ECHO, 0).put64(7).endChunk());
        assertThat(dropsOfB(DropReason.SCTP_BAD_TAG)).isEqualTo(3);
        stillWorks();
    }

    @Test
    void anInitFloodCostsNothingAndChangesNothing() {
        SimulatedLink fresh = new SimulatedLink(2);
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            packet.begin(SctpConfig.PORT, SctpConfig.PORT, 0);
            new InitChunk(random.nextInt() | 1, 65_536, 10, 10, random.nextInt(), NO_COOKIE, true, true, true)
                    .write(packet);
            fresh.b.sctp.onPacket(scratch.clone(), 0, packet.finish(false), fresh.nowNs);
        }
        assertThat(fresh.b.sctp.state()).isEqualTo(AssociationState.CLOSED);
        assertThat(fresh.b.sctp.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        fresh.wire.clear();
        fresh.a.sctp.connect(fresh.nowNs);
        fresh.run(200);
        assertThat(fresh.b.sctp.state()).isEqualTo(AssociationState.ESTABLISHED);
    }

    @Test
    void anInitUnderWayIsNoRestart() {
        inject(0, p -> new InitChunk(77, 65_536, 10, 10, 1, NO_COOKIE, true, true, true).write(p));
        inject(0, p -> {
            new InitChunk(77, 65_536, 10, 10, 1, NO_COOKIE, true, true, true).write(p);
            p.chunk(ChunkType.ABORT, 0).endChunk();
        });
        assertThat(dropsOfB(DropReason.SCTP_UNEXPECTED)).isEqualTo(2);
        stillWorks();
    }

    @Test
    void acknowledgementsOfWhatWasNeverSentAreForged() {
        link.b.send(1, "from b");
        link.run(500);
        int far = 1 << 20;
        inject(tagOfB, p -> {
            SackChunk.begin(p, link.b.acknowledgedTsn() + far, 1 << 16, 0, 0);
            p.endChunk();
        });
        for (int[] gap : new int[][] {{2, 1}, {0, 3}, {5_000, 6_000}}) {
            inject(tagOfB, p -> {
                SackChunk.begin(p, link.b.acknowledgedTsn(), 1 << 16, 1, 0);
                p.put16(gap[0]).put16(gap[1]).endChunk();
            });
        }
        assertThat(dropsOfB(DropReason.SCTP_FORGED_ACK)).isEqualTo(4);
        stillWorks();
    }

    @Test
    void lengthsThatLieEndThePacketAndNothingElse() {
        inject(tagOfB, p -> SackChunk.begin(p, 1, 2, 3, 4));
        byte[] zeroLength = new byte[16];
        BigEndian.put16(zeroLength, 0, SctpConfig.PORT);
        BigEndian.put16(zeroLength, 2, SctpConfig.PORT);
        BigEndian.put32(zeroLength, 4, tagOfB);
        link.b.sctp.onPacket(zeroLength, 0, zeroLength.length, link.nowNs);
        link.b.sctp.onPacket(zeroLength, 0, 11, link.nowNs);
        inject(tagOfB, p -> p.chunk(ChunkType.DATA, 3)
                .put32(nextTsnOfA)
                .put32(0)
                .put32(0)
                .endChunk());
        assertThat(dropsOfB(DropReason.SCTP_MALFORMED)).isEqualTo(4);
        stillWorks();
    }

    @Test
    void streamsOverTheLimitAreAcknowledgedAndThrownAway() {
        injectData(nextTsnOfA, DataChunk.BEGIN | DataChunk.END, 65_000, 0, 10);
        assertThat(dropsOfB(DropReason.SCTP_BAD_STREAM)).isEqualTo(1);
        assertThat(link.b.closed).isEmpty();
    }

    @Test
    void fragmentsThatContradictEachOtherEndTheAssociation() {
        injectData(nextTsnOfA, DataChunk.BEGIN, 0, 1, 10);
        injectData(nextTsnOfA + 1, DataChunk.BEGIN, 0, 1, 10);
        assertThat(dropsOfB(DropReason.SCTP_PROTOCOL_VIOLATION)).isEqualTo(1);
        assertThat(link.b.closed).isEqualTo("the peer broke the protocol");
        link.run(1_000);
        assertThat(link.a.closed).isEqualTo("the peer aborted, cause 13");
    }

    @Test
    void aMessageWithoutEndIsThrownAwayAndTheNextOneComes() {
        int tsn = nextTsnOfA;
        injectData(tsn++, DataChunk.BEGIN, 0, 1, 1_000);
        for (int i = 0; i < 400; i++) {
            injectData(tsn++, 0, 0, 1, 1_000);
        }
        assertThat(link.b.tooLong).isEqualTo(1);
        injectData(tsn++, DataChunk.END, 0, 1, 1_000);
        injectData(tsn++, DataChunk.BEGIN | DataChunk.UNORDERED, 4, 0, 1_000);
        for (int i = 0; i < 400; i++) {
            injectData(tsn++, DataChunk.UNORDERED, 4, 0, 1_000);
        }
        assertThat(link.b.tooLong).isEqualTo(2);
        injectData(tsn++, DataChunk.END | DataChunk.UNORDERED, 4, 0, 1_000);
        link.b.messages.clear();
        injectData(tsn, DataChunk.BEGIN | DataChunk.END, 0, 2, 3);
        assertThat(link.b.messages).hasSize(1);
    }

    @Test
    void whatWaitsForMissingPartsIsBounded() {
        for (int i = 1; i < 3_000; i++) {
            injectData(nextTsnOfA + i, DataChunk.BEGIN, 0, 5, 1_000);
        }
        assertThat(dropsOfB(DropReason.SCTP_WINDOW_FULL)).isGreaterThan(1_500);
        for (int i = 1; i < 600; i++) {
            injectData(nextTsnOfA + 10_000 + 2 * i, DataChunk.BEGIN, 0, 5, 1);
        }
        stillOpen();
    }

    private void stillOpen() {
        assertThat(link.b.sctp.state()).isEqualTo(AssociationState.ESTABLISHED);
    }

    /** 40,000 packets of a real conversation with bytes changed, cut, repeated: nothing is thrown, nothing grows. */
    @Test
    void mutatedPacketsAreCountedAndNeverThrow() {
        for (int seed = 0; seed < 40; seed++) {
            SimulatedLink mutated = new SimulatedLink(seed);
            mutated.a.sctp.connect(mutated.nowNs);
            mutated.run(200);
            Random random = new Random(seed);
            for (int i = 0; i < 1_000; i++) {
                converse(mutated, random);
                byte[] bytes = mutated.a.lastPacket.clone();
                int kind = random.nextInt(10);
                for (int change = random.nextInt(4); change >= 0; change--) {
                    // The tag stays right most of the time, or nothing behind it would be read.
                    int from = kind == 0 ? 0 : 12;
                    bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
                }
                int length = kind == 1 ? random.nextInt(bytes.length) : bytes.length;
                BigEndian.put32(bytes, 8, 0);
                mutated.b.sctp.onPacket(bytes, 0, length, mutated.nowNs);
                mutated.run(random.nextInt(10));
            }
            assertThat(mutated.b.sctp.bufferedBytes())
                    .isLessThan(SctpConfig.of(5000, 0).bufferBytes());
        }
    }

    private static void converse(SimulatedLink link, Random random) {
        String text = "m".repeat(1 + random.nextInt(2_000));
        link.a.send(random.nextInt(4), text, random.nextBoolean(), random.nextInt(3) - 1, Long.MAX_VALUE);
        link.b.send(random.nextInt(4), "answer");
        if (random.nextInt(50) == 0) {
            link.a.sctp.reset(random.nextInt(4));
            link.a.sctp.flush(link.nowNs);
        }
    }
}
