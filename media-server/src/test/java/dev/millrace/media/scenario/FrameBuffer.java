package dev.millrace.media.scenario;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A browser's frame assembly and decoder for H.264 without a dependency descriptor: a picture is shown when all its
 * packets are there and the one before it in sequence was decoded, or when it is a keyframe.
 *
 * <p>What a real decoder would choke on is counted: pictures mixed under one timestamp, or predicted from one that is
 * not the decoder's.
 */
final class FrameBuffer {
    private static final class Frame {
        final Stamp stamp;
        final BitSet parts = new BitSet();
        long first;

        Frame(Stamp stamp, long first) {
            this.stamp = stamp;
            this.first = first;
        }

        long last() {
            return first + stamp.parts() - 1;
        }

        boolean whole() {
            return parts.cardinality() == stamp.parts();
        }
    }

    /** By unwrapped RTP timestamp. */
    private final TreeMap<Long, Frame> frames = new TreeMap<>();

    private final List<Shown> shown = new ArrayList<>();
    private @Nullable Stamp reference;
    private long lastTimestamp = Long.MIN_VALUE;
    private long lastSequence = -1;
    private final List<String> faults = new ArrayList<>();

    /** A packet, not a duplicate; shows what became decodable. Answers how many pictures that was. */
    int onPacket(Stamp stamp, long sequence, long timestamp, long nowNs) {
        if (timestamp <= lastTimestamp) {
            return 0; // too late to be shown
        }
        Frame frame = frames.computeIfAbsent(timestamp, t -> new Frame(stamp, sequence - stamp.part()));
        boolean same = frame.stamp.layer() == stamp.layer() && frame.stamp.frame() == stamp.frame();
        if (!same || frame.first != sequence - stamp.part()) {
            faults.add("packets of two pictures, or out of place, under one timestamp: " + frame.stamp + ", " + stamp);
            return 0;
        }
        frame.parts.set(stamp.part());
        return show(nowNs);
    }

    private int show(long nowNs) {
        int before = shown.size();
        for (Map.Entry<Long, Frame> next = nextDecodable(); next != null; next = nextDecodable()) {
            Frame frame = next.getValue();
            Stamp stamp = frame.stamp;
            check(stamp);
            if (stamp.kept()) {
                reference = stamp;
            }
            lastTimestamp = next.getKey();
            lastSequence = frame.last();
            frames.headMap(lastTimestamp, true).clear();
            shown.add(new Shown(nowNs, stamp.layer(), stamp.frame(), stamp.capturedNs()));
        }
        return shown.size() - before;
    }

    private Map.@Nullable Entry<Long, Frame> nextDecodable() {
        for (Map.Entry<Long, Frame> entry : frames.entrySet()) {
            Frame frame = entry.getValue();
            boolean follows = lastSequence >= 0 && frame.first == lastSequence + 1;
            if (frame.whole() && (frame.stamp.key() || follows)) {
                return entry;
            }
        }
        return null;
    }

    private void check(Stamp stamp) {
        Stamp held = reference;
        if (stamp.key()) {
            return;
        }
        boolean right = held != null
                && held.layer() == stamp.layer()
                && held.source() == stamp.source()
                && held.frame() == stamp.reference();
        if (!right) {
            faults.add("decoded " + stamp + " with the reference " + held);
        }
    }

    /** Whether something waits for a packet or a keyframe. */
    boolean stuck() {
        return !frames.isEmpty();
    }

    /** Unwrapped number of the last packet decoded; nothing up to it is missed any more. */
    long lastSequence() {
        return lastSequence;
    }

    List<Shown> shown() {
        return shown;
    }

    /** What no decoder should ever be given. */
    List<String> faults() {
        return faults;
    }
}
