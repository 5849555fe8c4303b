package dev.millrace.signaling.metrics;

import dev.millrace.media.control.LinkInfo;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.Role;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts sessions made and closed; any thread. */
public final class SessionMetrics {
    private static final double MS_PER_SECOND = 1000;

    /** About where the studio's layers begin to fit, and well above. */
    private static final double[] ESTIMATE_BUCKETS_BPS = {200e3, 600e3, 1e6, 2e6, 3e6, 5e6, 10e6};

    private final MeterRegistry registry;

    public SessionMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Of who comes by WebRTC. */
    public static String protocol(Role role) {
        return role == Role.PUBLISH ? "whip" : "whep";
    }

    public void made(String protocol) {
        Counter.builder("millrace.sessions.made")
                .description("Sessions made")
                .tag("protocol", protocol)
                .register(registry)
                .increment();
    }

    /** Counts a session that was not made; {@code why} is one of the problems. */
    public void refused(String protocol, String why) {
        Counter.builder("millrace.sessions.refused")
                .description("Sessions refused")
                .tag("protocol", protocol)
                .tag("reason", why)
                .register(registry)
                .increment();
    }

    /** Counts a session that ended after {@code lastedMs}, -1 when unknown. */
    public void closed(MediaEvent.SessionClosed closed, String protocol, long lastedMs) {
        Counter.builder("millrace.sessions.closed")
                .description("Sessions closed")
                .tag("protocol", protocol)
                .tag("reason", closed.reason().name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
        if (lastedMs >= 0) {
            DistributionSummary.builder("millrace.session.duration")
                    .baseUnit("seconds")
                    .description("How long closed sessions lasted")
                    .tag("protocol", protocol)
                    .register(registry)
                    .record(lastedMs / MS_PER_SECOND);
        }
        LinkInfo link = closed.link();
        if (link != null && link.estimateBps() >= 0) {
            estimate(closed.role(), link.estimateBps());
        }
    }

    /** One value a session, as it ends: enough to see what viewers' connections are like. */
    private void estimate(Role role, long estimateBps) {
        DistributionSummary.builder("millrace.session.estimate")
                .baseUnit("bits_per_second")
                .description("What connections to viewers carried by the last estimate before they closed")
                .tag("protocol", protocol(role))
                .serviceLevelObjectives(ESTIMATE_BUCKETS_BPS)
                .register(registry)
                .record((double) estimateBps);
    }
}
