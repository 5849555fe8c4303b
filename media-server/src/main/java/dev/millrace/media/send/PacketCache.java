package dev.millrace.media.send;

import java.util.Arrays;

/**
 * A ring of one layer's latest RTP packets, by unwrapped sequence number; owned by one loop.
 *
 * <p>Slots are filled on first use and kept. The ring doubles while what it is about to forget is younger than
 * {@link #KEEP_NS}, so a thin layer or audio costs little. Apart from that growth nothing is allocated.
 */
public final class PacketCache {
    /** A viewer asks again for at most about a second: then its own player has given up. */
    static final long KEEP_NS = 1_000_000_000L;

    /** Ethernet's payload; a longer packet cannot have come in one datagram of the Internet. */
    public static final int MAX_PACKET_BYTES = 1500;

    /** The last group of pictures is kept so long, for those who join, where keyframes cannot be asked for. */
    static final long GROUP_NS = 20_000_000_000L;

    /** Of such a group: ten seconds of 7 Mb/s, 12 MB. */
    private static final int GROUP_SLOTS = 8_192;

    private static final int FIRST_SLOTS = 64;
    private static final long EMPTY = -1;

    private final int maxSlots;
    private byte[][] packets = new byte[FIRST_SLOTS][];
    private int[] lengths = new int[FIRST_SLOTS];
    private int[] flags = new int[FIRST_SLOTS];
    private int[] presents = new int[FIRST_SLOTS];
    private int[] switches = new int[FIRST_SLOTS];
    private int[] readies = new int[FIRST_SLOTS];
    private long[] sequences = new long[FIRST_SLOTS];
    private long[] arrivalsNs = new long[FIRST_SLOTS];
    private long highest = EMPTY;
    private long groupFrom = Long.MAX_VALUE;

    /** A cache that grows up to {@code maxSlots} packets, a power of two. */
    PacketCache(int maxSlots) {
        this.maxSlots = maxSlots;
        Arrays.fill(sequences, EMPTY);
    }

    /** Keeps a copy. Answers its slot, or -1 if it is a duplicate, older than the ring reaches back, or too long. */
    int put(long sequence, byte[] b, int off, int len, int packetFlags, long nowNs) {
        if (len > MAX_PACKET_BYTES || sequence < 0 || sequence <= highest - packets.length) {
            return -1;
        }
        int slot = (int) sequence & (packets.length - 1);
        if (sequences[slot] == sequence) {
            return -1;
        }
        if (sequences[slot] != EMPTY && isWorthGrowing(slot, nowNs)) {
            grow();
            slot = (int) sequence & (packets.length - 1);
        }
        byte[] kept = packets[slot];
        if (kept == null) {
            kept = new byte[MAX_PACKET_BYTES];
            packets[slot] = kept;
        }
        System.arraycopy(b, off, kept, 0, len);
        lengths[slot] = len;
        flags[slot] = packetFlags;
        presents[slot] = ~0;
        switches[slot] = 0;
        readies[slot] = 0;
        sequences[slot] = sequence;
        arrivalsNs[slot] = nowNs;
        highest = Math.max(highest, sequence);
        return slot;
    }

    private boolean isWorthGrowing(int slot, long nowNs) {
        long ageNs = nowNs - arrivalsNs[slot];
        boolean ofGroup = sequences[slot] >= groupFrom && ageNs < GROUP_NS;
        return ofGroup ? packets.length < GROUP_SLOTS : packets.length < maxSlots && ageNs < KEEP_NS;
    }

    /** Packets from that number on are a group of pictures that is worth more than the latest second. */
    void keepGroup(long from) {
        groupFrom = from;
    }

    /** Says which decode targets the packet in this slot concerns; without, everybody needs it. */
    void concerns(int slot, int present, int switchable, int ready) {
        presents[slot] = present;
        switches[slot] = switchable;
        readies[slot] = ready;
    }

    private void grow() {
        int old = packets.length;
        byte[][] oldPackets = packets;
        int[] oldLengths = lengths;
        int[] oldFlags = flags;
        int[] oldPresents = presents;
        int[] oldSwitches = switches;
        int[] oldReadies = readies;
        long[] oldSequences = sequences;
        long[] oldArrivals = arrivalsNs;
        packets = new byte[old * 2][];
        lengths = new int[old * 2];
        flags = new int[old * 2];
        presents = new int[old * 2];
        switches = new int[old * 2];
        readies = new int[old * 2];
        sequences = new long[old * 2];
        arrivalsNs = new long[old * 2];
        Arrays.fill(sequences, EMPTY);
        for (int i = 0; i < old; i++) {
            if (oldSequences[i] != EMPTY) {
                int slot = (int) oldSequences[i] & (old * 2 - 1);
                packets[slot] = oldPackets[i];
                lengths[slot] = oldLengths[i];
                flags[slot] = oldFlags[i];
                concerns(slot, oldPresents[i], oldSwitches[i], oldReadies[i]);
                sequences[slot] = oldSequences[i];
                arrivalsNs[slot] = oldArrivals[i];
            }
        }
    }

    /** Forgets all packets, keeps the memory. */
    void clear() {
        Arrays.fill(sequences, EMPTY);
        highest = EMPTY;
        groupFrom = Long.MAX_VALUE;
    }

    /** Where this packet is, or -1. */
    int slot(long sequence) {
        int slot = (int) sequence & (packets.length - 1);
        return sequence >= 0 && sequences[slot] == sequence ? slot : -1;
    }

    byte[] bytes(int slot) {
        return packets[slot];
    }

    int length(int slot) {
        return lengths[slot];
    }

    int flags(int slot) {
        return flags[slot];
    }

    void flags(int slot, int newFlags) {
        flags[slot] = newFlags;
    }

    /** Bit i: decode target i needs the packet. */
    int present(int slot) {
        return presents[slot];
    }

    /** Bit i: who can decode this frame can decode all of target i from here on. */
    int switchable(int slot) {
        return switches[slot];
    }

    /** Bit i: who has all of target i can decode this frame. */
    int ready(int slot) {
        return readies[slot];
    }

    /** Packets the ring has room for now. */
    int slots() {
        return packets.length;
    }
}
