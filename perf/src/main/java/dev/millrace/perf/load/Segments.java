package dev.millrace.perf.load;

import dev.millrace.perf.HlsStats;
import dev.millrace.perf.LightAudience;
import dev.millrace.perf.LightAudience.Way;
import dev.millrace.perf.load.Report.SegmentFigures;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The viewers by HLS, LL-HLS and DASH, who come at the ramp's pace, too. Owned by the run's thread. */
final class Segments implements Side, AutoCloseable {
    private final LoadPlan plan;
    private final Map<Way, Integer> wanted = new EnumMap<>(Way.class);
    private final Map<Way, LightAudience> audiences = new EnumMap<>(Way.class);
    private int begun;

    Segments(LoadPlan plan) {
        this.plan = plan;
        want(Way.LL_HLS, plan.audience().llHls());
        want(Way.HLS, plan.audience().hls());
        want(Way.LL_DASH, plan.audience().dash());
    }

    private void want(Way way, int viewers) {
        if (viewers > 0) {
            wanted.put(way, viewers);
            audiences.put(way, new LightAudience(viewers));
        }
    }

    @Override
    public boolean tick(double sinceRampBeganS) {
        int all = plan.audience().bySegments();
        long due = Math.min(all, 1 + (long) (sinceRampBeganS * plan.audience().rampPerS()));
        while (begun < due) {
            start(begun++);
        }
        return begun >= all;
    }

    private void start(int index) {
        int left = index;
        for (Map.Entry<Way, Integer> each : wanted.entrySet()) {
            LightAudience audience = audiences.get(each.getKey());
            if (left < each.getValue() && audience != null) {
                int streams = Math.max(1, plan.audience().publishers());
                String stream = plan.target().stream(index % streams, streams);
                URI address = each.getKey() == Way.LL_DASH
                        ? plan.target().dash(stream)
                        : plan.target().hls(stream);
                audience.start(withToken(address, plan.target().watchToken(stream)), each.getKey());
                return;
            }
            left -= each.getValue();
        }
    }

    /** In the query, which players of all kinds can do; and with its port, which the client wants to know. */
    private static URI withToken(URI address, String token) {
        int port = address.getPort() > 0 ? address.getPort() : 80;
        String query = address.getRawQuery();
        String all = token.isEmpty() ? query : (query == null ? "" : query + "&") + "token=" + token;
        return URI.create(address.getScheme() + "://" + address.getHost() + ":" + port + address.getRawPath()
                + (all == null ? "" : "?" + all));
    }

    List<SegmentFigures> figures() {
        List<SegmentFigures> all = new ArrayList<>();
        audiences.forEach((way, audience) -> all.add(figures(way, audience.stats())));
        return all;
    }

    private static SegmentFigures figures(Way way, HlsStats stats) {
        return new SegmentFigures(
                way.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                stats.viewers(),
                stats.playing(),
                stats.playlists(),
                stats.pieces(),
                stats.errors(),
                stats.stalls(),
                stats.stalledS(),
                stats.behindS(),
                stats.late(),
                orNull(stats.delayMs(50)),
                orNull(stats.delayMs(95)));
    }

    private static @Nullable Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }

    @Override
    public void close() {
        audiences.values().forEach(LightAudience::close);
    }
}
