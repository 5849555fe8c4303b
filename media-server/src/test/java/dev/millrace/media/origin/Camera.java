package dev.millrace.media.origin;

import dev.millrace.media.frames.H264Packets;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.DeclaredSource;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.sdp.RidLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A broadcaster in virtual time: pictures of 30 a second in some layers, Opus, sender reports, clocks that are wrong. */
final class Camera implements PacketSource {
    private static final long MS = Studio.MS;
    private static final double FRAME_NS = 1e9 / 30;
    private static final long SOUND_NS = 20 * MS;
    /** Where the time of capture stands in a slice, and in a packet of sound: nanoseconds of the studio's clock. */
    static final int CAPTURE_AT = 4;

    private static final int VIDEO_TYPE = 102;
    private static final int AUDIO_TYPE = 111;

    /** How long after it was captured a picture arrives, and a sound. */
    long videoDelayNs = 45 * MS;

    long audioDelayNs = 12 * MS;
    long reportEveryNs = 1_000 * MS;
    double drift;
    boolean keyframes = true;
    boolean reports = true;
    boolean sendsVideo = true;
    int silentLayer = -1;

    /** So long after the layer below it a layer begins. */
    long layersApartNs;

    int keyframesAsked;
    boolean listened;

    private final String codec;
    private final List<String> rids;
    private final boolean hasVideo;
    private final boolean hasAudio;
    private final int[] sequence;
    private final long[] rtpBase;
    private final boolean[] begun;
    private int audioSequence = 5_000;
    private long beginNs;
    private long pictures;
    private long sounds;
    private long reported;
    private boolean keyWanted;
    private @Nullable PacketSink sink;

    Camera(String codec, boolean hasVideo, boolean hasAudio, String... rids) {
        this.codec = codec;
        this.rids = List.of(rids);
        this.hasVideo = hasVideo;
        this.hasAudio = hasAudio;
        int layers = Math.max(1, rids.length);
        this.sequence = new int[layers];
        this.rtpBase = new long[layers];
        this.begun = new boolean[layers];
        for (int i = 0; i < layers; i++) {
            rtpBase[i] = 1_000_003L * (i + 1);
            sequence[i] = 60_000 + i;
        }
    }

    static Camera single() {
        return new Camera("H264", true, true);
    }

    static Camera simulcast() {
        return new Camera("H264", true, true, "q", "h", "f");
    }

    static Camera vp8() {
        return new Camera("VP8", true, true);
    }

    void begin(Studio studio) {
        beginNs = studio.nowNs();
        keyWanted = true;
    }

    private static CodecFormat format(int type, String name, int rate) {
        return new CodecFormat(type, name, rate, 1, Map.of(), Set.of(), CodecFormat.NO_RTX);
    }

    @Override
    public @Nullable PublishedMedia audio() {
        return hasAudio
                ? new PublishedMedia(
                        "0",
                        MediaKind.AUDIO,
                        List.of(format(AUDIO_TYPE, "opus", 48_000)),
                        List.of(),
                        List.of(),
                        Map.of())
                : null;
    }

    @Override
    public @Nullable PublishedMedia video() {
        if (!hasVideo) {
            return null;
        }
        List<RidLayer> layers = new ArrayList<>();
        for (int i = 0; i < rids.size(); i++) {
            layers.add(new RidLayer(rids.get(i), i, false, Map.of()));
        }
        List<DeclaredSource> none = List.of();
        return new PublishedMedia(
                "1", MediaKind.VIDEO, List.of(format(VIDEO_TYPE, codec, 90_000)), layers, none, Map.of());
    }

    @Override
    public void listen(PacketSink to, Executor thread, boolean allLayers) {
        sink = to;
        listened = true;
        if (reports && reported > 0) {
            report(beginNs + (reported - 1) * reportEveryNs + 300 * MS);
        }
    }

    @Override
    public void silence() {
        sink = null;
        listened = false;
    }

    @Override
    public void requestKeyframe() {
        keyframesAsked++;
        keyWanted = true;
    }

