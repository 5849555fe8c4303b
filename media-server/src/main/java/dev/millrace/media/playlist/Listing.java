package dev.millrace.media.playlist;

import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the media playlist of one name lists: its own track's segments, and those of another track in every epoch that it
 * was decided for.
 *
 * <p>Players read the list of playlists once and stay with what they chose, whatever the broadcaster who returns sends
 * (rfc8216bis section 6.3.4). Where an epoch begins there is a discontinuity with another init segment anyway, and all
 * tracks number the same stretch of time alike, so its segments may as well be another track's. Owned by the packager's
 * thread.
 */
public final class Listing {
    /** A segment, and whose it is: the names of its objects begin with that. */
    record Item(Track track, Segment segment) {}

    private static final Comparator<Item> BY_NUMBER =
            Comparator.comparingLong(item -> item.segment().number());

    private final Track own;
    private final Set<Track> tracks = new LinkedHashSet<>();
    private final NavigableMap<Integer, Track> standIns = new TreeMap<>();
    private int heldFrom = Integer.MAX_VALUE;

    public Listing(Track own) {
        this.own = own;
        tracks.add(own);
    }

    /** The track that it is called by. */
    public Track own() {
        return own;
    }

    /** Nothing from that epoch on is listed until it is decided whose it is to be. */
    public void hold(int epoch) {
        heldFrom = epoch;
    }

    /** It is its own track's. */
    public void release() {
        heldFrom = Integer.MAX_VALUE;
    }

    /** It is that track's, for as long as that epoch lasts. */
    public void standIn(int epoch, Track track) {
        standIns.put(epoch, track);
        tracks.add(track);
        release();
    }

    private boolean shows(Track track, Segment segment) {
        return segment.epoch() < heldFrom && standIns.getOrDefault(segment.epoch(), own) == track;
    }

    /** Those in memory, oldest first, without a number left out. */
    List<Item> present() {
        long pastNumber = -1;
        List<Item> items = new ArrayList<>();
        for (Track track : tracks) {
            pastNumber = Math.max(pastNumber, newestPast(track));
            add(items, track, track.segments());
        }
        items.sort(BY_NUMBER);
        long last = pastNumber;
        items.removeIf(item -> item.segment().number() <= last);
        return unbroken(items, items.isEmpty() ? 0 : items.getLast().segment().number() + 1);
    }

    private void add(List<Item> items, Track track, Iterable<Segment> segments) {
        for (Segment segment : segments) {
            if (shows(track, segment)) {
                items.add(new Item(track, segment));
            }
        }
    }

    private long newestPast(Track track) {
        for (Segment segment : track.past().newestFirst()) {
            if (shows(track, segment)) {
                return segment.number();
            }
        }
        return -1;
    }

    /** Those before {@code next} that left memory, or are older than one that did; oldest first. */
    List<Item> past(long next) {
        List<Item> items = new ArrayList<>();
        for (Track track : tracks) {
            add(items, track, track.past().oldestFirst());
        }
        if (items.isEmpty()) {
            return items;
        }
        for (Track track : tracks.size() > 1 ? tracks : List.<Track>of()) {
            add(items, track, track.segments());
        }
        items.sort(BY_NUMBER);
        items.removeIf(item -> item.segment().number() >= next);
        return unbroken(items, next);
    }

    /** The last of them, from the one on that no number is left out behind; a playlist counts its segments. */
    private static List<Item> unbroken(List<Item> items, long next) {
        int from = items.size();
        while (from > 0 && items.get(from - 1).segment().number() == next - (items.size() - from) - 1) {
            from--;
        }
        return items.subList(from, items.size());
    }

    /** Grows whenever something but the oldest or the newest of the past is another than before. */
    long changes() {
        return tracks.stream().mapToLong(each -> each.past().changes()).sum();
    }
}
