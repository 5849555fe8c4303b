package dev.millrace.e2e.decode;

import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Vp8Descriptor;
import dev.millrace.media.rtp.codec.Vp9Descriptor;
import dev.millrace.media.sdp.HeaderExtension;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One layer of a capture played over and over as if the encoder had never stopped: from a keyframe to the last whole
 * picture before the end, then again with sequence numbers, timestamps, picture ids, TL0PICIDX and frame numbers that go
 * on.
 */
final class LoopedLayer {
    private static final int TICKS_PER_MS = 90;

    /** One record of a lap, its bytes as captured. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Event(Capture.What what, long micros, byte[] bytes) {}

    private final String codec;
    private final int descriptorId;
    private final long lapMicros;
    private final List<Event> events = new ArrayList<>();
    private final RtpPacket view = new RtpPacket();
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final Ids lowest;
    private final Ids highest;

    /** What counts up in a stream, unwrapped against the first packet. */
    private record Ids(int sequence, int picture, int tl0, int frame) {
        Ids furthest(Ids other, boolean up) {
            return new Ids(
                    further(sequence, other.sequence, up),
                    further(picture, other.picture, up),
                    further(tl0, other.tl0, up),
                    further(frame, other.frame, up));
        }

        private static int further(int a, int b, boolean up) {
            return up ? Math.max(a, b) : Math.min(a, b);
        }
    }

    /** The part of the layer within these microseconds of the capture; {@code lapMicros} whole milliseconds. */
    LoopedLayer(Capture capture, int layer, KeyframeFinder keyframes, long fromMicros, long lapMicros) {
        codec = capture.formats().getFirst().name();
        descriptorId = capture.published().extensionId(HeaderExtension.DEPENDENCY_DESCRIPTOR);
        this.lapMicros = lapMicros;
        List<Capture.Item> items = capture.items().stream()
                .filter(item ->
                        item.layer() == layer && item.micros() >= fromMicros && item.micros() < fromMicros + lapMicros)
                .toList();
        int from = 0;
        while (!keyframes.starts(items.get(from))) {
            from++;
        }
        int to = items.size();
        while (!endsPicture(items.get(to - 1))) {
            to--;
        }
        Ids origin = null;
        Ids low = new Ids(0, 0, 0, 0);
        Ids high = low;
        for (Capture.Item item : items.subList(from, to)) {
            events.add(new Event(item.what(), item.micros() - fromMicros, item.bytes()));
            if (item.what() == Capture.What.RTP) {
                Ids ids = ids(item.bytes());
                origin = origin == null ? ids : origin;
                Ids relative = new Ids(
                        (short) (ids.sequence - origin.sequence),
                        (ids.picture - origin.picture) << 17 >> 17,
                        (byte) (ids.tl0 - origin.tl0),
                        (short) (ids.frame - origin.frame));
                low = low.furthest(relative, false);
                high = high.furthest(relative, true);
            }
        }
        lowest = low;
        highest = high;
    }

    private boolean endsPicture(Capture.Item item) {
        return item.what() == Capture.What.RTP && view.wrap(item.bytes(), 0, item.bytes().length) && view.marker();
    }

    /** The records of a lap, in order. */
    List<Event> events() {
        return events;
    }

    private Ids ids(byte[] b) {
        view.wrap(b, 0, b.length);
        int picture = 0;
        int tl0 = 0;
        if (codec.equals("VP8") && vp8.wrap(b, view.payloadOffset(), view.payloadLength())) {
            picture = vp8.pictureId();
            tl0 = vp8.tl0PicIdx();
        } else if (codec.equals("VP9") && vp9.wrap(b, view.payloadOffset(), view.payloadLength())) {
            picture = vp9.pictureId();
            tl0 = vp9.tl0PicIdx();
        }
        return new Ids(
                view.sequenceNumber(),
                picture,
                tl0,
                frameAt() < 0 ? 0 : ByteBuffer.wrap(b).getShort(frameAt()));
    }

    /** Where the dependency descriptor's frame number is in the packet last looked at, or -1. */
    private int frameAt() {
        return descriptorId > 0 && view.extensionLength(descriptorId) >= 3
                ? view.extensionOffset(descriptorId) + 1
                : -1;
    }

    private static long ntp(long micros) {
        return ((micros / 1_000_000) << 32) + ((micros % 1_000_000) << 32) / 1_000_000;
    }

    /** When the event happens in that lap. */
    long nowNs(Event event, long lap) {
        return (event.micros() + lap * lapMicros) * 1000;
    }

    /** The event's bytes in that lap. */
    byte[] bytes(Event event, long lap) {
        byte[] b = event.bytes().clone();
        int ticks = (int) (lap * lapMicros / 1000 * TICKS_PER_MS);
        if (event.what() == Capture.What.SENDER_REPORT) {
            ByteBuffer report = ByteBuffer.wrap(b);
            report.putLong(0, report.getLong(0) + ntp(lap * lapMicros));
            report.putInt(8, report.getInt(8) + ticks);
            return b;
        }
        int laps = (int) lap;
        view.wrap(b, 0, b.length);
        view.sequenceNumber((view.sequenceNumber() + laps * (highest.sequence - lowest.sequence + 1)) & 0xffff);
        view.timestamp(view.timestamp() + ticks);
        if (frameAt() >= 0) {
            ByteBuffer all = ByteBuffer.wrap(b);
            all.putShort(frameAt(), (short) (all.getShort(frameAt()) + laps * (highest.frame - lowest.frame + 1)));
        }
        int picture = laps * (highest.picture - lowest.picture + 1);
        int tl0 = laps * (highest.tl0 - lowest.tl0 + 1);
        if (codec.equals("VP8") && vp8.wrap(b, view.payloadOffset(), view.payloadLength())) {
            vp8.pictureId((vp8.pictureId() + picture) & 0x7fff);
            vp8.tl0PicIdx((vp8.tl0PicIdx() + tl0) & 0xff);
        } else if (codec.equals("VP9") && vp9.wrap(b, view.payloadOffset(), view.payloadLength())) {
            vp9.pictureId((vp9.pictureId() + picture) & 0x7fff);
            vp9.tl0PicIdx((vp9.tl0PicIdx() + tl0) & 0xff);
        }
        return b;
    }
}
