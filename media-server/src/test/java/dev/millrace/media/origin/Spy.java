package dev.millrace.media.origin;

import dev.millrace.media.frames.Ticks;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.segment.Boxes;
import dev.millrace.media.segment.Follower;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.util.List;

/** Follows a stream and compares the times its samples stand at with those they were captured at, which they hold. */
final class Spy implements Follower {
    private static final long UNKNOWN = Long.MIN_VALUE;

    boolean wants;
    int begun;
    int ended;
    long gaps;
    long segments;
    private long pictureOffsetNs = UNKNOWN;
    private long soundOffsetNs = UNKNOWN;
    private long worstSkewNs;

    @Override
    public boolean wantsPackaging() {
        return wants;
    }

    @Override
    public void onBegin(Packager packager, String stamp) {
        begun++;
    }

    @Override
    public void onEnd() {
        ended++;
    }

    @Override
    public void onPart(Track track, Segment segment, Part part) {
        if (part.isGap()) {
            gaps++;
            return;
        }
        int scale = segment.init().format().timescale();
        List<Boxes.Read> samples = Boxes.samples(part.bytes());
        for (Boxes.Read sample : samples) {
            long ns = Ticks.toNs(sample.decode() + sample.composition(), scale);
            if (track.isVideo()) {
                pictureOffsetNs = ns - BigEndian.i64(sample.data(), Camera.CAPTURE_AT + 4);
            } else if (sample.data().length >= Camera.CAPTURE_AT + 8) {
                soundOffsetNs = ns - BigEndian.i64(sample.data(), Camera.CAPTURE_AT);
            }
            if (pictureOffsetNs != UNKNOWN && soundOffsetNs != UNKNOWN) {
                worstSkewNs = Math.max(worstSkewNs, Math.abs(pictureOffsetNs - soundOffsetNs));
            }
        }
    }

    @Override
    public void onSegment(Track track, Segment segment) {
        segments++;
    }

    double worstSkewMs() {
        return soundOffsetNs == UNKNOWN || pictureOffsetNs == UNKNOWN ? Double.NaN : worstSkewNs / 1e6;
    }
}
