package dev.millrace.media.origin;

import dev.millrace.media.playlist.Listing;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides, once an epoch for each playlist of pictures, whose segments it lists: its own track's if that has any, or else
 * those of the track nearest in size. Players stay with the playlist they chose although the broadcaster who returned sends
 * other layers.
 *
 * <p>What is decided stays so for as long as the epoch lasts: decoders begin anew only where one begins. A layer that comes
 * too late and stays is given an epoch to begin with. Owned by the origin's thread, told the time.
 */
final class StandIns {
    /** For layers that begin one after the other and rungs that have to be made; players are dark meanwhile. */
    private static final long PATIENCE_NS = 3_000_000_000L;

    /** A layer that comes and goes does not make decoders begin anew each time. */
    private static final long AGAIN_NS = 30_000_000_000L;

    /** What came so many whole segments long is believed to stay. */
    private static final int STEADY_SEGMENTS = 2;

    private final Packager packager;
    private final List<Listing> undecided = new ArrayList<>();
    private final List<Listing> standing = new ArrayList<>();
    private int epoch = -1;
    private long sinceNs;
    private long wantedNs = Long.MIN_VALUE / 2;

    StandIns(Packager packager) {
        this.packager = packager;
    }

    /** @param sent the tracks that the broadcaster of now has */
    void decide(Collection<Listing> listings, Set<Track> sent, long nowNs) {
        if (packager.epoch() != epoch) {
            epoch = packager.epoch();
            sinceNs = nowNs;
            begin(listings);
        }
        if (!undecided.isEmpty()) {
            boolean all = sent.stream().filter(Track::isVideo).allMatch(this::hasPictures);
            undecided.removeIf(each -> isDecided(each, sent, all, nowNs));
        }
        if (nowNs - wantedNs >= AGAIN_NS && standing.stream().anyMatch(each -> isSteady(each.own()))) {
            wantedNs = nowNs;
            packager.wantEpoch();
        }
    }

    private void begin(Collection<Listing> listings) {
        undecided.clear();
        standing.clear();
        for (Listing each : listings) {
            // What never had anything is in no list of playlists.
            if (each.own().isVideo() && each.own().latestInit() != null) {
                each.hold(epoch);
                undecided.add(each);
            }
        }
    }

    private boolean isDecided(Listing listing, Set<Track> sent, boolean all, long nowNs) {
        if (hasPictures(listing.own())) {
            listing.release();
            return true;
        }
        boolean hopeless = all && !sent.contains(listing.own());
        Track nearest = hopeless || nowNs - sinceNs >= PATIENCE_NS ? nearest(listing.own()) : null;
        if (nearest == null) {
            return false;
        }
        listing.standIn(epoch, nearest);
        standing.add(listing);
        return true;
    }

    private boolean hasPictures(Track track) {
        return firstNumber(track) >= 0;
    }

    /** Of the first segment of this epoch that has pictures of the track; -1 if there is none. */
    private long firstNumber(Track track) {
        for (Segment segment : track.segments()) {
            if (segment.epoch() == epoch && segment.size() > 0) {
                return segment.number();
            }
        }
        return -1;
    }

    /** Of those that lack no segment of this epoch that another has. */
    private @Nullable Track nearest(Track own) {
        int height = height(own);
        return packager.tracks().stream()
                .filter(each -> each.isVideo() && hasPictures(each))
                .min(Comparator.comparingLong(this::firstNumber)
                        .thenComparingInt(each -> Math.abs(height(each) - height)))
                .orElse(null);
    }

    /** The shorter side, whichever way a telephone is held. */
    private static int height(Track track) {
        Init init = track.latestInit();
        return init != null && init.format() instanceof TrackFormat.H264 pictures
                ? Math.min(pictures.width(), pictures.height())
                : 0;
    }

    private boolean isSteady(Track track) {
        return track.segments().reversed().stream()
                        .filter(each -> each.epoch() == epoch && each.isComplete())
                        .limit(STEADY_SEGMENTS)
                        .filter(each -> !each.isGap())
                        .count()
                == STEADY_SEGMENTS;
    }
}
