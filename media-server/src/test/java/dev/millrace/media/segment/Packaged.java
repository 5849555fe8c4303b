package dev.millrace.media.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.H264Packets;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.rtp.codec.H264Sequence;
import dev.millrace.media.rtp.codec.H264Vui;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A broadcast in virtual time, with all that its packager made of it. */
public final class Packaged implements PackagerListener {
    public static final long MS = 1_000_000;
    static final long START_NS = 5_000_000 * MS;
    public static final long UNIX_NS = 1_800_000_000_000L * MS;
    static final TrackFormat OPUS = new TrackFormat.Opus(2, 0);
    public static final AvcConfig SMALL = config(H264Packets.SPS);
    public static final AvcConfig OTHER = config(H264Packets.OTHER_SPS);

    /** Main profile whose pictures may come two before their turn. */
    static final AvcConfig REORDERED = new AvcConfig(
            SMALL.sps(),
            SMALL.pps(),
            new H264Sequence(0, 77, 0, 12, 1, 8, 8, 320, 180, false, 0, 4, new H264Vui(1, 1, null, 0, 0, 2)));

    final Packager packager;
    final Map<Track, List<Segment>> done = new LinkedHashMap<>();
    final Map<Track, List<Part>> parts = new LinkedHashMap<>();
    final Map<Track, List<Init>> inits = new LinkedHashMap<>();
    int wanted;

    public Packaged(PackagerConfig config) {
        packager = new Packager(config, UNIX_NS - START_NS, this);
    }

    public Packaged() {
        this(PackagerConfig.DEFAULT);
    }

    private static AvcConfig config(byte[] sps) {
        return config(sps, H264Packets.PPS);
    }

    static AvcConfig config(byte[] sps, byte[] pps) {
        return new AvcConfig(List.of(sps), List.of(pps), Objects.requireNonNull(H264Sequence.read(sps, 0, sps.length)));
    }

    public Track video(String name) {
        return added(packager.addVideo(name));
    }

    public Track audio(String name) {
        return added(packager.addAudio(name));
    }

    private Track added(Track track) {
        done.put(track, new ArrayList<>());
        parts.put(track, new ArrayList<>());
        inits.put(track, new ArrayList<>());
        return track;
    }

    /** A picture shown so many milliseconds after the start, with that time in it. */
    public void picture(Track track, double ms, boolean key, AvcConfig config) {
        byte[] data = new byte[200];
        data[3] = (byte) 196;
        data[4] = (byte) (key ? 0x65 : 0x41);
        long ns = Math.round(ms * MS);
        packager.onVideo(track, new VideoFrame(data, 0, key, false, config, 0), START_NS + ns);
    }

    public void sound(Track track, double ms) {
        packager.onAudio(
                track, OPUS, new byte[] {(byte) 0xfc, (byte) 0xff, (byte) 0xfe}, START_NS + Math.round(ms * MS));
    }

    @Override
    public void onInit(Track track, Init init) {
        of(inits, track).add(init);
    }

    @Override
    public void onPart(Track track, Segment segment, Part part) {
        of(parts, track).add(part);
    }

    @Override
    public void onSegment(Track track, Segment segment) {
        of(done, track).add(segment);
    }

    @Override
    public void onKeyframeWanted() {
        wanted++;
    }

    static <T> List<T> of(Map<Track, List<T>> map, Track track) {
        return Objects.requireNonNull(map.get(track));
    }

    public Packager packager() {
        return packager;
    }

    List<Segment> done(Track track) {
        return of(done, track);
    }

    List<Init> inits(Track track) {
        return of(inits, track);
    }

    List<Part> parts(Track track) {
        return of(parts, track);
    }

    /**
     * What has to hold of every track, whatever came: numbers without a hole, parts and segments that follow each other
     * exactly, samples where the playlist says they are.
     */
    void check(Track track) {
        Segment before = null;
        for (Segment segment : done(track)) {
            assertThat(segment.isComplete()).isTrue();
            if (before != null) {
                assertThat(segment.number()).isEqualTo(before.number() + 1);
                assertThat(segment.epoch()).isEqualTo(before.epoch() + (segment.isDiscontinuity() ? 1 : 0));
                if (!segment.isDiscontinuity()) {
                    assertThat(segment.startNs()).isEqualTo(before.startNs() + before.durationNs());
                }
            }
            checkParts(segment);
            before = segment;
        }
    }

    private static void checkParts(Segment segment) {
        long at = segment.startNs();
        int offset = 0;
        int index = 0;
        long scale = segment.init().format().timescale();
        for (Part part : segment.parts()) {
            assertThat(part.startNs()).isEqualTo(at);
            assertThat(part.offset()).isEqualTo(offset);
            assertThat(part.index()).isEqualTo(index++);
            at += part.durationNs();
            offset += part.bytes().length;
            if (!part.isGap()) {
                List<Boxes.Read> samples = Boxes.samples(part.bytes());
                assertThat(samples.getFirst().sync()).isEqualTo(part.independent());
                double first = samples.getFirst().decode() * 1e9 / scale;
                double last = (samples.getLast().decode() + samples.getLast().duration()) * 1e9 / scale;
                assertThat(first - part.startNs()).isBetween(-30_000.0, 100.0 * MS);
                assertThat(last - at).isBetween(-30_000.0, 30_000.0);
                assertThat(samples).allMatch(each -> each.duration() > 0 && each.composition() >= 0);
            }
        }
        assertThat(segment.durationNs()).isEqualTo(at - segment.startNs());
        assertThat(segment.size()).isEqualTo(offset);
        assertThat(Boxes.samples(segment.bytes()))
                .hasSize(segment.parts().stream()
                        .mapToInt(each ->
                                each.isGap() ? 0 : Boxes.samples(each.bytes()).size())
                        .sum());
    }
}
