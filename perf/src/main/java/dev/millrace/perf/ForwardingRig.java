package dev.millrace.perf;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.net.DatagramSink;
import dev.millrace.media.net.NetworkPath;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.receive.MediaListener;
import dev.millrace.media.receive.ReceiveConfig;
import dev.millrace.media.receive.ReceivePath;
import dev.millrace.media.receive.TrackLayer;
import dev.millrace.media.router.Stream;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.send.SendConfig;
import dev.millrace.media.send.SendListener;
import dev.millrace.media.send.SendOutput;
import dev.millrace.media.send.SendPath;
import dev.millrace.media.srtp.SrtpCrypto;
import dev.millrace.media.srtp.SrtpSession;
import java.util.ArrayList;
import java.util.List;

/**
 * A publisher and its viewers as one loop has them, from the publisher's encrypted packet to what the sink is given for each
 * viewer: SRTP, receive path, router, send paths, SRTP; in virtual time, 300 packets of video a second. Owned by the thread
 * that uses it.
 *
 * <p>Payloads are H.264 fragments as libwebrtc cuts them: a picture's first ones a byte shorter than the others.
 */
public final class ForwardingRig implements MediaListener, SendListener {
    /** 1,041 bytes ten times in 33 ms are 2.5 Mb/s. */
    static final int PAYLOAD_BYTES = 1_041;

    private static final int PICTURE_PACKETS = 10;

    private static final long PICTURE_NS = 33_333_333L;
    private static final int PICTURE_TICKS = 3_000;
    private static final int HEADROOM = 64;

    /**
     * What is measured.
     *
     * @param crypto null to forward without encryption
     */
    public record Setup(
            int viewers, @org.jspecify.annotations.Nullable SrtpCrypto crypto) {}

    private final Setup setup;
    private final DatagramSink sink;
    private final DropCounters drops = new DropCounters();
    private final Stream stream = new Stream("rig", (kind, layer, nowNs) -> {}, drops);
    private final List<SendPath> viewers = new ArrayList<>();
    private final List<SrtpSession> sessions = new ArrayList<>();
    private final byte[] scratch = new byte[SendPath.SCRATCH_BYTES];
    private final byte[] in = new byte[2_048];
    private final byte[] out = new byte[2_048];
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private final RtpWriter writer = new RtpWriter();
    private final SrtpSession publishing = SrtpSession.create(MeasuredMedia.keys(0xffff));
    private final SrtpSession receiving;
    private final ReceivePath publisher = new ReceivePath(
            new ReceiveConfig(List.of(MeasuredMedia.published()), 1, "rig", ReceiveConfig.DEFAULT_MAX_BITRATE_BPS),
            (b, off, len) -> {},
            this,
            drops);
    private long nowNs = 1_000_000_000L;
    private int produced;
    private long forwarded;

    public ForwardingRig(Setup setup, DatagramSink sink, List<NetworkPath> paths) {
        this.setup = setup;
        this.sink = sink;
        SrtpCrypto crypto = setup.crypto();
        receiving = crypto == null
                ? SrtpSession.create(MeasuredMedia.keys(0xffff))
                : crypto.session(MeasuredMedia.keys(0xffff));
        stream.publish(1, null, MeasuredMedia.published(), nowNs);
        for (int i = 0; i < setup.viewers(); i++) {
            SendPath path = new SendPath(
                    new SendConfig(List.of(MeasuredMedia.played(i)), "rig", true),
                    new Out(paths.get(i)),
                    this,
                    BandwidthEstimator.NONE,
                    drops,
                    scratch);
            sessions.add(
                    crypto == null ? SrtpSession.create(MeasuredMedia.keys(i)) : crypto.session(MeasuredMedia.keys(i)));
            viewers.add(path);
            stream.subscribe(path, nowNs);
            path.start(nowNs);
        }
    }

