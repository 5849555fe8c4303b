package dev.millrace.perf;

import com.sun.management.ThreadMXBean;
import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.bwe.SendSideEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.Stream;
import dev.millrace.media.rtp.RtpWriter;
import dev.millrace.media.rtp.rtcp.TransportFeedbackWriter;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.send.SendConfig;
import dev.millrace.media.send.SendListener;
import dev.millrace.media.send.SendOutput;
import dev.millrace.media.send.SendPath;
import dev.millrace.media.srtp.SrtpSession;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CPU nanoseconds and bytes of garbage per packet forwarded to one of 500 viewers, each of whom answers with
 * transport-wide feedback every 50 ms as Chromium does at 3 Mb/s: without an estimator, with it, and without it but
 * encrypted. Rounds in turns, the minimum counts; the sending itself is {@link SendCost}'s.
 */
public final class EstimatorCost {
    private static final Logger LOG = LoggerFactory.getLogger(EstimatorCost.class);
    private static final int VIEWERS = 500;
    private static final int FRAME_PACKETS = 10;
    private static final int PAYLOAD_BYTES = 1100;
    private static final long STEP_NS = 16_666_667L;
    private static final int FEEDBACK_STEPS = 3;
    private static final int KEYFRAME_STEPS = 120;
    private static final int ROUND_STEPS = 240;
    private static final int WARM_UP_STEPS = 1200;
    private static final int ROUNDS = 15;
    private static final long LINK_NS_PER_BYTE = 400; // 20 Mb/s

    private EstimatorCost() {}

    /** CPU time and garbage a forwarded packet. */
    private record Cost(double cpuNs, double garbageBytes) {
        Cost smaller(Cost other) {
            return other.cpuNs < cpuNs ? other : this;
        }
    }

    public static void main(String[] arguments) {
        Audience deaf = new Audience(() -> BandwidthEstimator.NONE, false);
        DropCounters drops = new DropCounters();
        Audience measured = new Audience(() -> new SendSideEstimator(true, drops), false);
        Audience encrypted = new Audience(() -> BandwidthEstimator.NONE, true);
        List<Audience> all = List.of(deaf, measured, encrypted);
        all.forEach(audience -> audience.run(WARM_UP_STEPS));
        List<Cost> best = new ArrayList<>(all.stream().map(EstimatorCost::round).toList());
        for (int round = 1; round < ROUNDS; round++) {
            for (int i = 0; i < all.size(); i++) {
                best.set(i, best.get(i).smaller(round(all.get(i))));
            }
        }
        report("no estimator", deaf, best.get(0));
        report("estimator", measured, best.get(1));
        report("no estimator, SRTP", encrypted, best.get(2));
        double share = (best.get(1).cpuNs - best.get(0).cpuNs) / best.get(2).cpuNs;
        LOG.info(String.format(
                Locale.ROOT,
                "the estimator is %.2f %% of forwarding and encrypting; sending comes on top",
                100 * share));
    }

    private static void report(String what, Audience audience, Cost cost) {
        LOG.info(String.format(
                Locale.ROOT,
                "%-20s %7.1f ns CPU, %6.2f bytes of garbage a packet; estimate %d kb/s, %d packets in all",
                what,
                cost.cpuNs,
                cost.garbageBytes,
                audience.estimateBps() / 1000,
                audience.packets));
    }

