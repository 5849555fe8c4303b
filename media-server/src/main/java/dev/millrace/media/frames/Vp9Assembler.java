package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.Vp9Descriptor;

/**
 * Makes pictures of VP9 payloads in order (RFC 9628 section 4): the frames of all spatial layers of a picture, lowest
 * first, which together are a superframe (VP9 bitstream specification, annex B).
 *
 * <p>A decoder that shows every frame of a superframe shows one for each layer; the last is the picture.
 */
final class Vp9Assembler extends InBandAssembler {
    /** What a superframe holds, and the payload descriptor can name. */
    private static final int MAX_FRAMES = 8;

    private static final int SUPERFRAME_MARKER = 0xc0;

    /** Sizes in three bytes hold more than a picture may. */
    private static final int SIZE_BYTES = 3;

    private final Vp9Descriptor descriptor = new Vp9Descriptor();
    private final int[] frameBytes = new int[MAX_FRAMES];
    private final byte[] index = new byte[2 + SIZE_BYTES * MAX_FRAMES];
    private int frames;
    private int frameAt;
    private int spatialId;
    private boolean inFrame;
    private boolean key;

    Vp9Assembler(FrameListener listener, DropCounters drops) {
        super(Codec.VP9, listener, drops);
    }

    @Override
    void begin() {
        frames = 0;
        inFrame = false;
        spatialId = -1;
        key = false;
    }

    @Override
    boolean take(byte[] b, int off, int len) {
        if (!descriptor.wrap(b, off, len) || descriptor.isFrameStart() == inFrame) {
            return false;
        }
        int layer = descriptor.spatialId();
        if (inFrame ? layer != spatialId : layer <= spatialId || frames == MAX_FRAMES) {
            return false;
        }
        if (!inFrame) {
            key |= frames == 0 && descriptor.isKeyframeStart();
            int top = Math.max(0, descriptor.spatialLayers() - 1);
            size(descriptor.width(top), descriptor.height(top));
            frameAt = picture.size();
        }
        spatialId = layer;
        inFrame = !descriptor.isFrameEnd();
        int at = descriptor.payloadOffset();
        if (!picture.append(b, at, off + len - at)) {
            return false;
        }
        if (!inFrame) {
            frameBytes[frames++] = picture.size() - frameAt;
        }
        return true;
    }

    @Override
    boolean end() {
        return !inFrame && (frames < 2 || appendIndex());
    }

    /** Annex B.2: where the frames of a superframe begin, little endian, between two bytes that say how it is written. */
    private boolean appendIndex() {
        byte marker = (byte) (SUPERFRAME_MARKER | (SIZE_BYTES - 1) << 3 | (frames - 1));
        int at = 0;
        index[at++] = marker;
        for (int i = 0; i < frames; i++) {
            for (int shift = 0; shift < 8 * SIZE_BYTES; shift += 8) {
                index[at++] = (byte) (frameBytes[i] >>> shift);
            }
        }
        index[at++] = marker;
        return picture.append(index, 0, at);
    }

    @Override
    boolean key() {
        return key;
    }

    @Override
    boolean discardable() {
        return false;
    }
}
