package dev.millrace.signaling.origin;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes what other threads finished to the HTTP context: a new part answers hundreds of held requests at once, and they
 * hop together. Added to from any thread.
 */
final class Arrivals {
    private final Context http;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean hopping = new AtomicBoolean();

    Arrivals(Context http) {
        this.http = http;
    }

    void add(Runnable task) {
        waiting.add(task);
        if (hopping.compareAndSet(false, true)) {
            http.runOnContext(v -> run());
        }
    }

    private void run() {
        hopping.set(false); // whoever adds from here on hops again
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }
}
