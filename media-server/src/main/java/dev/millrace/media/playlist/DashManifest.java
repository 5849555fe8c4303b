package dev.millrace.media.playlist;

import dev.millrace.media.frames.Ticks;
import dev.millrace.media.rtp.codec.H264Vui;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the dynamic MPD of a broadcast (ISO/IEC 23009-1 section 5.3): a period for every epoch, numbered segments on its
 * grid, each there part by part as soon as its first part is (section 5.3.9.5.3, low latency by DASH-IF IOP part 9).
 *
 * <p>The availability start is 0 of the timeline, so nothing in it changes while an epoch lasts.
 */
public final class DashManifest {
    /** How far behind the live edge a low-latency player stays: three parts, as HLS says. */
    private static final int LATENCY_PARTS = 3;

    /** 30,000/1,001 is not worth telling from 29.97. */
    private static final int FRAME_RATE_UNITS = 1000;

    private static final long NS_PER_MS = 1_000_000;

    /** Asked again for new epochs only. */
    private static final long UPDATE_NS = 2 * Numbers.NS_PER_S;

    private final Names names;
    private final PackagerConfig config;
    private final String clockUri;
    private int lastEpoch = Integer.MAX_VALUE;

    /** @param clockUri answers GET with the server's time (urn:mpeg:dash:utc:http-iso:2014) */
    public DashManifest(Names names, PackagerConfig config, String clockUri) {
        this.names = names;
        this.config = config;
        this.clockUri = clockUri;
    }

    /** Later epochs than that are not told of yet. */
    public void tellUpTo(int epoch) {
        lastEpoch = epoch;
    }

    /** A track in an epoch: its first segment of it that is kept, and its last. */
    private record Stretch(Track track, Segment first, Segment last) {}

    /**
     * The text, or one without periods if there is nothing yet.
     *
     * @param originUnixNs Unix time at 0 of the timeline
     */
    public String write(List<Track> tracks, boolean ended, long originUnixNs, long nowUnixNs) {
        XmlWriter xml = new XmlWriter();
        List<List<Stretch>> periods = periods(tracks);
        head(xml, ended, originUnixNs, nowUnixNs, periods);
        for (int i = 0; i < periods.size(); i++) {
            period(xml, periods.get(i), originUnixNs, i + 1 < periods.size() || ended || isOver(periods.get(i)));
        }
        clock(xml);
        return xml.end().toString();
    }

    private void clock(XmlWriter xml) {
        xml.begin("UTCTiming")
                .set("schemeIdUri", "urn:mpeg:dash:utc:http-iso:2014")
                .set("value", clockUri)
                .end();
    }

    /** The publisher is gone: nothing is being made. */
    private static boolean isOver(List<Stretch> period) {
        return period.stream().allMatch(each -> each.last().isComplete());
    }

    private void head(XmlWriter xml, boolean ended, long originUnixNs, long nowUnixNs, List<List<Stretch>> periods) {
        xml.begin("MPD")
                .set("xmlns", "urn:mpeg:dash:schema:mpd:2011")
                .set(
                        "profiles",
                        "urn:mpeg:dash:profile:isoff-live:2011,http://www.dashif.org/guidelines/low-latency-live-v5")
                .set("type", "dynamic")
                .set("availabilityStartTime", Numbers.date(originUnixNs))
                .set("publishTime", Numbers.date(nowUnixNs))
                .set("timeShiftBufferDepth", duration(config.depthNs()))
                .set("maxSegmentDuration", duration(Timing.of(config).targetDurationS() * Numbers.NS_PER_S))
                .set("minBufferTime", duration(LATENCY_PARTS * config.partTargetNs()));
        if (ended && !periods.isEmpty()) {
            xml.set("mediaPresentationDuration", duration(endNs(periods.getLast())));
        } else {
            xml.set("minimumUpdatePeriod", duration(UPDATE_NS));
        }
        long latencyMs = LATENCY_PARTS * config.partTargetNs() / NS_PER_MS;
        xml.begin("ServiceDescription").set("id", 0);
        xml.begin("Latency")
                .set("referenceId", 0)
                .set("target", latencyMs)
                .set("min", latencyMs / 2)
                .set("max", 4 * latencyMs)
                .end();
        xml.begin("PlaybackRate").set("min", "0.96").set("max", "1.04").end();
        xml.end();
    }

    /** What is kept of every epoch, oldest first. */
    private List<List<Stretch>> periods(List<Track> tracks) {
        List<List<Stretch>> periods = new ArrayList<>();
        int lowest = Integer.MAX_VALUE;
        int highest = -1;
        for (Track track : tracks) {
            Segment oldest = oldest(track);
            Segment newest = newest(track);
            if (oldest != null && newest != null) {
                lowest = Math.min(lowest, oldest.epoch());
                highest = Math.max(highest, newest.epoch());
            }
        }
        for (int epoch = lowest; epoch <= Math.min(highest, Math.max(lowest, lastEpoch)); epoch++) {
            List<Stretch> stretches = new ArrayList<>();
            for (Track track : tracks) {
                stretch(track, epoch, stretches);
            }
            if (!stretches.isEmpty()) {
                periods.add(stretches);
            }
        }
        return periods;
    }

    private static @Nullable Segment oldest(Track track) {
        List<Segment> segments = track.segments();
        Segment past = track.past().first();
        return past != null || segments.isEmpty() ? past : segments.getFirst();
    }

    private static @Nullable Segment newest(Track track) {
        List<Segment> segments = track.segments();
        return segments.isEmpty() ? track.past().last() : segments.getLast();
    }

