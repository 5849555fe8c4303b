package dev.millrace.media.router;

import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.codec.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A scripted scalable encoder: pictures of several spatial layers in a 0 2 1 2 pattern of temporal ones, described by the
 * codec's own payload descriptor or by dependency descriptors; it keeps what each frame refers to.
 */
final class SvcEncoder {
    static final int DESCRIPTOR_ID = 12;
    static final int TYPE = 98;
    private static final int BODY = 40;
    private static final int[] PATTERN = {0, 2, 1, 2};

    /** How a stream is made and described. */
    record Mode(Codec codec, int spatials, int temporals, boolean keyOnly, boolean described) {}

    /** One frame: one spatial layer of one picture. */
    record Frame(int id, int spatial, int temporal, boolean key, List<Integer> refs, int packets) {}

    final Map<Integer, Frame> frames = new HashMap<>();
    private final Mode mode;
    private final int layer;
    private final Random random;
    private final byte[] scratch = new byte[1500];
    private final RtpWriter writer = new RtpWriter();
    private final int[] lastT0 = new int[4];
    private final int[] lastT1 = new int[4];
    int ssrc;
    int sequence;
    int timestamp;
    int picture;
    private int tl0;
    private int number;
    private int ids;
    private int phase;
    private boolean sync;
    int activeSpatials;

    SvcEncoder(Mode mode, int layer, Random random) {
        this.mode = mode;
        this.layer = layer;
        this.random = random;
        ssrc = 500 + layer;
        sequence = random.nextInt(65536);
        timestamp = random.nextInt();
        picture = random.nextInt(0x8000);
        tl0 = random.nextInt(256);
        number = random.nextInt(65536);
        activeSpatials = mode.spatials;
    }

    /** All packets of the next picture. */
    List<byte[]> picture(boolean key, int ticks) {
        timestamp += ticks;
        picture = (picture + 1) & 0x7fff;
        phase = key ? 0 : (phase + 1) & 3;
        int temporal = key ? 0 : Math.min(PATTERN[phase], mode.temporals - 1);
        temporal = mode.temporals == 1 ? 0 : mode.temporals == 2 && phase == 2 ? 0 : temporal;
        if (phase == 0 || temporal == 0) {
            sync = key || random.nextInt(3) > 0;
        }
        tl0 = temporal == 0 ? (tl0 + 1) & 0xff : tl0;
        List<byte[]> packets = new ArrayList<>();
        for (int spatial = 0; spatial < activeSpatials; spatial++) {
            packets.addAll(frame(key, spatial, temporal));
        }
        return packets;
    }

    private List<byte[]> frame(boolean key, int spatial, int temporal) {
        number = (number + 1) & 0xffff;
        int id = ++ids;
        List<Integer> refs = new ArrayList<>();
        if (!key) {
            refs.add(temporal == 2 && phase == 3 ? lastT1[spatial] : lastT0[spatial]);
            if (temporal == 1 && !sync && mode.codec != Codec.H264 && lastT1[spatial] > 0) {
                refs.add(lastT1[spatial]);
            }
        }
        if (spatial > 0 && (key || !mode.keyOnly)) {
            refs.add(id - 1);
        }
        if (temporal == 0) {
            lastT0[spatial] = id;
            lastT1[spatial] = key ? 0 : lastT1[spatial];
        } else if (temporal == 1) {
            lastT1[spatial] = id;
        }
        Frame frame = new Frame(id, spatial, temporal, key, refs, 1 + random.nextInt(3));
        frames.put(id, frame);
        List<byte[]> packets = new ArrayList<>();
        for (int part = 0; part < frame.packets; part++) {
            packets.add(packet(frame, part));
        }
        return packets;
    }

    private byte[] packet(Frame frame, int part) {
        boolean last = part == frame.packets - 1;
        writer.begin(scratch, 0, TYPE, sequence & 0xffff, timestamp, ssrc)
                .marker(last && frame.spatial == activeSpatials - 1);
        sequence = (sequence + 1) & 0xffff;
        if (mode.described) {
            byte[] descriptor = descriptor(frame, part == 0, last);
            writer.extension(DESCRIPTOR_ID, descriptor, 0, descriptor.length);
        }
        byte[] payload = payload(frame, part, last);
        writer.payload(payload, 0, payload.length);
        return Arrays.copyOf(scratch, writer.finish());
    }

    private byte[] payload(Frame frame, int part, boolean last) {
        byte[] p = new byte[BODY + 10];
        switch (mode.codec) {
            case VP8 -> vp8(p, frame, part);
            case VP9 -> vp9(p, frame, part, last);
            case AV1 -> {
                p[0] = (byte) (0x10 | (frame.key && frame.spatial == 0 && part == 0 ? 0x08 : 0));
                p[1] = 0x32;
            }
            case H264 -> p[0] = (byte) (frame.key ? (part == 0 ? 0x67 : 0x65) : frame.temporal == 0 ? 0x61 : 0x01);
            case HEVC, OPUS, RED, OTHER -> throw new AssertionError();
        }
        p[BODY] = (byte) layer;
        p[BODY + 1] = (byte) part;
        p[BODY + 2] = (byte) (frame.id >> 24);
        p[BODY + 3] = (byte) (frame.id >> 16);
        p[BODY + 4] = (byte) (frame.id >> 8);
        p[BODY + 5] = (byte) frame.id;
        return p;
    }

