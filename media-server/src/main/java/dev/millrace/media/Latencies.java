package dev.millrace.media;

import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.StreamLatency;
import dev.millrace.media.control.StreamLatency.Ingest;
import dev.millrace.media.control.StreamLatency.Segments;
import dev.millrace.media.control.StreamLatency.Spread;
import dev.millrace.media.control.StreamLatency.ViewerLatency;
import dev.millrace.media.control.StreamLatency.Way;
import dev.millrace.media.observe.CaptureDelay;
import dev.millrace.media.observe.DelayHistogram;
import dev.millrace.media.origin.Origins;
import dev.millrace.media.origin.SegmentDelay;
import dev.millrace.media.sdp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts together where the milliseconds go: what loops, the origin and players measured, each its own part. Any thread. */
final class Latencies {
    private static final double NS_PER_MS = 1e6;
    private static final double ONE_WAY = 0.5;

    /** What a player said longer ago is not true any more; it reports every ten seconds. */
    private static final long PLAYBACK_LASTS_MS = 60_000;

    private final Broadcasts broadcasts;
    private final Origins origins;
    private final WallTime time;

    Latencies(Broadcasts broadcasts, Origins origins, WallTime time) {
        this.broadcasts = broadcasts;
        this.origins = origins;
        this.time = time;
    }

    /** @param stream that one only, or null for all */
    MediaReply describe(@Nullable String stream) {
        List<StreamLatency> streams = new ArrayList<>();
        for (Broadcast broadcast : broadcasts.all()) {
            if (stream == null || stream.equals(broadcast.name())) {
                streams.add(describe(broadcast));
            }
        }
        return new MediaReply.Latencies(streams);
    }

    private StreamLatency describe(Broadcast broadcast) {
        Ingest ingest = ingest(broadcast);
        Spread forwarding = spread(broadcast.forwardDelays());
        List<ViewerLatency> viewers = new ArrayList<>();
        for (Session session : broadcast.sessions()) {
            if (session.role() == Role.PLAY && session.connected()) {
                viewers.add(viewer(session, ingest, forwarding, time.epochMs()));
            }
        }
        return new StreamLatency(
                broadcast.name(), ingest, forwarding, viewers, segments(origins.delay(broadcast.name()), ingest));
    }

    /** What is between capture and that session; null unless it watches. */
    static @Nullable ViewerLatency ofViewer(Session session, long nowMs) {
        Broadcast broadcast = session.broadcast();
        return session.role() == Role.PLAY
                ? viewer(session, ingest(broadcast), spread(broadcast.forwardDelays()), nowMs)
                : null;
    }

    private static @Nullable Ingest ingest(Broadcast broadcast) {
        Broadcaster publisher = broadcast.publisher();
        if (publisher == null) {
            return null;
        }
        CaptureDelay video = publisher.captureDelay(MediaKind.VIDEO);
        CaptureDelay audio = publisher.captureDelay(MediaKind.AUDIO);
        CaptureDelay.Source source = video.source() == CaptureDelay.Source.UNKNOWN ? audio.source() : video.source();
        return new Ingest(
                source.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                spread(List.of(video.delays())),
                spread(List.of(audio.delays())),
                oneWayMs(publisher.rttNs()));
    }

    private static @Nullable Double oneWayMs(long rttNs) {
        return rttNs < 0 ? null : rttNs * ONE_WAY / NS_PER_MS;
    }

    private static @Nullable Spread spread(List<DelayHistogram> histograms) {
        long[] sum = new long[DelayHistogram.BUCKETS];
        long maxNs = 0;
        for (DelayHistogram histogram : histograms) {
            histogram.addTo(sum);
            maxNs = Math.max(maxNs, histogram.maxNs());
        }
        long count = 0;
        for (long each : sum) {
            count += each;
        }
        return count == 0
                ? null
                : new Spread(
                        count, percentileMs(sum, 50), percentileMs(sum, 95), percentileMs(sum, 99), maxNs / NS_PER_MS);
    }

    private static double percentileMs(long[] sum, double percent) {
        return DelayHistogram.percentileNs(sum, percent) / NS_PER_MS;
    }

    private static ViewerLatency viewer(
            Session session, @Nullable Ingest ingest, @Nullable Spread forwarding, long nowMs) {
        Viewer viewer = session.viewer();
        double pacedMs = viewer == null ? -1 : viewer.pacedMs();
        Session.Playback told = session.playback();
        Session.Playback playback = told == null || nowMs - told.atMs() > PLAYBACK_LASTS_MS ? null : told;
        Sum sum = new Sum();
        return new ViewerLatency(
                session.id(),
                session.participant(),
                sum.add("capture", captureMs(ingest)),
                sum.add("ingest", ingest == null ? null : ingest.networkMs()),
                sum.add("forward", forwarding == null ? null : forwarding.p50Ms()),
                sum.add("pace", pacedMs < 0 ? null : pacedMs),
                sum.add("network", viewer == null ? null : oneWayMs(viewer.rttNs())),
                sum.add("buffer", playback == null ? null : playback.bufferMs()),
                playback == null ? null : nowMs - playback.atMs(),
                sum.totalMs,
                sum.unknown);
    }

    private static @Nullable Double captureMs(@Nullable Ingest ingest) {
        if (ingest == null) {
            return null;
        }
        Spread spread = ingest.video() != null ? ingest.video() : ingest.audio();
        return spread == null ? null : spread.p50Ms();
    }

    private static @Nullable Segments segments(@Nullable SegmentDelay delay, @Nullable Ingest ingest) {
        if (delay == null) {
            return null;
        }
        Double networkMs = ingest == null ? null : ingest.networkMs();
        Double packagedMs = delay.packagedNs() < 0 ? null : delay.packagedNs() / NS_PER_MS;
        return new Segments(
                delay.partNs() / NS_PER_MS,
                packagedMs,
                way(delay.partHoldBackNs(), networkMs, packagedMs),
                way(delay.holdBackNs(), networkMs, packagedMs));
    }

    private static Way way(long holdBackNs, @Nullable Double networkMs, @Nullable Double packagedMs) {
        double holdBackMs = holdBackNs / NS_PER_MS;
        double knownMs = holdBackMs + (networkMs == null ? 0 : networkMs);
        return new Way(holdBackMs, packagedMs == null ? null : (Double) (knownMs + packagedMs));
    }

    /** Adds up what is known, and notes what is not. */
    private static final class Sum {
        private final List<String> unknown = new ArrayList<>();
        private double totalMs;

        @Nullable
        Double add(String name, @Nullable Double ms) {
            if (ms == null) {
                unknown.add(name);
            } else {
                totalMs += ms;
            }
            return ms;
        }
    }
}
