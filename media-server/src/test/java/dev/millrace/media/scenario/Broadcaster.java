package dev.millrace.media.scenario;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.receive.MediaListener;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.receive.ReceivePath;
import dev.millrace.media.receive.TrackLayer;
import dev.millrace.media.router.Samples;
import dev.millrace.media.router.Stream;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.NtpTime;
import dev.millrace.media.rtp.rtcp.PictureLoss;
import dev.millrace.media.rtp.rtcp.RtcpReader;
import dev.millrace.media.rtp.rtcp.SenderReport;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A browser that publishes simulcast over a good line, its receive path at the server, and the stream they feed: paced
 * packets, sender reports, keyframes in all layers when one is asked for in any.
 */
final class Broadcaster implements MediaListener {
    /** From a request to the first packet of the keyframe, as measured with Chromium. */
    private static final long KEYFRAME_NS = 30 * VirtualTime.MS;

    /** Chromium ignores requests that follow one so closely (EncoderRtcpFeedback). */
    private static final long REQUEST_SPACING_NS = 300 * VirtualTime.MS;

    private static final long TO_SERVER_NS = 10 * VirtualTime.MS;
    private static final long AUDIO_FRAME_NS = 20 * VirtualTime.MS;

    /** Chromium's pacer: 2.5 times the target, in bursts of 5 ms. */
    private static final double PACE = 2.5;

    private static final long BURST_NS = 5 * VirtualTime.MS;
    private static final int AUDIO_HEADER = 20;
    private static final int AUDIO_SSRC = 0x00a0_d100;
    private static final String[] RIDS = {"l", "m", "h"};
    private static final long WALL_NS = 1_795_000_000L * VirtualTime.SECOND;

    /** A keyframe request that reached the publisher. */
    record Request(long atNs, int layer) {}

    private final VirtualTime time;
    private final Media media;
    private final Stream stream;
    private final Runnable afterBatch;
    private final ReceivePath path;
    private final SyntheticLayer[] layers;
    private final List<Request> requests = new ArrayList<>();
    private final ArrayDeque<byte[]> paced = new ArrayDeque<>();
    private final RtcpReader reader = new RtcpReader();
    private final RtpWriter writer = new RtpWriter();
    private final byte[] scratch = new byte[2048];
    private final Random random;
    private boolean pacing;
    private long answeredNs;
    private int frame;
    private int audioFrame;
    private int audioSequence;

