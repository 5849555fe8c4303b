package dev.millrace.e2e.decode;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a dependency descriptor as a receiver does that decodes by it: which earlier frames a frame refers to (AV1 RTP
 * specification, appendix A.8). Written apart from the server's reader, so that both do not err alike.
 */
final class FrameReferences {
    /** One template: the frames it refers to, as distances. */
    private record Template(List<Integer> distances) {}

    private byte[] bytes = {};
    private int position;
    private List<Template> templates = List.of();
    private int idOffset;
    private int targets;
    private int chains;

    private boolean start;
    private boolean end;
    private boolean attached;
    private int frameNumber;
    private List<Integer> distances = List.of();

    /** Reads one extension's data; throws where it does not fit. */
    void read(byte[] b, int off, int len) {
        bytes = java.util.Arrays.copyOfRange(b, off, off + len);
        position = 0;
        start = bits(1) == 1;
        end = bits(1) == 1;
        int templateId = bits(6);
        frameNumber = bits(16);
        int flags = len > 3 ? bits(5) : 0;
        attached = (flags & 0x10) != 0;
        if (attached) {
            structure();
        }
        if ((flags & 0x08) != 0) {
            bits(targets);
        }
        int index = (templateId + 64 - idOffset) & 63;
        if (index >= templates.size()) {
            throw new AssertionError("a dependency descriptor names a template that its structure lacks");
        }
        if ((flags & 0x04) != 0) {
            bits(2 * targets);
        }
        distances = (flags & 0x02) != 0 ? ownDistances() : templates.get(index).distances();
        if (position > 8 * len) {
            throw new AssertionError("a dependency descriptor is cut short");
        }
    }

    private List<Integer> ownDistances() {
        List<Integer> own = new ArrayList<>();
        for (int size = bits(2); size > 0; size = bits(2)) {
            own.add(bits(4 * size) + 1);
        }
        return own;
    }

    private void structure() {
        idOffset = bits(6);
        targets = bits(5) + 1;
        int count = 1;
        int spatialLayers = 1;
        for (int next = bits(2); next != 3; next = bits(2)) {
            count++;
            spatialLayers += next == 2 ? 1 : 0;
        }
        bits(2 * count * targets);
        List<Template> read = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Integer> back = new ArrayList<>();
            while (bits(1) == 1) {
                back.add(bits(4) + 1);
            }
            read.add(new Template(back));
        }
        templates = read;
        chains = nonSymmetric(targets + 1);
        if (chains > 0) {
            for (int i = 0; i < targets; i++) {
                nonSymmetric(chains);
            }
            bits(4 * count * chains);
        }
        if (bits(1) == 1) {
            bits(32 * spatialLayers);
        }
    }

    /** ns(n) of the AV1 bitstream specification. */
    private int nonSymmetric(int n) {
        int w = 32 - Integer.numberOfLeadingZeros(n);
        int m = (1 << w) - n;
        int v = bits(w - 1);
        return v < m ? v : (v << 1) - m + bits(1);
    }

    /** The value of up to 32 bits; of more the last ones. */
    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++, position++) {
            int bit = position < 8 * bytes.length ? (bytes[position >> 3] >> (7 - (position & 7))) & 1 : 0;
            value = (value << 1) | bit;
        }
        return value;
    }

    boolean isStart() {
        return start;
    }

    boolean isEnd() {
        return end;
    }

    /** True if the structure came with it. */
    boolean isAttached() {
        return attached;
    }

    int frameNumber() {
        return frameNumber;
    }

    /** How many frame numbers back the frames are that this one refers to. */
    List<Integer> distances() {
        return distances;
    }
}
