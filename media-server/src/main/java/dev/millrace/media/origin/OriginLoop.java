package dev.millrace.media.origin;

import java.util.ArrayList;
import java.util.List;

/** The origins that live on one thread, and when each wants to be called. Owned by that thread. */
public final class OriginLoop {
    private final OriginThread thread;
    private final List<StreamOrigin> origins = new ArrayList<>();

    public OriginLoop(OriginThread thread) {
        this.thread = thread;
    }

    OriginThread thread() {
        return thread;
    }

    void add(StreamOrigin origin) {
        origins.add(origin);
    }

    void remove(StreamOrigin origin) {
        origins.remove(origin);
    }

    /** When {@link #onDeadline} is wanted; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < origins.size(); i++) {
            next = Math.min(next, origins.get(i).nextDeadlineNs());
        }
        return next;
    }

    public void onDeadline(long nowNs) {
        for (int i = origins.size() - 1; i >= 0; i--) {
            StreamOrigin origin = origins.get(i);
            if (origin.nextDeadlineNs() <= nowNs) {
                origin.onDeadline(nowNs);
            }
        }
    }
}
