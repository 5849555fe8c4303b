package dev.millrace.media.send;

import dev.millrace.media.bwe.BandwidthEstimator;
import org.jspecify.annotations.Nullable;

/**
 * Sends the estimator's probe clusters: what waits for the pacer first, then recent packets again as RTX, else padding
 * alone, at the rate the estimator asks for (as libwebrtc's BitrateProber does). Owned by one send path.
 */
final class Prober {
    /** So much is sent at once: a timer's precision, and a few packets at the rates probed. */
    private static final long STEP_NS = 2_000_000L;

    /** Of one turn; what is missing then, because time stood still, is sent a step later. */
    private static final int MAX_PACKETS = 64;

    private static final long NS_PER_S = 1_000_000_000L;

    /** Slower clusters are of small packets of padding: five full ones are 440 ms of a way of 100 kb/s. */
    private static final long SMALL_BPS = 600_000;

    /** Five packets to a cluster of 15 ms. */
    private static final long SMALL_PACKET_NS = 3_000_000L;

    private final BandwidthEstimator estimator;
    private final PacketWriter writer;
    private final @Nullable TrackSender video;
    private int cluster;
    private long startNs;
    private long startBytes;
    private long nextNs = Long.MAX_VALUE;
    private long clusters;
    private long paddingBytes;

    Prober(BandwidthEstimator estimator, PacketWriter writer, @Nullable TrackSender video) {
        this.estimator = estimator;
        this.writer = writer;
        this.video = video;
    }

    /** When {@link #run} wants to be called; {@link Long#MAX_VALUE} while nothing is probed. */
    long nextDeadlineNs() {
        return nextNs;
    }

    /** Begins a cluster the estimator asks for, or goes on with it. */
    void run(long nowNs) {
        TrackSender sender = video;
        if (sender == null || (cluster != 0 && nowNs < nextNs)) {
            return;
        }
        if (!sender.canPad()) {
            // The publisher may have gone amid a cluster: no deadline of it may stay behind.
            if (cluster != 0) {
                begin(0, nowNs);
            }
            return;
        }
        for (int i = 0; i < MAX_PACKETS; i++) {
            int wanted = estimator.probe();
            if (wanted != cluster) {
                begin(wanted, nowNs);
            }
            if (wanted == 0) {
                return;
            }
            long rateBps = Math.max(1, estimator.probeBps());
            long sent = writer.bytes() - startBytes;
            if (sent * 8 * NS_PER_S / rateBps >= nowNs - startNs + STEP_NS) {
                // A whole step further on than this one: so each turn sends a few packets together.
                nextNs = startNs + sent * 8 * NS_PER_S / rateBps;
                return;
            }
            if (!sender.sendNext(nowNs)) {
                paddingBytes += pad(sender, rateBps, nowNs);
            }
        }
        nextNs = nowNs + STEP_NS;
    }

    private static int pad(TrackSender sender, long rateBps, long nowNs) {
        return rateBps < SMALL_BPS
                ? sender.sendPaddingAlone((int) (rateBps * SMALL_PACKET_NS / 8 / NS_PER_S), nowNs)
                : sender.sendPadding(nowNs);
    }

    private void begin(int wanted, long nowNs) {
        cluster = wanted;
        clusters += wanted == 0 ? 0 : 1;
        startNs = nowNs;
        startBytes = writer.bytes();
        nextNs = Long.MAX_VALUE;
        writer.probing(wanted != 0);
    }

    /** Clusters begun so far. */
    long clusters() {
        return clusters;
    }

    /** Sent for them so far, apart from media that was waiting. */
    long paddingBytes() {
        return paddingBytes;
    }
}
