package dev.millrace.media.scenario;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.bwe.CongestionState;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.Samples;
import dev.millrace.media.router.Stream;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.send.SendConfig;
import dev.millrace.media.send.SendListener;
import dev.millrace.media.send.SendOutput;
import dev.millrace.media.send.SendPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One viewer: the server's real send path on one side of a link, a simulated browser on the other. */
final class SimulatedViewer implements SendOutput, SendListener {
    /** SRTP's tag with GCM. Links count datagrams' payload, as the relay does that limits real browsers in e2e. */
    static final int OVERHEAD_BYTES = 16;

    private static final long SAMPLE_NS = 100 * VirtualTime.MS;

    /** The estimator at a moment. */
    record Estimate(long atNs, long bps, CongestionState state, int probe) {}

    private final VirtualTime time;
    private final Pipe down;
    private final Pipe up;
    private final BandwidthEstimator estimator;
    private final SendPath path;
    private final Receiver receiver;
    private final List<Estimate> estimates = new ArrayList<>();
    private long joinedNs;
    private long armedNs = Long.MAX_VALUE;

    SimulatedViewer(
            VirtualTime time,
            Pipe down,
            Pipe up,
            BandwidthEstimator estimator,
            DropCounters drops,
            byte[] scratch,
            Random random) {
        this.time = time;
        this.down = down;
        this.up = up;
        this.estimator = estimator;
        SendConfig config = new SendConfig(List.of(Samples.playedAudio(), Samples.playedVideo()), "cname", false);
        path = new SendPath(config, this, this, estimator, drops, scratch);
        receiver = new Receiver(time, random, this::answer);
    }

    void join(Stream stream) {
        joinedNs = time.nowNs();
        stream.subscribe(path, joinedNs);
        path.start(joinedNs);
        time.every(
                SAMPLE_NS,
                0,
                () -> estimates.add(
                        new Estimate(time.nowNs(), estimator.estimateBps(), estimator.state(), estimator.probe())));
        rearm();
    }

    void leave(Stream stream) {
        path.close(time.nowNs());
        stream.unsubscribe(path, time.nowNs());
    }

    /** After anything the path was told: it may want to be called earlier. */
    void rearm() {
        long dueNs = path.nextDeadlineNs();
        if (dueNs < armedNs) {
            armedNs = dueNs;
            time.at(dueNs, () -> onTimer(dueNs));
        }
    }

    private void onTimer(long dueNs) {
        if (dueNs != armedNs) {
            return; // an earlier one came in between
        }
        armedNs = Long.MAX_VALUE;
        if (path.nextDeadlineNs() <= time.nowNs()) {
            path.onDeadline(time.nowNs());
        }
        rearm();
    }

    private void answer(byte[] rtcp) {
        up.send(rtcp.length + OVERHEAD_BYTES, () -> {
            path.onRtcp(rtcp, 0, rtcp.length, time.nowNs());
            rearm();
        });
    }

    @Override
    public void rtp(byte[] b, int off, int len) {
        byte[] copy = Arrays.copyOfRange(b, off, off + len);
        down.send(len + OVERHEAD_BYTES, () -> receiver.onRtp(copy));
    }

    @Override
    public void rtcp(byte[] b, int off, int len) {
        byte[] copy = Arrays.copyOfRange(b, off, off + len);
        down.send(len + OVERHEAD_BYTES, () -> receiver.onRtcp(copy));
    }

    @Override
    public void onLayer(MediaKind kind, int layer, long nowNs) {}

    @Override
    public void onCodecUnsupported(MediaKind kind, CodecFormat published, long nowNs) {
        throw new AssertionError("the viewer takes what is published");
    }

    SendPath path() {
        return path;
    }

    Receiver receiver() {
        return receiver;
    }

    List<Estimate> estimates() {
        return estimates;
    }

    long joinedNs() {
        return joinedNs;
    }
}
