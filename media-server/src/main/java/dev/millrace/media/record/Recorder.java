package dev.millrace.media.record;

import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands what one stream's packagers make to the disk, while its recording is wanted; costs nothing otherwise. A recording
 * begins with the segments that are open, and ends with its packager. Owned by the packager's thread.
 */
final class Recorder implements Follower {
    private final Recordings recordings;
    private final StreamRecording stream;
    private final Map<Track, Hand> hands = new HashMap<>();
    private @Nullable Packager packager;
    private @Nullable Session session;

    /** How far a track is handed over. */
    private static final class Hand {
        private long number = -1;
        private boolean torn;
    }

    Recorder(Recordings recordings, StreamRecording stream) {
        this.recordings = recordings;
        this.stream = stream;
    }

    @Override
    public boolean wantsPackaging() {
        return stream.wanted();
    }

    @Override
    public void onBegin(Packager begun, String stamp) {
        onEnd();
        packager = begun;
        stream.onBroadcast();
    }

    @Override
    public void onPart(Track track, Segment segment, Part part) {
        Session current = session();
        if (current == null) {
            return;
        }
        Hand hand = hands.computeIfAbsent(track, any -> new Hand());
        if (hand.number == segment.number()) {
            hand(current, hand, place(track, segment), part.bytes());
            return;
        }
        hand.number = segment.number();
        hand.torn = false;
        Take.Place place = place(track, segment);
        for (Part each : segment.parts()) {
            hand(current, hand, place, each.bytes()); // those before it too, if the recording begins in mid-segment
        }
    }

    private void hand(Session current, Hand hand, Take.Place place, byte[] bytes) {
        if (hand.torn || bytes.length == 0) {
            return;
        }
        if (!current.part(place, bytes)) {
            hand.torn = true; // the rest of the segment is of no use without it
        }
    }

    @Override
    public void onSegment(Track track, Segment segment) {
        Session current = session;
        Hand hand = hands.get(track);
        if (current == null || current != session()) {
            return;
        }
        if (hand == null || hand.number != segment.number()) {
            if (hand == null || segment.number() <= hand.number) {
                return; // begun before the recording was
            }
            hand.number = segment.number();
            hand.torn = false;
        }
        current.segment(place(track, segment), segment.durationNs(), !hand.torn && !segment.isGap());
    }

    private static Take.Place place(Track track, Segment segment) {
        return new Take.Place(
                track.name(), track.isVideo(), segment.init(), segment.number(), segment.epoch(), segment.startNs());
    }

    /** The recording that is going on; begins one if it is wanted. */
    private @Nullable Session session() {
        Session current = session;
        if (current != null && !current.isOver()) {
            return current;
        }
        session = null;
        hands.clear();
        Packager from = packager;
        if (from != null && stream.wanted()) {
            session = recordings.begin(stream, from.originUnixNs());
        }
        return session;
    }

    @Override
    public void onEnd() {
        Session current = session;
        if (current != null) {
            current.end("");
        }
        session = null;
        packager = null;
        hands.clear();
    }
}
