package dev.millrace.media.segment;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One rendition of a broadcast as it was packaged: its init segments and its last segments. */
public final class Track {
    private final String name;
    private final boolean video;
    private final Segmenter segmenter;
    private final DecodeTimes decodeTimes = new DecodeTimes();

    Track(
            String name,
            boolean video,
            PackagerConfig config,
            CutPlan plan,
            LongSupplier originUnixNs,
            PackagerListener listener) {
        this.name = name;
        this.video = video;
        this.segmenter = new Segmenter(config, plan, originUnixNs, new Output(listener));
    }

    /** Unique in its broadcast; fit for a path. */
    public String name() {
        return name;
    }

    public boolean isVideo() {
        return video;
    }

    Segmenter segmenter() {
        return segmenter;
    }

    DecodeTimes decodeTimes() {
        return decodeTimes;
    }

    /** Oldest first, the open one included; a copy. */
    public List<Segment> segments() {
        return segmenter.window().segments();
    }

    /** Null if it is forgotten or not begun. */
    public @Nullable Segment segment(long number) {
        return segmenter.window().find(number);
    }

    /** Null before the first sample. */
    public @Nullable Init latestInit() {
        return segmenter.init();
    }

    /** The most bits a second of any whole segment so far; 0 before the first. */
    public long peakBps() {
        return segmenter.peakBps();
    }

    /** Bits a second of all whole segments so far; 0 before the first. */
    public long averageBps() {
        return segmenter.averageBps();
    }

    /** Samples that came too late, or before one to begin with. */
    public long dropped() {
        return segmenter.dropped();
    }

    /** Hands on what the segmenter tells, with its track. */
    private final class Output implements Segmenter.Output {
        private final PackagerListener listener;

        Output(PackagerListener listener) {
            this.listener = listener;
        }

        @Override
        public void onInit(Init init) {
            listener.onInit(Track.this, init);
        }

        @Override
        public void onPart(Segment segment, Part part) {
            listener.onPart(Track.this, segment, part);
        }

        @Override
        public void onSegment(Segment segment) {
            listener.onSegment(Track.this, segment);
        }
    }
}
