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

    /** A ticket's upper bits are new each time, so that a packet for a place given back goes nowhere. */
    private static final int TURN_SHIFT = 16;

    private static final int PLACE = (1 << TURN_SHIFT) - 1;
    private static final int TURNS = (1 << 15) - 1;

    private record Place(Stream stream, long publication, int ticket) {}

    private final LoopShard owner;
    private final PacketRing ring = new PacketRing(SLOTS, MediaNetwork.MAX_DATAGRAM_BYTES);
    private final AtomicBoolean announced = new AtomicBoolean();
    private final PacketRing.Reader reader = this::take;
    private final Runnable drain = this::drain;
    private final List<@Nullable Place> places = new ArrayList<>();
    private final BitSet open = new BitSet();
    private int opened;

    Inbox(LoopShard owner) {
        this.owner = owner;
    }

    /** A place for a publication's packets, 0 or more; on the owner's loop. */
    int open(Stream stream, long publication) {
        int place = open.nextClearBit(0);
        open.set(place);
        while (places.size() <= place) {
            places.add(null);
        }
        opened = (opened + 1) & TURNS;
        int ticket = opened << TURN_SHIFT | place;
        places.set(place, new Place(stream, publication, ticket));
        return ticket;
    }

    void close(int ticket) {
        open.clear(ticket & PLACE);
        places.set(ticket & PLACE, null);
    }

    /** One packet for the publication's place; false when the ring is full. From another loop. */
    boolean offer(int ticket, MediaKind kind, int layer, long arrivalNs, byte[] b, int off, int len) {
        boolean taken = ring.offer(ticket, (kind == MediaKind.AUDIO ? AUDIO : 0) | layer, arrivalNs, b, off, len);
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

    private void take(int ticket, int kindAndLayer, long arrivalNs, byte[] buffer, int offset, int length) {
        Place place = places.get(ticket & PLACE);
        if (place != null && place.ticket() == ticket && place.stream().publication() == place.publication()) {
            MediaKind kind = (kindAndLayer & AUDIO) != 0 ? MediaKind.AUDIO : MediaKind.VIDEO;
            owner.feed(
                    place.stream(),
                    kind,
                    kindAndLayer & 0xffff,
                    buffer,
                    offset,
                    length,
                    arrivalNs,
                    owner.loop().nowNs());
        }
    }
}