    Broadcaster(VirtualTime time, Media media, Stream stream, DropCounters drops, Random random, Runnable afterBatch) {
        this.time = time;
        this.media = media;
        this.stream = stream;
        this.random = random;
        this.afterBatch = afterBatch;
        String[] rids = Arrays.copyOf(RIDS, media.layers().size());
        PublishedMedia audio = Samples.publishedAudio(AUDIO_SSRC);
        PublishedMedia video = Samples.publishedVideo(rids);
        ReceiveConfig config =
                new ReceiveConfig(List.of(audio, video), 1, "server", ReceiveConfig.DEFAULT_MAX_BITRATE_BPS);
        path = new ReceivePath(config, this::toPublisher, this, drops);
        stream.publish(1, media.audioBps() == 0 ? null : audio, video, time.nowNs());
        layers = new SyntheticLayer[rids.length];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new SyntheticLayer(i, rids[i], media, random);
        }
    }

    void start() {
        time.every(VirtualTime.SECOND / media.framesPerSecond(), 0, this::captureVideo);
        if (media.audioBps() > 0) {
            time.every(AUDIO_FRAME_NS, random.nextLong(AUDIO_FRAME_NS), this::captureAudio);
        }
        time.every(VirtualTime.SECOND, 100 * VirtualTime.MS, this::report);
        time.every(5 * VirtualTime.MS, 0, () -> {
            if (path.nextDeadlineNs() <= time.nowNs()) {
                path.onDeadline(time.nowNs());
            }
        });
    }

    SyntheticLayer layer(int index) {
        return layers[index];
    }

    int audioFrames() {
        return audioFrame;
    }

    List<Request> requests(long fromNs, long toNs) {
        return requests.stream()
                .filter(r -> r.atNs() >= fromNs && r.atNs() < toNs)
                .toList();
    }

    /** A viewer's wish, on its way through the receive path. */
    void requestKeyframe(MediaKind kind, int layer) {
        if (kind == MediaKind.VIDEO) {
            path.requestKeyframe(1, layer, time.nowNs());
        }
    }

    private void captureVideo() {
        // High layers take longer to encode, so the low one's packets leave first.
        for (SyntheticLayer layer : layers) {
            paced.addAll(layer.frame(frame, time.nowNs()));
        }
        frame++;
        if (!pacing) {
            pace();
        }
    }

    private void pace() {
        pacing = !paced.isEmpty();
        if (!pacing) {
            return;
        }
        long sum = media.layers().stream().mapToLong(Media.Layer::bps).sum();
        double budget = sum * PACE / 8 * BURST_NS / VirtualTime.SECOND;
        List<byte[]> burst = new ArrayList<>();
        for (; budget > 0 && !paced.isEmpty(); budget -= burst.getLast().length) {
            burst.add(paced.removeFirst());
        }
        time.after(TO_SERVER_NS, () -> arrive(burst));
        time.after(BURST_NS, this::pace);
    }

    private void captureAudio() {
        byte[] payload = new byte[Math.max(Stamp.BYTES + 1, media.audioBps() / 8 / 50 - AUDIO_HEADER)];
        payload[0] = 0x78; // one 20 ms frame of CELT, stereo off
        new Stamp(-1, true, audioFrame, audioFrame, 0, 1, 0, true, time.nowNs()).write(payload, payload.length);
        writer.begin(scratch, 0, Samples.OPUS, audioSequence++ & 0xffff, audioFrame * 960, AUDIO_SSRC);
        writer.extension(Samples.MID_ID, new byte[] {'0'}, 0, 1);
        writer.payload(payload, 0, payload.length);
        byte[] packet = Arrays.copyOf(scratch, writer.finish());
        audioFrame++;
        time.after(TO_SERVER_NS, () -> arrive(List.of(packet)));
    }

    private void arrive(List<byte[]> packets) {
        long nowNs = time.nowNs();
        for (byte[] packet : packets) {
            System.arraycopy(packet, 0, scratch, 0, packet.length);
            path.onRtp(scratch, 0, packet.length, nowNs);
        }
        stream.flush(nowNs);
        afterBatch.run();
    }

    private void report() {
        long ntp = NtpTime.ofUnixNanos(WALL_NS + time.nowNs());
        for (SyntheticLayer layer : layers) {
            if (layer.sending()) {
                report(ntp, layer.ssrc(), layer.timestamp(time.nowNs()));
            }
        }
        report(ntp, AUDIO_SSRC, audioFrame * 960);
    }

    private void report(long ntp, int ssrc, int timestamp) {
        byte[] b = new byte[SenderReport.LENGTH];
        SenderReport.write(b, 0, ssrc, ntp, timestamp, 0, 0, 0);
        time.after(TO_SERVER_NS, () -> path.onRtcp(b, 0, b.length, time.nowNs()));
    }

    /** What the receive path says: only its keyframe requests matter here. */
    private void toPublisher(byte[] b, int off, int len) {
        if (!reader.wrap(b, off, len)) {
            throw new AssertionError("the receive path wrote something that is no RTCP");
        }
        while (reader.next()) {
            if (PictureLoss.is(reader)) {
                onRequest(PictureLoss.mediaSsrc(reader));
            }
        }
    }

    private void onRequest(int ssrc) {
        for (int i = 0; i < layers.length; i++) {
            if (layers[i].ssrc() == ssrc) {
                requests.add(new Request(time.nowNs(), i));
                if (time.nowNs() - answeredNs >= REQUEST_SPACING_NS) {
                    answeredNs = time.nowNs();
                    time.after(TO_SERVER_NS + KEYFRAME_NS, () -> Arrays.stream(layers)
                            .forEach(SyntheticLayer::keyframe));
                }
            }
        }
    }

    @Override
    public void onLayer(TrackLayer layer, long nowNs) {}

    @Override
    public void onLayerGone(TrackLayer layer, long nowNs) {
        stream.feed(layer.kind()).onLayerGone(layer.index(), nowNs);
    }

    @Override
    public void onCodec(TrackLayer layer, long nowNs) {}

    @Override
    public void onMedia(TrackLayer layer, RtpPacket p, long nowNs) {
        stream.feed(layer.kind()).onPacket(layer.index(), p.buffer(), p.offset(), p.length(), nowNs);
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long nowNs) {
        stream.feed(layer.kind()).onSenderReport(layer.index(), ntp, rtpTimestamp, nowNs);
    }
}
