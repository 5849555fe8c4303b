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
    private final AvcFormats avcFormats = new AvcFormats();

    Track(
            String name,
            boolean video,
            PackagerConfig config,
            CutPlan plan,
            LongSupplier originUnixNs,
            Breaks breaks,
            PackagerListener listener) {
        this.name = name;
        this.video = video;
        this.segmenter = new Segmenter(config, plan, originUnixNs, new Output(listener, breaks));
    }

    /** Begins an epoch for all tracks; see {@link Segmenter.Output#onBreak}. */
    interface Breaks {
        long at(long ns, boolean instead);
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

    AvcFormats avcFormats() {
        return avcFormats;
    }

    DecodeTimes decodeTimes() {
        return decodeTimes;
    }

    /** Oldest first, the open one included; a copy. */
    public List<Segment> segments() {
        return segmenter.window().segments();
    }

    /** Those before the first in memory that can still be played. */
    public Past past() {
        return segmenter.window().past();
    }

    /** Null if it is forgotten or not begun. */
    public @Nullable Segment segment(long number) {
        return segmenter.window().find(number);
    }

    /** Null before the first sample. */
    public @Nullable Init latestInit() {
        return segmenter.init();
    }

    /** The peak segment bit rate so far, as rfc8216bis section 4.4.6.2 has it; 0 before the first whole segment. */
    public long peakBps() {
        return segmenter.rate().peakBps();
    }

    /** How much of the track its rates were measured over. */
    public long measuredNs() {
        return segmenter.rate().totalNs();
    }

    /** Of the segments that are younger than that; 0 before there is one. */
    public long longestPartNs(long withinNs) {
        List<Segment> segments = segments();
        if (segments.isEmpty()) {
            return 0;
        }
        Segment last = segments.getLast();
        long fromNs = last.startNs() + last.durationNs() - withinNs;
        return segments.stream()
                .filter(each -> each.startNs() + each.durationNs() >= fromNs)
                .mapToLong(Segment::longestPartNs)
                .max()
                .orElse(0);
    }

    /** How far apart its samples are of late. */
    public long usualSampleNs() {
        return segmenter.usualNs();
    }

    /** Bits a second of all whole segments so far; 0 before the first. */
    public long averageBps() {
        return segmenter.rate().averageBps();
    }

    /** Samples that came too late, or before one to begin with. */
    public long dropped() {
        return segmenter.dropped();
    }

    /** Hands on what the segmenter tells, with its track. */
    private final class Output implements Segmenter.Output {
        private final PackagerListener listener;
        private final Breaks breaks;

        Output(PackagerListener listener, Breaks breaks) {
            this.listener = listener;
            this.breaks = breaks;
        }

        @Override
        public long onBreak(long ns, boolean instead) {
            return breaks.at(ns, instead);
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

        @Override
        public void onForgotten(Segment segment) {
            listener.onForgotten(Track.this, segment);
        }
    }
}
