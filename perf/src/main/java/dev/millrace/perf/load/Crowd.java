package dev.millrace.perf.load;

import java.util.concurrent.CompletableFuture;

/** The publishers and viewers of a run, as far as the run must know them. Safe for any thread. */
interface Crowd extends AutoCloseable {
    /** Somebody who is connected. */
    interface Member {
        /** Completes with a sentence when the connection ends, but not by {@link #leave}. */
        CompletableFuture<String> ended();

        /** Goes as the standards want it, by DELETE; answers the status. */
        CompletableFuture<Integer> leave();

        /** Is gone without a word. */
        void vanish();
    }

    /**
     * What all of them sent and got since the beginning; of those who left, too.
     *
     * @param sent packets that publishers sent
     * @param packets that came to viewers, {@code bytes} of RTP with headers
     * @param lost sequence numbers that did not come, less what came late or again
     * @param keyframesAsked requests for keyframes that publishers got
     * @param ownDrops datagrams that our own sockets had no room for: lost by us, not by the server
     */
    record Totals(long sent, long packets, long bytes, long lost, long keyframesAsked, long ownDrops) {
        static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0);

        Totals minus(Totals earlier) {
            return new Totals(
                    sent - earlier.sent,
                    packets - earlier.packets,
                    bytes - earlier.bytes,
                    lost - earlier.lost,
                    keyframesAsked - earlier.keyframesAsked,
                    ownDrops - earlier.ownDrops);
        }

        /** Of all that should have come, what did not; 0 when nothing should have. */
        double loss() {
            long missing = Math.max(0, lost);
            return packets + missing <= 0 ? 0 : (double) missing / (packets + missing);
        }
    }

    CompletableFuture<Member> publish(String stream);

    CompletableFuture<Member> play(String stream);

    Totals totals();

    /** How late our threads looked after their clients at the most, since this was asked last. */
    long takeLatestNs();

    /** Who is connected now, publishers included. */
    int connected();

    /** Everybody still there is gone without a word. */
    @Override
    void close();
}
