package dev.millrace.media.origin;

import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.playlist.BlockingReload;
import dev.millrace.media.playlist.BlockingReload.Decision;
import dev.millrace.media.playlist.Edge;
import dev.millrace.media.playlist.Listing;
import dev.millrace.media.playlist.Progress;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One track as it is fetched: the playlist that is called by it, and its objects in memory. Filled on the origin's thread, read by any.
 */
final class Rendition {
    /** Objects are there a little longer than the playlists that name them (RFC 8216 section 6.2.2). */
    private static final int KEPT_LONGER = 3;

    private static final int INITS_KEPT = 16;

    private final Track track;
    private final Listing listing;
    private final String mediaType;
    private final BlockingReload rules;
    private final Page playlist;
    private final Map<Long, StoredSegment> segments = new ConcurrentHashMap<>();
    private final Map<Long, byte[]> inits = new ConcurrentHashMap<>();
    private final Waiting waiting = new Waiting();
    private final Runnable wake;
    private volatile Progress progress;
    private boolean changed;

    Rendition(Track track, BlockingReload rules, Page.Writer writer, Runnable wake) {
        this.track = track;
        this.listing = new Listing(track);
        this.progress = Progress.of(track, false);
        this.mediaType = track.isVideo() ? "video/mp4" : "audio/mp4";
        this.rules = rules;
        this.wake = wake;
        this.playlist = new Page(progress, OriginReply.Freshness.NOW, this::decidePlaylist, writer, wake);
    }

    Track track() {
        return track;
    }

    /** What its playlist lists. */
    Listing listing() {
        return listing;
    }

    Page playlist() {
        return playlist;
    }

    private Decision decidePlaylist(Held request, Progress progress, long heldNs) {
        return rules.playlist(request.directives, progress, heldNs);
    }

    void onInit(Init init) {
        inits.put((long) init.number(), init.bytes());
        inits.remove((long) init.number() - INITS_KEPT);
        changed = true;
    }

    void onPart(Segment segment, Part part) {
        StoredSegment stored = segments.computeIfAbsent(segment.number(), number -> new StoredSegment(segment.epoch()));
        if (part.isGap()) {
            stored.addGap(segment.nothing(part)); // Shaka takes a hint that leads to nothing for a fatal error
        } else {
            stored.add(part.bytes());
        }
        changed = true;
    }

    void onSegment(Segment segment) {
        StoredSegment stored = segments.computeIfAbsent(segment.number(), number -> new StoredSegment(segment.epoch()));
        if (segment.size() == 0) {
            stored.add(segment.nothing()); // HLS says that it is a gap; players of DASH ask until they get it
        }
        stored.end(true);
        changed = true;
    }

    /** Tells what came since, of its own track or of one that stands in. */
    void publish(long nowNs, Edge edge) {
        boolean ended = edge.ended();
        Progress listed = Progress.of(listing, edge);
        Progress now = Progress.of(track, ended);
        if (changed || ended || !listed.equals(playlist.progress())) {
            playlist.publish(listed, nowNs);
        }
        if (changed || ended || !now.equals(progress)) {
            progress = now;
            answer(nowNs);
            segments.keySet().removeIf(number -> now.firstNumber() < 0 || number < now.firstNumber() - KEPT_LONGER);
        }
        changed = false;
    }

    /** An object, if that can be told now; else null: it is to be {@link #hold held}. */
    @Nullable
    OriginReply now(ObjectName name, long heldNs) {
        if (name.kind() == ObjectName.Kind.INIT) {
            byte[] init = inits.get(name.number());
            return init == null ? missing() : new OriginReply.Whole(mediaType, List.of(init));
        }
        StoredSegment stored = segments.get(name.number());
        if (stored != null && name.epoch() >= 0 && name.epoch() != stored.epoch) {
            return missing(); // the player's period ended before it
        }
        OriginReply known = stored == null ? null : of(stored, name.part());
        if (known != null) {
            return known;
        }
        return switch (rules.object(name.number(), name.part(), progress, heldNs)) {
            case Decision.Serve serve -> missing(); // nothing came for its time
            case Decision.Wait wait -> null;
            case Decision.Refuse refuse -> Page.refusal(refuse);
        };
    }

    private @Nullable OriginReply of(StoredSegment stored, int part) {
        if (part >= 0) {
            byte[] bytes = stored.part(part);
            return bytes == null ? null : new OriginReply.Whole(mediaType, List.of(bytes));
        }
        boolean over = stored.isOver();
        List<byte[]> pieces = stored.pieces();
        if (pieces.isEmpty()) {
            return null;
        }
        return over ? new OriginReply.Whole(mediaType, pieces) : new OriginReply.Growing(mediaType, stored);
    }

    private static OriginReply missing() {
        return new OriginReply.Refused(
                OriginRefusal.NOT_FOUND, "There is no such segment, or not any more; load the playlist again.");
    }

    void hold(Held request) {
        if (waiting.add(request) && now(request.object, 0) != null) {
            wake.run();
        }
    }

    /** Answers who waited for an object that is there, or for too long; on the origin's thread. */
    void answer(long nowNs) {
        waiting.answer(request -> {
            OriginReply reply = now(request.object, request.heldNs(nowNs));
            return reply != null && request.complete(reply);
        });
    }

    /** Nothing more comes. */
    void close(OriginReply.Refused reply) {
        segments.values().forEach(each -> each.end(false));
        playlist.close(reply);
        waiting.close(reply);
    }
}