    /** The next packets as the publisher sends them, encrypted; the very first begins a keyframe. */
    public List<byte[]> produce(int count) {
        List<byte[]> packets = new ArrayList<>(count);
        for (int i = 0; i < count; i++, produced++) {
            int at = produced % PICTURE_PACKETS;
            payload[0] = (byte) (produced == 0 ? 0x67 : 0x41);
            writer.begin(
                            out,
                            HEADROOM,
                            MeasuredMedia.PAYLOAD_TYPE,
                            produced & 0xffff,
                            produced / PICTURE_PACKETS * PICTURE_TICKS,
                            77)
                    .marker(at == PICTURE_PACKETS - 1)
                    .extension16(MeasuredMedia.TRANSPORT_CC_ID, produced & 0xffff)
                    .extension8(MeasuredMedia.MID_ID, '1');
            int length = writer.payload(payload, 0, PAYLOAD_BYTES - (at < PICTURE_PACKETS / 2 ? 1 : 0))
                    .finish();
            int sealed = publishing.protectRtp(out, HEADROOM, length);
            packets.add(java.util.Arrays.copyOfRange(out, HEADROOM, HEADROOM + sealed));
        }
        return packets;
    }

    /** One receive batch: all of it in, then viewer by viewer out, then what is due by the clock. */
    public void receive(List<byte[]> packets, int from, int count) {
        nowNs += PICTURE_NS * count / PICTURE_PACKETS;
        for (int i = from; i < from + count; i++) {
            byte[] packet = packets.get(i);
            System.arraycopy(packet, 0, in, HEADROOM, packet.length);
            int length = receiving.unprotectRtp(in, HEADROOM, packet.length);
            if (length < 0) {
                throw new IllegalStateException("not decrypted: " + length);
            }
            publisher.onRtp(in, HEADROOM, length, nowNs);
        }
        stream.flush(nowNs);
        deadlines();
    }

    private void deadlines() {
        if (publisher.nextDeadlineNs() <= nowNs) {
            publisher.onDeadline(nowNs);
        }
        for (int i = 0; i < viewers.size(); i++) {
            SendPath viewer = viewers.get(i);
            if (viewer.nextDeadlineNs() <= nowNs) {
                viewer.onDeadline(nowNs);
            }
        }
    }

    /** Packets given to the sink so far. */
    long forwarded() {
        return forwarded;
    }

    /** Gives the keys' memory back. */
    void close() {
        sessions.forEach(SrtpSession::close);
        receiving.close();
    }

    @Override
    public void onLayer(TrackLayer layer, long now) {}

    @Override
    public void onLayerGone(TrackLayer layer, long now) {}

    @Override
    public void onCodec(TrackLayer layer, long now) {}

    @Override
    public void onMedia(TrackLayer layer, RtpPacket packet, long now) {
        stream.feed(layer.kind()).onPacket(layer.index(), packet.buffer(), packet.offset(), packet.length(), now);
    }

    @Override
    public void onSenderReport(TrackLayer layer, long ntp, int rtpTimestamp, long now) {}

    @Override
    public void onLayer(MediaKind kind, int layer, long now) {}

    @Override
    public void onCodecUnsupported(MediaKind kind, CodecFormat codec, long now) {
        throw new IllegalStateException("unsupported: " + codec);
    }

    /** Where a viewer's packets leave, as its peer does it. */
    private final class Out implements SendOutput {
        private final NetworkPath to;
        private final int index = sessions.size();

        Out(NetworkPath to) {
            this.to = to;
        }

        @Override
        public void rtp(byte[] b, int off, int len) {
            forwarded++;
            if (setup.crypto() == null) {
                sink.send(to, b, off, len);
                return;
            }
            SrtpSession keys = sessions.get(index);
            long room = sink.reserve(to, len + SrtpSession.MAX_TRAILER_LENGTH);
            int length = room == 0 ? keys.protectRtp(b, off, len) : keys.protectRtp(b, off, len, room);
            if (length < 0) {
                throw new IllegalStateException("not encrypted: " + length);
            }
            if (room == 0) {
                sink.send(to, b, off, length);
            } else {
                sink.commit(to, length);
            }
        }

        @Override
        public void rtcp(byte[] b, int off, int len) {}
    }
}
