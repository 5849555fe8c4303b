package dev.millrace.signaling.rtmp;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What happens on the RTMP port; any thread. */
final class RtmpMetrics {
    private final MeterRegistry registry;
    private final AtomicInteger connections = new AtomicInteger();

    RtmpMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("millrace.rtmp.connections", connections, AtomicInteger::get)
                .description("RTMP connections open, publishing or not")
                .register(registry);
    }

    void opened() {
        connections.incrementAndGet();
    }

    void closed() {
        connections.decrementAndGet();
    }

    /** A connection ended; {@code reason} is one of a few. */
    void ended(String reason) {
        Counter.builder("millrace.rtmp.ended")
                .description("RTMP connections ended, by reason")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    /** Media of a publication went no further. */
    void dropped(String reason) {
        Counter.builder("millrace.rtmp.drops")
                .description("RTMP media messages dropped, by reason")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }
}
