package dev.millrace.media.net;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.observe.DropReason;
import java.util.ArrayList;
import java.util.List;

/** The ICE-TCP connections a loop wrote to in this cycle, so that each is written once at its end. Loop's thread. */
final class TcpOutbox {
    private final DropCounters drops;
    private final List<IceTcpConnection> dirty = new ArrayList<>();

    TcpOutbox(DropCounters drops) {
        this.drops = drops;
    }

    void send(IceTcpConnection connection, byte[] buffer, int offset, int length) {
        if (!connection.offer(buffer, offset, length)) {
            drops.count(DropReason.TCP_BACKPRESSURE);
            return;
        }
        // Mostly runs to the same connection; a duplicate costs an empty flush.
        if (dirty.isEmpty() || dirty.getLast() != connection) {
            dirty.add(connection);
        }
    }

    void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
    }
}
