package dev.millrace.media.dvr;

import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One stream's: hands every whole segment to the store and has it deleted when no playlist names it any more. Owned by the
 * packager's thread.
 */
final class DvrWindow implements Follower {
    private final Dvr dvr;
    private final String stream;
    private final Queue<Lost> losses = new ConcurrentLinkedQueue<>();

    /** Losses of segments that are still in memory; told when they leave it. */
    private final ArrayDeque<Lost> later = new ArrayDeque<>();

    private @Nullable String stamp;

    /** A segment nobody has. */
    private record Lost(Track track, long number) {}

    DvrWindow(Dvr dvr, String stream) {
        this.dvr = dvr;
        this.stream = stream;
    }

    @Override
    public boolean wantsPackaging() {
        return true;
    }

    @Override
    public void onBegin(Packager packager, String begun) {
        onEnd();
        stamp = begun;
        dvr.begin(stream, begun);
    }

    @Override
    public void onInit(Track track, Init init) {
        String now = stamp;
        if (now != null) {
            dvr.putInit(Dvr.initName(stream, now, track.name(), init.number()), init.bytes());
        }
    }

    @Override
    public void onPart(Track track, Segment segment, Part part) {
        // whole segments only
    }

    @Override
    public void onSegment(Track track, Segment segment) {
        String now = stamp;
        if (now == null) {
            return;
        }
        List<byte[]> pieces = new ArrayList<>();
        segment.parts().forEach(part -> {
            if (!part.isGap()) {
                pieces.add(part.bytes());
            }
        });
        if (pieces.isEmpty()) {
            return; // a gap is one wherever it is
        }
        long number = segment.number();
        String name = Dvr.segmentName(stream, now, track.name(), segment.epoch(), number);
        dvr.put(name, pieces, () -> losses.add(new Lost(track, number)));
        tellLosses();
    }

    private void tellLosses() {
        for (Lost lost = losses.poll(); lost != null; lost = losses.poll()) {
            later.add(lost);
        }
        later.removeIf(lost -> {
            boolean inMemory = lost.track().segment(lost.number()) != null;
            if (!inMemory) {
                lost.track().past().lose(lost.number());
            }
            return !inMemory;
        });
    }

    @Override
    public void onForgotten(Track track, Segment segment) {
        String now = stamp;
        if (now != null) {
            dvr.delete(Dvr.segmentName(stream, now, track.name(), segment.epoch(), segment.number()));
        }
    }

    @Override
    public void onEnd() {
        String over = stamp;
        if (over != null) {
            dvr.end(stream, over);
        }
        stamp = null;
        losses.clear();
        later.clear();
    }
}
