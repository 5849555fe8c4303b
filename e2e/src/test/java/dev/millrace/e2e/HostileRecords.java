package dev.millrace.e2e;

import dev.millrace.media.dtls.DtlsRole;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.sctp.Association;
import dev.millrace.media.sctp.AssociationState;
import dev.millrace.media.sctp.SctpConfig;
import dev.millrace.media.sctp.SctpListener;
import dev.millrace.media.sctp.SctpOutput;
import dev.millrace.media.sctp.wire.ChunkType;
import dev.millrace.media.sctp.wire.DataChunk;
import dev.millrace.media.sctp.wire.PacketReader;
import dev.millrace.media.sctp.wire.PacketWriter;
import dev.millrace.perf.LightRecords;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A client whose association is real until it sends packets that none of its kind would: written by hand under the tag
 * and after the numbers of the real one. Its loop's, but for {@link #inject}.
 */
final class HostileRecords implements LightRecords, SctpListener {
    private final Executor loop;
    private final byte[] scratch = new byte[Association.MTU];
    private final PacketWriter packet = new PacketWriter(scratch, 0, Association.MTU);
    private final PacketReader reader = new PacketReader();
    private final DataChunk data = new DataChunk();
    private final CompletableFuture<Void> up = new CompletableFuture<>();
    private SctpOutput output = (b, off, len) -> {};
    private @Nullable Association association;
    private volatile boolean deaf;
    private volatile String closed = "";
    private int tag;
    private int lastTsn;

    HostileRecords(Executor loop) {
        this.loop = loop;
    }

    @Override
    public void onConnected(DtlsRole role, int sctpPort, int maxMessageBytes, SctpOutput to, long nowNs) {
        output = to;
        Association made = new Association(
                SctpConfig.of(sctpPort, maxMessageBytes),
                this::overheard,
                this,
                new DropCounters(),
                new Random(1),
                new byte[Association.MTU]);
        association = made;
        made.connect(nowNs);
    }

    /** The honest half's packets tell which tag and which number come next. */
    private void overheard(byte[] b, int off, int len) {
        byte[] copy = Arrays.copyOfRange(b, off, off + len);
        if (reader.wrap(copy, 0, len)) {
            tag = BigEndian.i32(copy, 4);
            while (reader.next()) {
                if (reader.type() == ChunkType.DATA && data.wrap(reader)) {
                    lastTsn = data.tsn();
                }
            }
        }
        output.send(copy, 0, len);
    }

    /** Waits until the association is up and has sent a first message, so that its numbers are known. */
    HostileRecords awaitUp() {
        up.join();
        return this;
    }

    /** From now on reads and acknowledges nothing. */
    void turnDeaf() {
        deaf = true;
    }

    /** Why the association ended, empty while it has not. */
    String closed() {
        return closed;
    }

    /** Sends packets by hand: one for each number from 0; the writer is begun under the server's tag or another. */
    void inject(int packets, int tagOffset, ObjIntConsumer<PacketWriter> chunks) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        loop.execute(() -> {
            for (int i = 0; i < packets; i++) {
                packet.begin(SctpConfig.PORT, SctpConfig.PORT, tag + tagOffset);
                chunks.accept(packet, i);
                output.send(scratch, 0, packet.finish(false));
            }
            sent.complete(null);
        });
        sent.join();
    }

    /** The same under tag 0, as INITs have it. */
    void injectUntagged(int packets, Consumer<PacketWriter> chunks) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        loop.execute(() -> {
            for (int i = 0; i < packets; i++) {
                packet.begin(SctpConfig.PORT, SctpConfig.PORT, 0);
                chunks.accept(packet);
                output.send(scratch, 0, packet.finish(false));
            }
            sent.complete(null);
        });
        sent.join();
    }

    /** The number after the last honest one. */
    int nextTsn() {
        return lastTsn + 1;
    }

    @Override
    public void onRefused() {
        up.completeExceptionally(new IllegalStateException("no data channels"));
    }

    @Override
    public void onRecord(byte[] b, int off, int len, long nowNs) {
        Association known = association;
        if (!deaf && known != null) {
            known.onPacket(b, off, len, nowNs);
        }
    }

    @Override
    public long nextDeadlineNs() {
        Association known = association;
        return known == null || deaf ? Long.MAX_VALUE : known.nextDeadlineNs();
    }

    @Override
    public void onDeadline(long nowNs) {
        Association known = association;
        if (known != null) {
            known.onDeadline(nowNs);
        }
    }

    @Override
    public void onClosing() {
        // Leaves without a word.
    }

    @Override
    public void onConnected(long nowNs) {
        byte[] hello = {0};
        Association known = association;
        if (known != null) {
            known.send(0, 53, hello, 0, 1, false, -1, Long.MAX_VALUE); // on no channel: thrown away
            known.flush(nowNs);
        }
        up.complete(null);
    }

    /** Whether the association still stands. */
    boolean isUp() {
        Association known = association;
        return known != null && known.state() == AssociationState.ESTABLISHED;
    }

    @Override
    public void onMessage(int stream, int ppid, byte[] b, int off, int len, long nowNs) {
        // Nothing it wants to know.
    }

    @Override
    public void onMessageTooLong(int stream, long nowNs) {
        // Not from this server.
    }

    @Override
    public void onPeerReset(int[] streams, long nowNs) {
        // Nothing was open.
    }

    @Override
    public void onReset(int[] streams, long nowNs) {
        // Nothing was asked for.
    }

    @Override
    public void onClosed(String why, long nowNs) {
        closed = why;
    }
}
