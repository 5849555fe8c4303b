package dev.millrace.media.origin;

import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asked for a stream before there was anything to play of it: let go on once all its tracks have something, since
 * players read the list of them once. Owned by the origin's thread.
 */
final class FirstRequests {
    private static final long MS = 1_000_000;

    /** For a keyframe, a part, the slowest layer, a worker's start. */
    static final long PATIENCE_NS = 8_000 * MS;

    /** Layers that rest take up to a second to wake, and a keyframe. */
    private static final long WAKING_NS = 2_500 * MS;

    /** An encoder that begins takes seconds to find out that there is room for all layers, a worker as long to start. */
    private static final long BEGINNING_NS = 6_000 * MS;

    /** A player that was told of no sound, or of no pictures, stays without for as long as it plays: worth a try again. */
    private static final long MISSING_NS = 20_000 * MS;

    private final List<Held> held = new ArrayList<>();
    private long publishedNs;
    private long firstPartNs;

    /** A broadcaster begins to send. */
    void onPublished(long nowNs) {
        publishedNs = nowNs;
    }

    /** Another packager begins. */
    void begin() {
        firstPartNs = 0;
    }

    void add(Held request, long nowNs) {
        request.heldNs(nowNs);
        held.add(request);
    }

    /** Looks whether there is enough by now, or whether some have waited for too long. */
    void answer(@Nullable Packaging now, @Nullable Feed feed, long nowNs) {
        if (now == null) {
            return;
        }
        if (!now.isReady() && now.lastPartNs() > 0) {
            firstPartNs = firstPartNs == 0 ? nowNs : firstPartNs;
            if (feed == null || feed.allPlay(nowNs) || nowNs >= patientUntilNs(feed, nowNs)) {
                now.showTexts();
            }
        }
        if (held.isEmpty()) {
            return;
        }
        if (now.isReady()) {
            List<Held> all = List.copyOf(held);
            held.clear();
            all.forEach(each -> goOn(now, each));
            now.answer(nowNs);
        } else {
            held.removeIf(each -> each.isDone() || isHopeless(each, feed, nowNs));
        }
    }

    private long patientUntilNs(Feed feed, long nowNs) {
        long wokenNs = firstPartNs + WAKING_NS;
        long begunNs = feed.waitsForTranscoder() ? firstPartNs : publishedNs;
        boolean lacksOne = feed.waitsForSound() || feed.waitsForPictures(nowNs);
        long missingNs = lacksOne ? firstPartNs + MISSING_NS : 0;
        return Math.max(Math.max(wokenNs, begunNs + BEGINNING_NS), missingNs);
    }

    private static void goOn(Packaging now, Held request) {
        OriginReply reply = now.now(request);
        if (reply == null) {
            now.hold(request);
        } else {
            request.complete(reply);
        }
    }

    private static boolean isHopeless(Held request, @Nullable Feed feed, long nowNs) {
        boolean unplayable = feed != null && feed.isUnplayable();
        if (!unplayable && request.heldNs(nowNs) < PATIENCE_NS) {
            return false;
        }
        String problem = feed == null ? "" : feed.problem(nowNs);
        return request.complete(
                problem.isEmpty()
                        ? new OriginReply.Refused(
                                OriginRefusal.HALTED,
                                "The broadcast has nothing to play yet; try again in a few seconds.")
                        : new OriginReply.Refused(OriginRefusal.NOT_PLAYABLE, problem));
    }

    void refuseAll(OriginReply.Refused reply) {
        held.forEach(each -> each.complete(reply));
        held.clear();
    }
}
