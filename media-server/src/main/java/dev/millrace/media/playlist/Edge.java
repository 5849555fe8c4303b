package dev.millrace.media.playlist;

import dev.millrace.media.segment.Segment;

/**
 * What is to come of a broadcast.
 *
 * @param epoch that is being made; -1 if nothing is, for its broadcaster is gone
 * @param ended nothing will be added
 */
public record Edge(int epoch, boolean ended) {
    /**
     * Whether a playlist whose last segment that is may tell it as whole. Where the broadcaster is gone it does so when what
     * follows is known: how long it stands, or that nothing does.
     */
    boolean isWhole(Segment last) {
        return last.isComplete() && (ended || last.epoch() == epoch);
    }
}
