package dev.millrace.signaling.metrics;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Role;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts sessions made and closed; any thread. */
public final class SessionMetrics {
    private static final double MS_PER_SECOND = 1000;

    private final MeterRegistry registry;

    public SessionMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    static String protocol(Role role) {
        return role == Role.PUBLISH ? "whip" : "whep";
    }

    public void made(Role role) {
        Counter.builder("millrace.sessions.made")
                .description("Sessions made")
                .tag("protocol", protocol(role))
                .register(registry)
                .increment();
    }

    /** Counts a session that was not made; {@code why} is one of the problems. */
    public void refused(Role role, String why) {
        Counter.builder("millrace.sessions.refused")
                .description("Sessions refused")
                .tag("protocol", protocol(role))
                .tag("reason", why)
                .register(registry)
                .increment();
    }

    /** Counts a session that ended after {@code lastedMs}, -1 when unknown. */
    public void closed(Role role, CloseReason reason, long lastedMs) {
        Counter.builder("millrace.sessions.closed")
                .description("Sessions closed")
                .tag("protocol", protocol(role))
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
        if (lastedMs >= 0) {
            DistributionSummary.builder("millrace.session.duration")
                    .baseUnit("seconds")
                    .description("How long closed sessions lasted")
                    .tag("protocol", protocol(role))
                    .register(registry)
                    .record(lastedMs / MS_PER_SECOND);
        }
    }
}
