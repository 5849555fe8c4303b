package dev.millrace.signaling.chat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** Counts guests and what they are told; any thread. */
public final class ChatMetrics {
    private final MeterRegistry registry;
    private final Counter delivered;

    public ChatMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.delivered = Counter.builder("millrace.chat.delivered")
                .description("Messages sent to chat guests, those who read slowly included")
                .tag("protocol", "ws")
                .register(registry);
    }

    void guests(IntSupplier count) {
        Gauge.builder("millrace.chat.guests", count, IntSupplier::getAsInt)
                .description("Chat connections by WebSocket")
                .tag("protocol", "ws")
                .strongReference(true)
                .register(registry);
    }

    void delivered(int messages) {
        delivered.increment(messages);
    }

    void refused(String why) {
        Counter.builder("millrace.chat.guests.refused")
                .description("Chat connections by WebSocket refused")
                .tag("protocol", "ws")
                .tag("reason", why)
                .register(registry)
                .increment();
    }

    void closed(String why) {
        Counter.builder("millrace.chat.guests.closed")
                .description("Chat connections by WebSocket that ended")
                .tag("protocol", "ws")
                .tag("reason", why)
                .register(registry)
                .increment();
    }
}
