package dev.millrace.e2e.decode;

import dev.millrace.e2e.decode.Pictures.Expected;
import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.rtcp.NackWriter;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.HeaderExtension;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PlayedMedia;
import dev.millrace.media.send.SendConfig;
import dev.millrace.media.send.SendListener;
import dev.millrace.media.send.SendOutput;
import dev.millrace.media.send.SendPath;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One viewer with a real send path, judged as a browser would: an unbroken stream of whole pictures, each of which FFmpeg
 * decodes without a complaint to exactly what the encoder meant. Throws at the first packet that is wrong.
 */
final class Watcher implements SendOutput, SendListener, AutoCloseable {
    static final int VIDEO_SSRC = 0x0a00_0002;
    private static final int RTX_SSRC = 0x0a00_0003;
    private static final int DESCRIPTOR_ID = 9;
    private static final int TYPE_SHIFT = 5;

    /** Packets kept to compare with what is sent again; a divisor of 2^16. */
    private static final int HISTORY = 128;

    /** After so many pictures temporal patterns repeat. */
    private static final int PATTERN_PICTURES = 4;

    private record Sent(long number, Set<Expected> expected) {}

    final SendPath path;
    private final Pictures pictures;
    private final Decoder decoder;
    private final Depacketizer depacketizer;
    private final FrameIds ids;
    private final RtpPacket packet = new RtpPacket();
    private final ArrayDeque<Sent> undecoded = new ArrayDeque<>();
    private final byte[] @Nullable [] history = new byte[HISTORY][];
    private final NackWriter nack = new NackWriter();
    private final byte[] report = new byte[100];
    private final Map<String, Integer> switches = new HashMap<>();
    private final ArrayDeque<Integer> recent = new ArrayDeque<>();
    private @Nullable Expected shown;
    private int sequence = -1;
    private int timestamp;
    private boolean pictureOpen;
    private boolean begun;
    private long count;
    private long decoded;
    private int changes;
    private long repeated;

    Watcher(Capture capture, Pictures pictures, boolean descriptor) {
        this.pictures = pictures;
        CodecFormat in = capture.formats().getFirst();
        decoder = new Decoder(in.name());
        depacketizer = Depacketizer.of(in.name());
        ids = new FrameIds(in.name(), descriptor ? DESCRIPTOR_ID : 0);
        CodecFormat out = new CodecFormat(
                in.payloadType() - TYPE_SHIFT,
                in.name(),
                in.clockRate(),
                1,
                in.fmtp(),
                in.rtcpFb(),
                in.rtxPayloadType() - TYPE_SHIFT);
        PlayedMedia played = new PlayedMedia(
                "v",
                MediaKind.VIDEO,
                List.of(out),
                descriptor ? Map.of(HeaderExtension.DEPENDENCY_DESCRIPTOR.uri(), DESCRIPTOR_ID) : Map.of(),
                VIDEO_SSRC,
                RTX_SSRC);
        path = new SendPath(
                new SendConfig(List.of(played), "cname", true),
                this,
                this,
                BandwidthEstimator.NONE,
                new DropCounters(),
                new byte[SendPath.SCRATCH_BYTES]);
    }

    /** Switches that were seen, of layer, spatial layer or temporal layer. */
    int changes() {
        return changes;
    }

    /** What was switched how often. */
    Map<String, Integer> switches() {
        return switches;
    }

    /** Pictures that came out of the decoder. */
    long decoded() {
        return decoded;
    }

    /** Pictures sent. */
    long sent() {
        return count;
    }

    long descriptors() {
        return ids.descriptors();
    }

