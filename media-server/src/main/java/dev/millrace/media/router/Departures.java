package dev.millrace.media.router;

import java.util.ArrayList;
import java.util.List;

/**
 * The streams of one loop whose packets are on their way out: those that something came for, and those whose packets were
 * handed to the socket. Owned by the loop.
 */
public final class Departures {
    private final List<Stream> waiting = new ArrayList<>();
    private final List<Stream> leaving = new ArrayList<>();

    /** A packet came for that stream's viewers. */
    public void came(Stream stream) {
        int last = waiting.size() - 1;
        if (last < 0 || (waiting.get(last) != stream && !waiting.contains(stream))) {
            waiting.add(stream);
        }
    }

    /**
     * Sends what came, stream by stream, viewer by viewer; what gathers more of its picture waits.
     *
     * @return when what waits has to leave by another call; {@link Long#MAX_VALUE} if nothing does
     */
    public long flush(long nowNs) {
        int gathering = 0;
        long nextNs = Long.MAX_VALUE;
        for (int i = 0; i < waiting.size(); i++) {
            Stream stream = waiting.get(i);
            long byNs = stream.leavesByNs(nowNs);
            if (byNs > nowNs) {
                waiting.set(gathering++, stream);
                nextNs = Math.min(nextNs, byNs);
            } else {
                stream.flush(nowNs);
                leave(stream);
            }
        }
        while (waiting.size() > gathering) {
            waiting.removeLast();
        }
        return nextNs;
    }

    private void leave(Stream stream) {
        if (!leaving.contains(stream)) {
            leaving.add(stream);
        }
    }

    /** The socket has taken what was sent. */
    public void left(long nowNs) {
        int behind = 0;
        for (int i = 0; i < leaving.size(); i++) {
            Stream stream = leaving.get(i);
            if (waiting.contains(stream)) {
                leaving.set(behind++, stream); // some of it came since, and waits
            } else {
                stream.forwardDelay().left(nowNs);
            }
        }
        while (leaving.size() > behind) {
            leaving.removeLast();
        }
    }
}