    static int layerOf(byte[] p) {
        return p[BODY];
    }

    static int partOf(byte[] p) {
        return p[BODY + 1];
    }

    static int idOf(byte[] p) {
        return java.nio.ByteBuffer.wrap(p).getInt(BODY + 2);
    }

    private void vp8(byte[] p, Frame frame, int part) {
        boolean onBase = frame.temporal > 0 && frame.refs.equals(List.of(lastT0[0]));
        p[0] = (byte) (part == 0 ? 0x90 : 0x80);
        p[1] = (byte) 0xe0;
        p[2] = (byte) (0x80 | (picture >> 8));
        p[3] = (byte) picture;
        p[4] = (byte) tl0;
        p[5] = (byte) ((frame.temporal << 6) | (onBase ? 0x20 : 0));
        p[6] = (byte) (frame.key ? 0 : 1);
    }

    private void vp9(byte[] p, Frame frame, int part, boolean last) {
        boolean top = frame.spatial == activeSpatials - 1;
        boolean alone = top || (mode.keyOnly && !frame.key);
        boolean structure = frame.key && frame.spatial == 0 && part == 0;
        boolean inter = frame.spatial > 0 && (frame.key || !mode.keyOnly);
        boolean up = frame.temporal == 0 ? sync : frame.temporal == 1;
        p[0] = (byte) (0xa0
                | (frame.key ? 0 : 0x40)
                | (part == 0 ? 8 : 0)
                | (last ? 4 : 0)
                | (structure ? 2 : 0)
                | (alone ? 1 : 0));
        p[1] = (byte) (0x80 | (picture >> 8));
        p[2] = (byte) picture;
        p[3] = (byte) ((frame.temporal << 5) | (up ? 0x10 : 0) | (frame.spatial << 1) | (inter ? 1 : 0));
        p[4] = (byte) tl0;
        if (structure) {
            p[5] = (byte) (((activeSpatials - 1) << 5) | 0x10);
            for (int i = 0; i < activeSpatials; i++) {
                p[6 + 4 * i] = (byte) (1 << i);
                p[8 + 4 * i] = (byte) (1 << i);
            }
        }
    }

    private byte[] descriptor(Frame frame, boolean first, boolean last) {
        int template = frame.spatial * (mode.temporals + 1) + (frame.key ? 0 : 1 + frame.temporal);
        BitWriter bits = new BitWriter()
                .put(first ? 1 : 0, 1)
                .put(last ? 1 : 0, 1)
                .put(template, 6)
                .put(number, 16);
        if (!first) {
            return bits.bytes(); // what is special is said in the first packet only
        }
        boolean structure = frame.key && frame.spatial == 0;
        bits.put(structure ? 1 : 0, 1).put(0, 1).put(1, 1).put(1, 1).put(0, 1);
        if (structure) {
            structure(bits);
        }
        for (int target = 0; target < mode.spatials * mode.temporals; target++) {
            bits.put(indication(frame, target, sync), 2);
        }
        for (int ref : frame.refs) {
            int back = frame.id - ref;
            bits.put(back > 16 ? 2 : 1, 2).put(back - 1, back > 16 ? 8 : 4);
        }
        return bits.put(0, 2).bytes();
    }

    private void structure(BitWriter bits) {
        int templates = mode.spatials * (mode.temporals + 1);
        bits.put(0, 6).put(mode.spatials * mode.temporals - 1, 5);
        for (int i = 0; i < templates; i++) {
            int within = i % (mode.temporals + 1);
            boolean end = within == mode.temporals;
            bits.put(i == templates - 1 ? 3 : end ? 2 : within == 0 ? 0 : 1, 2);
        }
        for (int i = 0; i < templates; i++) {
            int within = i % (mode.temporals + 1);
            Frame typical = new Frame(0, i / (mode.temporals + 1), Math.max(0, within - 1), within == 0, List.of(), 1);
            for (int target = 0; target < mode.spatials * mode.temporals; target++) {
                bits.put(indication(typical, target, false), 2);
            }
        }
        bits.put(0, templates); // references are said frame by frame
        int values = mode.spatials * mode.temporals + 1; // no chains: ns(values) of 0
        bits.put(0, 31 - Integer.numberOfLeadingZeros(values));
        bits.put(1, 1);
        for (int i = 0; i < mode.spatials; i++) {
            bits.put((320 << i) - 1, 16).put((180 << i) - 1, 16);
        }
    }

    private int indication(Frame frame, int target, boolean syncing) {
        int spatial = target / mode.temporals;
        int temporal = target % mode.temporals;
        if (frame.spatial > spatial || frame.temporal > temporal) {
            return 0;
        }
        if (frame.spatial < spatial) {
            return frame.key ? 2 : mode.keyOnly ? 0 : 3;
        }
        if (frame.key || (frame.temporal == 0 && temporal == 0)) {
            return 2;
        }
        return frame.temporal == 2 || (frame.temporal == mode.temporals - 1 && mode.temporals == 2)
                ? 1
                : syncing ? 2 : 3;
    }
}