    /** The highest temporal layer among the last pictures: the encoder's patterns repeat every four. */
    int temporalId() {
        return recent.stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    /** The last picture sent whole, or null before the first. */
    @Nullable
    Expected shown() {
        return shown;
    }

    @Override
    public void rtp(byte[] b, int off, int len) {
        check(packet.wrap(b, off, len), "no RTP");
        if (packet.ssrc() != VIDEO_SSRC) {
            again();
            return;
        }
        check(sequence < 0 || packet.sequenceNumber() == ((sequence + 1) & 0xffff), "a gap in the sequence numbers");
        sequence = packet.sequenceNumber();
        history[sequence % HISTORY] = Arrays.copyOfRange(b, off, off + len);
        if (packet.payloadLength() == 0) {
            return;
        }
        boolean first = !pictureOpen;
        int step = packet.timestamp() - timestamp;
        check(
                !begun || (first ? step > 0 : step == 0),
                first ? "time stands still or goes back" : "no marker at a picture's end");
        timestamp = packet.timestamp();
        begun = true;
        pictureOpen = !packet.marker();
        ids.packet(packet, first);
        depacketizer.payload(packet.buffer(), packet.payloadOffset(), packet.payloadLength());
        if (packet.marker()) {
            picture(depacketizer.finish());
        }
    }

    private void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what + ": sequence number " + packet.sequenceNumber() + " after " + sequence
                    + ", timestamp " + Integer.toUnsignedString(packet.timestamp()) + " after "
                    + Integer.toUnsignedString(timestamp) + ", picture " + count);
        }
    }

    /** A retransmission (RFC 4588): nothing but its source, numbers and payload type may differ. */
    private void again() {
        if (packet.payloadLength() < 2) {
            return;
        }
        byte[] b = packet.buffer();
        int number = BigEndian.u16(b, packet.payloadOffset());
        byte[] first = history[number % HISTORY];
        RtpPacket original = new RtpPacket();
        if (first == null || !original.wrap(first, 0, first.length) || original.sequenceNumber() != number) {
            return;
        }
        int payload = packet.payloadOffset() + 2;
        int at = packet.extensionOffset(DESCRIPTOR_ID);
        int firstAt = original.extensionOffset(DESCRIPTOR_ID);
        check(
                original.timestamp() == packet.timestamp()
                        && original.marker() == packet.marker()
                        && Arrays.equals(
                                b,
                                payload,
                                packet.payloadOffset() + packet.payloadLength(),
                                first,
                                original.payloadOffset(),
                                original.payloadOffset() + original.payloadLength())
                        && (at < 0) == (firstAt < 0)
                        && (at < 0
                                || Arrays.equals(
                                        b,
                                        at,
                                        at + packet.extensionLength(DESCRIPTOR_ID),
                                        first,
                                        firstAt,
                                        firstAt + original.extensionLength(DESCRIPTOR_ID))),
                "the retransmission of " + number + " is another packet");
        repeated++;
    }

    /** Reports one of the last packets lost, as if it had not come. */
    void loseOne(Random random, long nowNs) {
        if (begun) {
            nack.begin(report, 0, report.length, 1, VIDEO_SSRC);
            nack.add((sequence - random.nextInt(HISTORY / 2)) & 0xffff);
            path.onRtcp(report, 0, nack.finish(), nowNs);
        }
    }

    /** Retransmissions that came. */
    long repeated() {
        return repeated;
    }

    private void picture(Depacketizer.Unit unit) {
        Set<Expected> expected = pictures.of(unit.top());
        check(!expected.isEmpty(), "a picture that no layer of the capture has");
        note(expected);
        undecoded.add(new Sent(count, expected));
        for (byte[] part : unit.packets()) {
            decoder.decode(part, count);
        }
        count++;
        judge();
    }

    /** Which layer is shown now; where an encoder made the same picture twice, rather the one before. */
    private void note(Set<Expected> expected) {
        Expected before = shown;
        Expected now = expected.iterator().next();
        for (Expected each : expected) {
            if (before != null && each.layer() == before.layer() && each.spatialId() == before.spatialId()) {
                now = each;
            }
        }
        if (before != null && before.layer() != now.layer()) {
            check(now.key(), "a layer does not begin with a keyframe");
            changed("layer " + before.layer() + " to " + now.layer());
        } else if (before != null && before.spatialId() != now.spatialId()) {
            changed("spatial " + before.spatialId() + " to " + now.spatialId());
        }
        shown = now;
        recent.add(now.temporalId());
        if (recent.size() > PATTERN_PICTURES) {
            recent.remove();
        }
    }

    void changed(String what) {
        changes++;
        switches.merge(what, 1, Integer::sum);
    }

    private void judge() {
        for (Decoder.Picture picture : decoder.pictures()) {
            Sent sent = undecoded.remove();
            check(sent.number() == picture.number(), "a picture was not decoded");
            boolean right = sent.expected().stream()
                    .anyMatch(each -> each.checksum() == picture.checksum()
                            && each.width() == picture.width()
                            && each.height() == picture.height());
            check(right, "picture " + picture + " is not what was encoded: " + sent.expected());
            decoded++;
        }
        List<String> complaints = Decoder.complaints();
        check(complaints.isEmpty(), "FFmpeg complains: " + complaints);
    }

    /** Nothing comes any more: the decoder has to give up what it holds. */
    void finish() {
        decoder.flush();
        judge();
    }

    @Override
    public void rtcp(byte[] b, int off, int len) {}

    @Override
    public void onLayer(MediaKind kind, int layer, long nowNs) {}

    @Override
    public void onCodecUnsupported(MediaKind kind, CodecFormat published, long nowNs) {
        throw new AssertionError("the viewer is refused " + published);
    }

    @Override
    public void close() {
        decoder.close();
    }
}