    void tick(long nowNs) {
        while (hasVideo && nowNs >= beginNs + (long) (pictures * FRAME_NS) + videoDelayNs) {
            boolean key = keyframes && keyWanted;
            keyWanted &= !key;
            if (sendsVideo) {
                picture(beginNs + (long) (pictures * FRAME_NS), key, nowNs);
            }
            pictures++;
        }
        while (hasAudio && nowNs >= beginNs + sounds * SOUND_NS + audioDelayNs) {
            sound(beginNs + sounds * SOUND_NS, nowNs);
            sounds++;
        }
        while (reports && nowNs >= beginNs + reported * reportEveryNs + 300 * MS) {
            report(nowNs);
            reported++;
        }
    }

    /** The camera's clock at that time of ours. */
    private long own(long ns) {
        return ns - beginNs + Math.round((ns - beginNs) * drift);
    }

    private long videoTime(int layer, long ns) {
        return rtpBase[layer] + Math.round(own(ns) * 90_000 / 1e9);
    }

    private long audioTime(long ns) {
        return 77_777 + Math.round(own(ns) * 48_000 / 1e9);
    }

    private void picture(long captureNs, boolean key, long nowNs) {
        for (int i = 0; i < sequence.length; i++) {
            if (i == silentLayer || captureNs - beginNs < i * layersApartNs) {
                continue;
            }
            layer(i, captureNs, key || (keyframes && !begun[i]), nowNs);
            begun[i] = true;
        }
    }

    private void layer(int i, long captureNs, boolean key, long nowNs) {
        long time = videoTime(i, captureNs);
        if (codec.equals("VP8")) {
            video(i, time, true, vp8(key, captureNs), nowNs);
            return;
        }
        if (key) {
            byte[] sps = i == sequence.length - 1 ? H264Packets.OTHER_SPS : H264Packets.SPS;
            video(i, time, false, sps, nowNs);
            video(i, time, false, H264Packets.PPS, nowNs);
        }
        byte[] slice = H264Packets.slice(key, 300 * (i + 1));
        BigEndian.put64(slice, CAPTURE_AT, captureNs);
        video(i, time, true, slice, nowNs);
    }

    /** A descriptor of one byte (RFC 7741 section 4.2), then a frame of 320x240 (RFC 6386 section 9.1). */
    private static byte[] vp8(boolean key, long captureNs) {
        byte[] payload = new byte[120];
        payload[0] = 0x10;
        payload[1] = (byte) (key ? 0x10 : 0x11);
        if (key) {
            byte[] start = H264Packets.hex("9d012a4001f000");
            System.arraycopy(start, 0, payload, 4, start.length);
        }
        BigEndian.put64(payload, 40, captureNs);
        return payload;
    }

    private void video(int layer, long time, boolean marker, byte[] payload, long nowNs) {
        send(MediaKind.VIDEO, layer, VIDEO_TYPE, sequence[layer]++, time, marker, payload, nowNs);
    }

    private void sound(long captureNs, long nowNs) {
        byte[] payload = new byte[20];
        payload[0] = (byte) 0xfc;
        BigEndian.put64(payload, CAPTURE_AT, captureNs);
        send(MediaKind.AUDIO, 0, AUDIO_TYPE, audioSequence++, audioTime(captureNs), true, payload, nowNs);
    }

    private void send(
            MediaKind kind, int layer, int type, int number, long time, boolean marker, byte[] payload, long nowNs) {
        byte[] b = new byte[12 + payload.length];
        b[0] = (byte) 0x80;
        b[1] = (byte) (type | (marker ? 0x80 : 0));
        b[2] = (byte) (number >> 8);
        b[3] = (byte) number;
        BigEndian.put32(b, 4, (int) time);
        BigEndian.put32(b, 8, (kind == MediaKind.AUDIO ? 100 : 200) + layer + 1);
        System.arraycopy(payload, 0, b, 12, payload.length);
        PacketSink to = sink;
        if (to != null) {
            to.onPacket(kind, layer, b, 0, b.length, nowNs);
        }
    }

    private void report(long nowNs) {
        PacketSink to = sink;
        if (to == null) {
            return;
        }
        long sentNs = nowNs - 5 * MS;
        long ntp = NtpTime.ofUnixNanos(Studio.EPOCH_MS * MS + own(sentNs));
        to.onSenderReport(MediaKind.AUDIO, 0, ntp, (int) audioTime(sentNs), nowNs);
        for (int i = 0; i < sequence.length; i++) {
            to.onSenderReport(MediaKind.VIDEO, i, ntp, (int) videoTime(i, sentNs), nowNs);
        }
    }
}