    /** Adds what is kept of a track in an epoch, if anything is. */
    private static void stretch(Track track, int epoch, List<Stretch> stretches) {
        Segment first = null;
        Segment last = null;
        Segment newestPast = track.past().last();
        if (newestPast != null && newestPast.epoch() >= epoch) {
            for (Segment each : track.past().oldestFirst()) {
                if (each.epoch() == epoch) {
                    first = first == null ? each : first;
                    last = each;
                }
            }
        }
        for (Segment each : track.segments()) {
            if (each.epoch() == epoch) {
                first = first == null ? each : first;
                last = each;
            }
        }
        if (first != null && last != null) {
            stretches.add(new Stretch(track, first, last));
        }
    }

    /**
     * Where a period is over: at the end of what is in it, and of its last number's time. A segment that waited for a keyframe
     * is longer than that, and what has no number in it is asked for again and again by who believes that there is more.
     */
    private long endNs(List<Stretch> period) {
        long endNs = 0;
        long numbers = 0;
        Segment first = period.getFirst().first();
        for (Stretch each : period) {
            endNs = Math.max(endNs, each.last().startNs() + each.last().durationNs());
            numbers = Math.max(numbers, each.last().number() - first.epochFirstNumber() + 1);
        }
        return Math.min(endNs, first.epochStartNs() + numbers * config.segmentNs());
    }

    private void period(XmlWriter xml, List<Stretch> stretches, long originUnixNs, boolean over) {
        Segment first = stretches.getFirst().first();
        xml.begin("Period").set("id", "e" + first.epoch()).set("start", duration(first.epochStartNs()));
        if (over) {
            xml.set("duration", duration(endNs(stretches) - first.epochStartNs()));
        }
        List<Stretch> pictures =
                stretches.stream().filter(each -> each.track().isVideo()).toList();
        adaptationSet(xml, pictures, "video", originUnixNs);
        for (Stretch sound : stretches) {
            if (!sound.track().isVideo()) {
                adaptationSet(xml, List.of(sound), "audio", originUnixNs);
            }
        }
        xml.end();
    }

    private void adaptationSet(XmlWriter xml, List<Stretch> stretches, String type, long originUnixNs) {
        if (stretches.isEmpty()) {
            return;
        }
        xml.begin("AdaptationSet")
                .set("contentType", type)
                .set("mimeType", type + "/mp4")
                .set("segmentAlignment", "true")
                .set("startWithSAP", stretches.stream().allMatch(DashManifest::beginsWithKeyframes) ? 1 : 0);
        // The wall clock when what has that time was captured; told again in the prft boxes (section 5.12).
        xml.begin("ProducerReferenceTime")
                .set("id", 0)
                .set("inband", "true")
                .set("type", "captured")
                .set("wallClockTime", Numbers.date(originUnixNs))
                .set("presentationTime", 0);
        clock(xml);
        xml.end();
        stretches.forEach(each -> representation(xml, each));
        xml.end();
    }

    /** All that is kept of it; a publisher that leaves a wish unheard makes it false. */
    private static boolean beginsWithKeyframes(Stretch stretch) {
        return stretch.track().segments().stream()
                .allMatch(each ->
                        each.isIndependent() || each.isGap() || each.parts().isEmpty());
    }

    private void representation(XmlWriter xml, Stretch stretch) {
        Track track = stretch.track();
        TrackFormat format = stretch.last().init().format();
        xml.begin("Representation")
                .set("id", track.name())
                .set("bandwidth", MultivariantPlaylist.bps(format, track))
                .set("codecs", format.codecString());
        switch (format) {
            case TrackFormat.H264 video -> video(xml, video, track);
            case TrackFormat.Aac aac -> audio(xml, aac.sampleRateHz(), aac.channels());
            case TrackFormat.Opus opus -> audio(xml, opus.timescale(), opus.channels());
        }
        int scale = format.timescale();
        // Chunks begin so far apart, most of them without a keyframe (section 5.3.13).
        xml.begin("Resync")
                .set("type", 0)
                .set("dT", Ticks.ofNs(config.partTargetNs(), scale))
                .end();
        xml.begin("SegmentTemplate")
                .set("timescale", scale)
                .set("duration", Ticks.ofNs(config.segmentNs(), scale))
                .set("startNumber", stretch.first().epochFirstNumber())
                .set("presentationTimeOffset", Ticks.ofNs(stretch.first().epochStartNs(), scale))
                .set("availabilityTimeOffset", Numbers.seconds(config.segmentNs() - config.partTargetNs()))
                .set("availabilityTimeComplete", "false")
                .set("initialization", names.init(track, stretch.last().init()))
                .set("media", names.numbered(track, stretch.first().epoch()))
                .end();
        xml.end();
    }

    private static void video(XmlWriter xml, TrackFormat.H264 video, Track track) {
        xml.set("width", video.width()).set("height", video.height());
        double rate = MultivariantPlaylist.picturesPerS(video, track);
        if (rate > 0) {
            xml.set("frameRate", Math.round(rate * FRAME_RATE_UNITS) + "/" + FRAME_RATE_UNITS);
        }
        H264Vui vui = video.config().sequence().vui();
        xml.set(
                "sar",
                vui != null && vui.aspectWidth() > 0 && vui.aspectHeight() > 0
                        ? vui.aspectWidth() + ":" + vui.aspectHeight()
                        : "1:1");
    }

    private static void audio(XmlWriter xml, int rateHz, int channels) {
        xml.set("audioSamplingRate", rateHz);
        xml.begin("AudioChannelConfiguration")
                .set("schemeIdUri", "urn:mpeg:dash:23003:3:audio_channel_configuration:2011")
                .set("value", channels)
                .end();
    }

    private static String duration(long ns) {
        return "PT" + Numbers.seconds(ns) + "S";
    }
}
