package dev.millrace.media.playlist;

/**
 * Decides when a request is answered that may be ahead of what there is (rfc8216bis section 6.2.5.2): now, later, or not
 * at all. Holds nothing; asked again whenever the track has something new, and when the time of {@link Decision.Wait} is
 * over.
 */
public final class BlockingReload {
    /** A segment this far behind the newest whole one may be asked for. */
    private static final int MAX_AHEAD = 2;

    private final Timing timing;

    public BlockingReload(Timing timing) {
        this.timing = timing;
    }

    /** What to do with a request. */
    public sealed interface Decision {
        /** Answer with what there is. */
        record Serve() implements Decision {}

        /** Hold it back, at most so much longer. */
        record Wait(long forNs) implements Decision {}

        /** Answer with that status and that sentence. */
        record Refuse(int status, String sentence) implements Decision {}
    }

    /** Of a request for a playlist that has been held for {@code heldNs}. */
    public Decision playlist(Directives directives, Progress progress, long heldNs) {
        if (progress.isEmpty()) {
            return new Decision.Refuse(404, "There is nothing to play yet; try again in a second.");
        }
        if (!progress.ended() && progress.lastNumber() < progress.firstNumber()) {
            return waitOrGiveUp(heldNs); // Shaka and hls.js give up on a playlist without a whole segment
        }
        long number = directives.number();
        int part = directives.part();
        if (number < 0 || progress.ended() || progress.holds(number, part)) {
            return new Decision.Serve();
        }
        boolean tooFar = number > progress.lastNumber() + MAX_AHEAD
                || (number == progress.openNumber() && part >= progress.parts() + timing.advancePartLimit());
        if (tooFar) {
            return new Decision.Refuse(400, "That is too far ahead of segment " + progress.lastNumber() + ".");
        }
        return waitOrGiveUp(heldNs);
    }

    /** Of a request for a part, or for a whole segment with {@code part} -1, that has been held for {@code heldNs}. */
    public Decision object(long number, int part, Progress progress, long heldNs) {
        if (number < 0 || number < progress.firstNumber()) {
            return gone();
        }
        if (number <= progress.lastNumber()) {
            return part < progress.lastParts() || number < progress.lastNumber() ? new Decision.Serve() : gone();
        }
        if (number == progress.openNumber() && part >= 0 && part < progress.parts()) {
            return new Decision.Serve();
        }
        boolean hinted = number == progress.openNumber() && part <= progress.parts();
        boolean nextSegment = number == progress.openNumber() + 1 && part <= 0;
        if (progress.ended() || progress.isEmpty() || !(hinted || nextSegment)) {
            return gone();
        }
        return waitOrGiveUp(heldNs);
    }

    private Decision waitOrGiveUp(long heldNs) {
        long left = timing.blockNs() - heldNs;
        return left > 0
                ? new Decision.Wait(left)
                : new Decision.Refuse(503, "The broadcast has come to a halt; try again in a few seconds.");
    }

    private static Decision gone() {
        return new Decision.Refuse(404, "There is no such part; load the playlist again.");
    }
}
