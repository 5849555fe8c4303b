package dev.millrace.e2e.decode;

import dev.millrace.media.frames.FrameListener;
import dev.millrace.media.frames.H264Assembler;
import dev.millrace.media.frames.LayerAligner;
import dev.millrace.media.frames.PublisherClock;
import dev.millrace.media.frames.ReorderBuffer;
import dev.millrace.media.frames.TrackClock;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.playlist.Edge;
import dev.millrace.media.playlist.Listing;
import dev.millrace.media.playlist.MediaPlaylist;
import dev.millrace.media.playlist.Names;
import dev.millrace.media.playlist.Timing;
import dev.millrace.media.rtp.BigEndian;
import dev.millrace.media.rtp.RtpPacket;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Packager;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.PackagerListener;
import dev.millrace.media.segment.Part;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A captured publish on its way through frames and segments, as the packets came in. */
final class PackagedCapture implements PackagerListener {
    static final long UNIX_NS = 1_800_000_000_000_000_000L;
    private static final String STAMP = "t";
    private static final long MS = 1_000_000;
    private static final long PATIENCE_NS = 200 * MS;

    /** The captures have a keyframe each third of a second, and last three. */
    private static final PackagerConfig CONFIG = new PackagerConfig(600 * MS, 200 * MS, 20_000 * MS, 64 << 20);

    final Packager packager = new Packager(CONFIG, UNIX_NS, this);
    final List<Track> tracks = new ArrayList<>();
    final List<List<VideoFrame>> frames = new ArrayList<>();
    final List<List<Double>> capturedS = new ArrayList<>();
    final DropCounters drops = new DropCounters();
    int wanted;

    private final Capture capture;
    private final TrackClock clock = new TrackClock(VideoFrame.CLOCK_RATE, new PublisherClock());
    private final LayerAligner aligner;
    private final List<ReorderBuffer> buffers = new ArrayList<>();
    private final RtpPacket view = new RtpPacket();

    PackagedCapture(String name) {
        capture = Capture.resource(name);
        aligner = new LayerAligner(capture.layers(), this::onAligned, drops);
        for (int i = 0; i < capture.layers(); i++) {
            tracks.add(packager.addVideo(capture.rids().get(i)));
            frames.add(new ArrayList<>());
            capturedS.add(new ArrayList<>());
            buffers.add(new ReorderBuffer(PATIENCE_NS, new H264Assembler(new Layer(i), drops), drops));
        }
        capture.items().forEach(this::onItem);
        packager.interrupt();
    }

    private void onItem(Capture.Item item) {
        byte[] b = item.bytes();
        long nowNs = item.micros() * 1000;
        if (item.what() == Capture.What.RTP) {
            view.wrap(b, 0, b.length);
            buffers.get(item.layer())
                    .onPacket(
                            view.sequenceNumber(),
                            view.timestamp(),
                            view.marker(),
                            b,
                            view.payloadOffset(),
                            view.payloadLength(),
                            nowNs);
        } else if (aligner.isPaired(item.layer())) {
            long time = aligner.common(item.layer(), BigEndian.u32(b, 8));
            clock.onReport((int) time, BigEndian.i64(b, 0), nowNs);
        }
    }

    private void onAligned(int layer, VideoFrame frame) {
        long captureNs = clock.captureNs(frame.rtpTime(), frame.arrivalNs());
        frames.get(layer).add(frame);
        capturedS.get(layer).add(captureNs / 1e9);
        packager.onVideo(tracks.get(layer), frame, captureNs);
    }

    /** The init segment and all segments of a layer, one after the other. */
    byte[] file(int layer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Segment> segments = tracks.get(layer).segments();
        out.writeBytes(segments.getFirst().init().bytes());
        segments.forEach(each -> out.writeBytes(each.bytes()));
        return out.toByteArray();
    }

    /** The layer's playlist as it is when all is over, with all it names beside it. */
    Path writePlaylist(int layer, Path directory) throws IOException {
        Track track = tracks.get(layer);
        for (Segment segment : track.segments()) {
            String prefix = track.name() + "-" + STAMP + "-";
            Files.write(
                    directory.resolve(prefix + "init-" + segment.init().number() + ".mp4"),
                    segment.init().bytes());
            String name = prefix + "e" + segment.epoch() + "-" + segment.number() + ".m4s";
            Files.write(directory.resolve(name), segment.bytes());
        }
        List<Listing> listings = tracks.stream().map(Listing::new).toList();
        String text = new MediaPlaylist(new Names(STAMP, ""), Timing.of(CONFIG))
                .write(listings.get(layer), listings, false, new Edge(-1, true), packager.originUnixNs());
        return Files.writeString(directory.resolve(track.name() + ".m3u8"), text);
    }

    @Override
    public void onInit(Track track, Init init) {}

    @Override
    public void onPart(Track track, Segment segment, Part part) {}

    @Override
    public void onSegment(Track track, Segment segment) {}

    @Override
    public void onKeyframeWanted() {
        wanted++;
    }

    /** One layer's pictures on their way to the others'. */
    private final class Layer implements FrameListener {
        private final int index;

        Layer(int index) {
            this.index = index;
        }

        @Override
        public void onFrame(VideoFrame frame) {
            aligner.onFrame(index, frame);
        }

        @Override
        public void onKeyframeWanted(long nowNs) {}
    }
}