    private static Cost round(Audience audience) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long packets = audience.packets;
        long garbage = threads.getCurrentThreadAllocatedBytes();
        long cpuNs = threads.getCurrentThreadCpuTime();
        audience.run(ROUND_STEPS);
        cpuNs = threads.getCurrentThreadCpuTime() - cpuNs;
        garbage = threads.getCurrentThreadAllocatedBytes() - garbage;
        packets = audience.packets - packets;
        return new Cost((double) cpuNs / packets, (double) garbage / packets);
    }

    /** One stream and its 500 viewers, who all see the same and answer the same. */
    private static final class Audience implements SendListener {
        private final DropCounters drops = new DropCounters();
        private final Stream stream = new Stream("cost", (kind, layer, nowNs) -> {}, drops);
        private final List<SendPath> viewers = new ArrayList<>();
        private final BandwidthEstimator first;
        private final byte[] scratch = new byte[SendPath.SCRATCH_BYTES];
        private final byte[] in = new byte[1500];
        private final byte[] payload = new byte[PAYLOAD_BYTES];
        private final RtpWriter writer = new RtpWriter();
        private final TransportFeedbackWriter feedback = new TransportFeedbackWriter();
        private final byte[] rtcp = new byte[1500];
        private final long[] arrivals = new long[1 << 12];
        private long linkFreeNs;
        private long nowNs = 1_000_000_000L;
        private long step;
        private int sequence;
        private int timestamp;
        private int sent;
        private int answered;
        private int feedbackCount;

        /** Sent to all viewers. */
        long packets;

        Audience(Supplier<BandwidthEstimator> estimators, boolean srtp) {
            stream.publish(1, null, MeasuredMedia.published(), nowNs);
            BandwidthEstimator kept = BandwidthEstimator.NONE;
            for (int i = 0; i < VIEWERS; i++) {
                BandwidthEstimator estimator = estimators.get();
                kept = i == 0 ? estimator : kept;
                SendPath path = new SendPath(
                        new SendConfig(List.of(MeasuredMedia.played(i)), "cost", true),
                        new Out(i == 0, srtp ? SrtpSession.create(MeasuredMedia.keys(i)) : null),
                        this,
                        estimator,
                        drops,
                        scratch);
                viewers.add(path);
                stream.subscribe(path, nowNs);
                path.start(nowNs);
            }
            first = kept;
        }

        long estimateBps() {
            return first.estimateBps() == Long.MAX_VALUE ? -1 : first.estimateBps();
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                nowNs += STEP_NS;
                step++;
                if (step % 2 == 0) {
                    frame(step % KEYFRAME_STEPS == 0);
                }
                if (step % FEEDBACK_STEPS == 0) {
                    answer();
                }
                for (int v = 0; v < VIEWERS; v++) {
                    SendPath viewer = viewers.get(v);
                    if (viewer.nextDeadlineNs() <= nowNs) {
                        viewer.onDeadline(nowNs);
                    }
                }
            }
        }

        private void frame(boolean key) {
            timestamp += 3000;
            for (int i = 0; i < FRAME_PACKETS; i++) {
                payload[0] = (byte) (key ? (i == 0 ? 0x67 : 0x65) : 0x41);
                writer.begin(in, 0, MeasuredMedia.PAYLOAD_TYPE, sequence++ & 0xffff, timestamp, 77)
                        .marker(i == FRAME_PACKETS - 1);
                int length = writer.payload(payload, 0, PAYLOAD_BYTES).finish();
                stream.feed(MediaKind.VIDEO).onPacket(0, in, 0, length, nowNs);
            }
            stream.flush(nowNs);
        }

        /** One report of the first viewer's arrivals serves all: they were sent the same. */
        private void answer() {
            if (answered == sent) {
                return;
            }
            feedback.begin(rtcp, 0, rtcp.length, 1, 1000, answered & 0xffff, feedbackCount++ & 0xff);
            while (answered != sent && feedback.add(answered & 0xffff, arrivals[answered & (arrivals.length - 1)])) {
                answered++;
            }
            int length = feedback.finish();
            for (int v = 0; v < VIEWERS; v++) {
                viewers.get(v).onRtcp(rtcp, 0, length, nowNs);
            }
        }

        @Override
        public void onLayer(MediaKind kind, int layer, long now) {}

        @Override
        public void onCodecUnsupported(MediaKind kind, CodecFormat codec, long now) {}

        /** Where a viewer's packets end. */
        private final class Out implements SendOutput {
            private final boolean watched;
            private final @Nullable SrtpSession session;

            Out(boolean watched, @Nullable SrtpSession session) {
                this.watched = watched;
                this.session = session;
            }

            @Override
            public void rtp(byte[] b, int off, int len) {
                packets++;
                if (watched) {
                    linkFreeNs = Math.max(linkFreeNs, nowNs) + len * LINK_NS_PER_BYTE;
                    arrivals[sent++ & (arrivals.length - 1)] = linkFreeNs + 10_000_000L;
                }
                SrtpSession keys = session;
                if (keys != null && keys.protectRtp(b, off, len) < 0) {
                    throw new IllegalStateException("not encrypted");
                }
            }

            @Override
            public void rtcp(byte[] b, int off, int len) {}
        }
    }
}
