package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.Vp8Descriptor;

/** Makes pictures of VP8 payloads in order: without their descriptors, one after the other (RFC 7741 section 4). */
final class Vp8Assembler extends InBandAssembler {
    private final Vp8Descriptor descriptor = new Vp8Descriptor();
    private boolean key;
    private boolean discardable;

    Vp8Assembler(FrameListener listener, DropCounters drops) {
        super(Codec.VP8, listener, drops);
    }

    @Override
    void begin() {
        key = false;
        discardable = false;
    }

    @Override
    boolean take(byte[] b, int off, int len) {
        boolean first = picture.size() == 0;
        if (!descriptor.wrap(b, off, len) || descriptor.isFrameStart() != first) {
            return false;
        }
        if (first) {
            key = descriptor.isKeyframeStart();
            discardable = descriptor.isDiscardable();
            size(descriptor.width(), descriptor.height());
        }
        int at = descriptor.payloadOffset();
        return picture.append(b, at, off + len - at);
    }

    @Override
    boolean end() {
        return true;
    }

    @Override
    boolean key() {
        return key;
    }

    @Override
    boolean discardable() {
        return discardable;
    }
}
