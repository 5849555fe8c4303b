package dev.millrace.media.router;

import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.codec.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One scripted layer: makes frames of a few packets whose payloads tell which frame, part and layer they are. */
public final class Encoder {
    private static final int PAYLOAD_BYTES = 60;

    private final byte[] scratch = new byte[1500];
    private final RtpWriter writer = new RtpWriter();
    private final int layer;
    private final String rid;
    public Codec codec;
    public int ssrc;
    public int sequence;
    public int timestamp;
    public int picture;
    public int tl0;
    public int frames;
    public boolean withNames = true;
    public int transport = -1;

    public Encoder(int layer, String rid, Codec codec, int ssrc, int sequence, int timestamp) {
        this.layer = layer;
        this.rid = rid;
        this.codec = codec;
        this.ssrc = ssrc;
        this.sequence = sequence;
        this.timestamp = timestamp;
    }

    /** The packets of the next frame. */
    public List<byte[]> frame(boolean key, int packets, int timestampStep) {
        List<byte[]> frame = new ArrayList<>();
        timestamp += timestampStep;
        picture = (picture + 1) & 0x7fff;
        tl0 = (tl0 + 1) & 0xff;
        frames++;
        for (int i = 0; i < packets; i++) {
            frame.add(packet(payload(key, i), i == packets - 1));
        }
        return frame;
    }

    /** A packet of padding alone. */
    public byte[] padding() {
        begin(payloadType(), false);
        writer.padding(100);
        return end();
    }

    public byte[] packet(byte[] payload, boolean marker) {
        begin(payloadType(), marker);
        writer.payload(payload, 0, payload.length);
        return end();
    }

    /** Packet of another payload type. */
    public byte[] packet(int payloadType, byte[] payload) {
        begin(payloadType, false);
        writer.payload(payload, 0, payload.length);
        return end();
    }

    private void begin(int payloadType, boolean marker) {
        writer.begin(scratch, 0, payloadType, sequence & 0xffff, timestamp, ssrc)
                .marker(marker);
        sequence = (sequence + 1) & 0xffff;
        if (transport >= 0) {
            writer.extension16(Samples.TRANSPORT_ID, transport++ & 0xffff);
        }
        if (withNames) {
            name(Samples.MID_ID, codec == Codec.OPUS ? "0" : "1");
            if (!rid.isEmpty()) {
                name(Samples.RID_ID, rid);
            }
        }
    }

    private void name(int id, String value) {
        byte[] bytes = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        writer.extension(id, bytes, 0, bytes.length);
    }

    private byte[] end() {
        return Arrays.copyOf(scratch, writer.finish());
    }

    private int payloadType() {
        return switch (codec) {
            case H264 -> Samples.H264;
            case VP8 -> Samples.VP8;
            case VP9, AV1, HEVC, OPUS, RED, OTHER -> Samples.OPUS;
        };
    }

    private byte[] payload(boolean key, int part) {
        byte[] p = new byte[PAYLOAD_BYTES];
        if (codec == Codec.H264) {
            p[0] = (byte) (key ? (part == 0 ? 0x67 : 0x65) : 0x41);
        } else if (codec == Codec.VP8) {
            p[0] = (byte) (part == 0 ? 0x90 : 0x80);
            p[1] = (byte) 0xe0;
            p[2] = (byte) (0x80 | (picture >> 8));
            p[3] = (byte) picture;
            p[4] = (byte) tl0;
            p[6] = (byte) (key ? 0 : 1);
        }
        p[20] = (byte) layer;
        p[21] = (byte) (key ? 1 : 0);
        p[22] = (byte) part;
        p[23] = (byte) (frames >> 16);
        p[24] = (byte) (frames >> 8);
        p[25] = (byte) frames;
        return p;
    }
}
