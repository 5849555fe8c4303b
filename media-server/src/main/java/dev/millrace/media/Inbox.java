package dev.millrace.media;

import dev.millrace.media.net.MediaNetwork;
import dev.millrace.media.net.PacketRing;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sdp.MediaKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Published packets from other loops: offered by them, taken by the loop that owns it. Bounded, and nothing is allocated
 * per packet; the loop is woken once per burst.
 */
final class Inbox {
    /** 50 ms of 500 Mb/s; 8 MB. */
    private static final int SLOTS = 4_096;

    /** What is taken before viewers are served: as much as a receive batch. */
    private static final int BATCH = 64;

    /** Marks audio in a packet's tag, above the layer. */
    private static final int AUDIO = 1 << 16;

    private final LoopShard owner;
    private final PacketRing ring = new PacketRing(SLOTS, MediaNetwork.MAX_DATAGRAM_BYTES);
    private final AtomicBoolean announced = new AtomicBoolean();
    private final PacketRing.Reader reader = this::take;
    private final Runnable drain = this::drain;
    private final List<@Nullable Stream> streams = new ArrayList<>();
    private final BitSet open = new BitSet();

    Inbox(LoopShard owner) {
        this.owner = owner;
    }

    /** A place for a publication's packets; on the owner's loop. */
    int open(Stream stream, long publication) {
        int slot = open.nextClearBit(0);
        open.set(slot);
        while (streams.size() <= slot) {
            streams.add(null);
        }
        streams.set(slot, stream);
        return slot;
    }

    void close(int slot) {
        open.clear(slot);
        streams.set(slot, null);
    }

    /** One packet for the publication's place; false when the ring is full. From another loop. */
    boolean offer(int slot, MediaKind kind, int layer, long publication, byte[] b, int off, int len) {
        boolean taken = ring.offer(slot, (kind == MediaKind.AUDIO ? AUDIO : 0) | layer, publication, b, off, len);
        if (!announced.get() && announced.compareAndSet(false, true)) {
            owner.loop().execute(drain);
        }
        return taken;
    }

    private void drain() {
        announced.set(false);
        while (ring.drain(reader, BATCH) > 0) {
            owner.flush(owner.loop().nowNs());
        }
    }

    private void take(int slot, int kindAndLayer, long publication, byte[] buffer, int offset, int length) {
        Stream stream = streams.get(slot);
        if (stream != null && stream.publication() == publication) {
            MediaKind kind = (kindAndLayer & AUDIO) != 0 ? MediaKind.AUDIO : MediaKind.VIDEO;
            owner.feed(
                    stream,
                    kind,
                    kindAndLayer & 0xffff,
                    buffer,
                    offset,
                    length,
                    owner.loop().nowNs());
        }
    }
}
