package dev.millrace.media.scenario;

import dev.millrace.media.router.Samples;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** An encoder of one layer: H.264 packets of a browser's shape and sizes, their pictures empty (RFC 6184). */
final class SyntheticLayer {
    /** As Chromium fills them, header included. */
    private static final int MAX_PACKET = 1170;

    /** RTP header with extensions, which counts in a layer's bit rate as it does where a server measures it. */
    private static final int HEADER = 20;

    /** A keyframe against the mean picture. */
    private static final double KEYFRAME_SIZE = 9;

    /** Rate control takes what a keyframe cost too much off the pictures after it, so much of each. */
    private static final double REPAYMENT = 0.27;

    /** Mean picture's share of a base and of a droppable picture. */
    private static final double[] TEMPORAL_SIZE = {1.25, 0.75};

    private static final byte[] PPS = {0x68, (byte) 0xce, 0x3c, (byte) 0x80};

    private final int index;
    private final byte[] rid;
    private final int framesPerSecond;
    private final int temporalLayers;
    private final Random random;
    private final RtpWriter writer = new RtpWriter();
    private final byte[] scratch = new byte[1500];
    private int bps;
    private byte[] sps;
    private int source;
    private int ssrc;
    private int sequence;
    private int timestampBase;
    private double debtBytes;
    private int reference = -1;
    private int sinceKeyframe;
    private boolean keyframeWanted = true;
    private boolean sending = true;

    SyntheticLayer(int index, String rid, Media media, Random random) {
        this.index = index;
        this.rid = rid.getBytes(StandardCharsets.UTF_8);
        this.framesPerSecond = media.framesPerSecond();
        this.temporalLayers = media.temporalLayers();
        this.random = random;
        Media.Layer layer = media.layers().get(index);
        bps = layer.bps();
        sps = ParameterSets.sps(layer.width(), layer.height());
        restart();
    }

    /** As after replaceTrack in a new transceiver: another SSRC, other numbers, a keyframe. */
    void restart() {
        source++;
        ssrc = random.nextInt();
        sequence = random.nextInt(0x1_0000);
        timestampBase = random.nextInt();
        keyframeWanted = true;
    }

    /** Another picture size, which takes a keyframe. */
    void resize(int width, int height) {
        sps = ParameterSets.sps(width, height);
        keyframeWanted = true;
    }

    /** Stops or goes on; it goes on with a keyframe. */
    void send(boolean newSending) {
        keyframeWanted |= newSending && !sending;
        sending = newSending;
    }

    void bitrate(int newBps) {
        bps = newBps;
    }

    void keyframe() {
        keyframeWanted = true;
    }

    boolean sending() {
        return sending;
    }

    int ssrc() {
        return ssrc;
    }

    int timestamp(long nowNs) {
        return timestampBase + (int) (nowNs / 1000 * 9 / 100);
    }

    /** The packets of the picture of that number; none while the layer is silent. */
    List<byte[]> frame(int number, long nowNs) {
        if (!sending) {
            return List.of();
        }
        boolean key = keyframeWanted;
        keyframeWanted = false;
        sinceKeyframe = key ? 0 : sinceKeyframe + 1;
        boolean kept = temporalLayers == 1 || sinceKeyframe % 2 == 0;
        int bytes = size(key, kept);
        int slices = Math.max(1, (bytes + MAX_PACKET - 1) / MAX_PACKET);
        int parts = slices + (key ? 1 : 0);
        int from = key ? number : reference;
        reference = kept ? number : reference;
        List<byte[]> packets = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            Stamp stamp = new Stamp(index, key, number, from, part, parts, source, kept, nowNs);
            int slice = part - (key ? 1 : 0);
            byte[] payload = slice < 0
                    ? parameterSets(stamp)
                    : slice(stamp, Math.max(Stamp.BYTES + 4, bytes / slices - HEADER), slice, slices);
            packets.add(packet(payload, part == parts - 1, timestamp(nowNs)));
        }
        return packets;
    }

    private int size(boolean key, boolean kept) {
        double mean = bps / 8.0 / framesPerSecond;
        if (key) {
            debtBytes += (KEYFRAME_SIZE - 1) * mean;
            return (int) (KEYFRAME_SIZE * mean * (0.9 + 0.2 * random.nextDouble()));
        }
        double repaid = Math.min(debtBytes, REPAYMENT * mean);
        debtBytes -= repaid;
        double share = temporalLayers == 1 ? 1 : TEMPORAL_SIZE[kept ? 0 : 1];
        return (int) ((mean - repaid) * share * Math.clamp(1 + 0.15 * random.nextGaussian(), 0.6, 1.6));
    }

    private byte[] parameterSets(Stamp stamp) {
        byte[] b = new byte[1 + 2 + sps.length + 2 + PPS.length + 2 + 2 + Stamp.BYTES];
        b[0] = 0x78; // STAP-A
        int at = unit(b, 1, sps);
        at = unit(b, at, PPS);
        BigEndian.put16(b, at, 2 + Stamp.BYTES);
        b[at + 2] = 0x06; // SEI
        stamp.write(b, b.length);
        return b;
    }

    private static int unit(byte[] b, int at, byte[] nal) {
        BigEndian.put16(b, at, nal.length);
        System.arraycopy(nal, 0, b, at + 2, nal.length);
        return at + 2 + nal.length;
    }

    private static byte[] slice(Stamp stamp, int bytes, int slice, int slices) {
        byte[] b = new byte[bytes];
        int importance = stamp.kept() ? 0x60 : 0;
        int type = stamp.key() ? 5 : 1;
        if (slices == 1) {
            b[0] = (byte) (importance | type);
            b[1] = (byte) 0x88; // first_mb_in_slice 0
        } else {
            b[0] = (byte) (importance | 28); // FU-A
            b[1] = (byte) ((slice == 0 ? 0x80 : 0) | (slice == slices - 1 ? 0x40 : 0) | type);
            b[2] = (byte) (slice == 0 ? 0x88 : 0);
        }
        stamp.write(b, bytes);
        return b;
    }

    private byte[] packet(byte[] payload, boolean marker, int timestamp) {
        writer.begin(scratch, 0, Samples.H264, sequence, timestamp, ssrc).marker(marker);
        sequence = (sequence + 1) & 0xffff;
        writer.extension(Samples.MID_ID, new byte[] {'1'}, 0, 1);
        writer.extension(Samples.RID_ID, rid, 0, rid.length);
        writer.payload(payload, 0, payload.length);
        return Arrays.copyOf(scratch, writer.finish());
    }
}
