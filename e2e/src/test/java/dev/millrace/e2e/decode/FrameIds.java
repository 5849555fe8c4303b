package dev.millrace.e2e.decode;

import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.codec.Vp8Descriptor;
import dev.millrace.media.rtp.codec.Vp9Descriptor;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Judges the numbers by which a browser decides whether a frame can be decoded, as libwebrtc's reference finders read
 * them: VP8's picture id and TL0PICIDX (RFC 7741), VP9's picture id and P_DIFF (RFC 9628), the dependency descriptor's
 * frame numbers. A decoder alone never notices when they are wrong; a browser waits for ever.
 */
final class FrameIds {
    private final String codec;
    private final int descriptorId;
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final FrameReferences references = new FrameReferences();
    private final Set<Long> frames = new HashSet<>();
    private final Set<Long> vp9Frames = new HashSet<>();
    private long frame = -1;
    private boolean frameEnded = true;
    private boolean structureKnown;
    private int picture = -1;
    private int tl0 = -1;
    private long vp9Picture = -1;
    private int vp9SpatialId;
    private long descriptors;

    FrameIds(String codec, int descriptorId) {
        this.codec = codec;
        this.descriptorId = descriptorId;
    }

    /** How many dependency descriptors were seen. */
    long descriptors() {
        return descriptors;
    }

    /** The next packet with a payload; {@code first} of its picture. */
    void packet(RtpPacket packet, boolean first) {
        int at = descriptorId > 0 ? packet.extensionOffset(descriptorId) : -1;
        if (at >= 0) {
            descriptors++;
            descriptor(packet, at);
        }
        switch (codec) {
            case "VP8" -> vp8(packet, first);
            case "VP9" -> vp9(packet, first);
            default -> {}
        }
    }

    private static void check(boolean right, String what, Object... values) {
        if (!right) {
            throw new AssertionError(String.format(java.util.Locale.ROOT, what, values));
        }
    }

    private void descriptor(RtpPacket packet, int at) {
        references.read(packet.buffer(), at, packet.extensionLength(descriptorId));
        structureKnown |= references.isAttached();
        check(structureKnown, "the first frame brings no structure");
        check(references.isStart() == frameEnded, "a frame begins before the last one's end, or not at its beginning");
        frameEnded = references.isEnd();
        if (!references.isStart()) {
            check((short) frame == (short) references.frameNumber(), "two frame numbers in one frame");
            return;
        }
        long next = frame < 0 ? references.frameNumber() : frame + (short) (references.frameNumber() - frame);
        check(frame < 0 || next > frame, "frame number %d after %d", next, frame);
        for (int distance : references.distances()) {
            check(
                    frames.contains(next - distance),
                    "frame %d refers to %d, which was not sent; descriptor %s",
                    next,
                    next - distance,
                    HexFormat.of().formatHex(packet.buffer(), at, at + packet.extensionLength(descriptorId)));
        }
        frame = next;
        frames.add(next);
    }

    private void vp8(RtpPacket packet, boolean first) {
        check(vp8.wrap(packet.buffer(), packet.payloadOffset(), packet.payloadLength()), "no VP8");
        if (vp8.pictureId() < 0) {
            return;
        }
        if (!first) {
            check(vp8.pictureId() == picture, "two picture ids in one picture");
            return;
        }
        check(vp8.isPictureIdLong(), "a short picture id");
        check(
                picture < 0 || vp8.pictureId() == ((picture + 1) & 0x7fff),
                "picture id %d after %d",
                vp8.pictureId(),
                picture);
        picture = vp8.pictureId();
        int step = tl0 < 0 ? 0 : (vp8.tl0PicIdx() - tl0) & 0xff;
        check(
                tl0 < 0 || step == (vp8.temporalId() == 0 ? 1 : 0),
                "TL0PICIDX goes up by %d in layer %d",
                step,
                vp8.temporalId());
        tl0 = vp8.tl0PicIdx();
    }

    private void vp9(RtpPacket packet, boolean first) {
        byte[] b = packet.buffer();
        int off = packet.payloadOffset();
        check(vp9.wrap(b, off, packet.payloadLength()), "no VP9");
        if (vp9.pictureId() < 0) {
            return;
        }
        check(vp9.isPictureIdLong(), "a short picture id");
        long next = vp9Picture < 0 ? vp9.pictureId() : vp9Picture + ((vp9.pictureId() - (int) vp9Picture) << 17 >> 17);
        check(first ? next > vp9Picture : next == vp9Picture, "picture id %d after %d", next, vp9Picture);
        if (vp9.isFrameStart()) {
            vp9SpatialId = vp9.spatialId();
            check(
                    !vp9.isInterLayerDependent()
                            || vp9SpatialId == 0
                            || vp9Frames.contains(8 * next + vp9SpatialId - 1),
                    "picture %d: spatial layer %d needs the one below, which was not sent",
                    next,
                    vp9SpatialId);
            boolean referring = vp9.isFlexible() && vp9.isInterPicturePredicted();
            for (int at = off + 4; referring; at++) {
                long back = next - ((b[at] & 0xff) >> 1);
                check(
                        vp9Frames.contains(8 * back + vp9SpatialId),
                        "picture %d refers to %d of spatial layer %d, which was not sent",
                        next,
                        back,
                        vp9SpatialId);
                referring = (b[at] & 1) != 0;
            }
            vp9Frames.add(8 * next + vp9SpatialId);
        }
        vp9Picture = next;
    }
}
