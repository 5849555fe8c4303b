package dev.millrace.media.scenario;

import dev.millrace.media.bwe.BandwidthEstimator;
import dev.millrace.media.bwe.SendSideEstimator;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.router.Stream;
import dev.millrace.media.send.SendPath;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A scenario being played: one stream, links, viewers and downloads, and what happens when. Moments are seconds since
 * the broadcast began.
 */
final class Run {
    private record Link(Pipe down, Pipe up) {}

    private final long seed;
    private final VirtualTime time = new VirtualTime();
    private final Random random;
    private final DropCounters drops = new DropCounters();
    private final byte[] scratch = new byte[SendPath.SCRATCH_BYTES];
    private final Map<String, Link> links = new LinkedHashMap<>();
    private final Map<String, SimulatedViewer> viewers = new LinkedHashMap<>();
    private final Map<String, TcpDownload> downloads = new LinkedHashMap<>();
    private final Media media;
    private final Stream stream;
    private final Broadcaster broadcaster;

    private Run(long seed, Media media) {
        this.seed = seed;
        this.media = media;
        random = new Random(seed);
        Broadcaster[] holder = new Broadcaster[1];
        stream = new Stream("s", (kind, layer, now) -> holder[0].requestKeyframe(kind, layer), drops);
        broadcaster = new Broadcaster(
                time, media, stream, drops, random, () -> viewers.values().forEach(SimulatedViewer::rearm));
        holder[0] = broadcaster;
        // Not in step with anything else.
        time.after(random.nextLong(VirtualTime.SECOND / 30), broadcaster::start);
    }

    /** What a viewer's send path is given; the one place that knows which estimator is the real one. */
    private BandwidthEstimator estimator() {
        return new SendSideEstimator(true, drops);
    }

    static Run of(long seed, Media media) {
        return new Run(seed, media);
    }

    /** A link of that name; its way back has the same delay and no bottleneck. */
    Run link(String name, Conditions down) {
        return link(name, down, down.back());
    }

    Run link(String name, Conditions down, Conditions up) {
        links.put(name, new Link(new Pipe(time, down, random.nextLong()), new Pipe(time, up, random.nextLong())));
        return this;
    }

    /** The link's downward conditions change. */
    Run change(double atSeconds, String link, Conditions down) {
        time.at(atNs(atSeconds), () -> pipe(link).change(down));
        return this;
    }

    /** A viewer joins, behind a link of its own. */
    Run viewer(double atSeconds, String name, Conditions down) {
        return link(name, down).viewer(atSeconds, name, name);
    }

    /** A viewer joins behind a link it may share. */
    Run viewer(double atSeconds, String name, String link) {
        Link behind = named(links, link);
        SimulatedViewer viewer = new SimulatedViewer(
                time, behind.down(), behind.up(), estimator(), drops, scratch, new Random(random.nextLong()));
        viewers.put(name, viewer);
        time.at(atNs(atSeconds), () -> viewer.join(stream));
        return this;
    }

    /** A TCP download through the link from then on. */
    Run download(double atSeconds, String name, String link) {
        TcpDownload download = new TcpDownload(
                time, named(links, link).down(), named(links, link).up());
        downloads.put(name, download);
        time.at(atNs(atSeconds), download::start);
        return this;
    }

    /** Something happens at the publisher. */
    Run publisher(double atSeconds, Consumer<Broadcaster> action) {
        time.at(atNs(atSeconds), () -> action.accept(broadcaster));
        return this;
    }

    Run until(double seconds) {
        time.runUntil(atNs(seconds));
        return this;
    }

    private static <T> T named(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    /** Seconds played so far. */
    double seconds() {
        return (double) (time.nowNs() - VirtualTime.START_NS) / VirtualTime.SECOND;
    }

    static long atNs(double seconds) {
        return VirtualTime.START_NS + (long) (seconds * VirtualTime.SECOND);
    }

    long seed() {
        return seed;
    }

    Media media() {
        return media;
    }

    Broadcaster broadcaster() {
        return broadcaster;
    }

    Stream stream() {
        return stream;
    }

    DropCounters drops() {
        return drops;
    }

    Pipe pipe(String link) {
        return named(links, link).down();
    }

    Map<String, SimulatedViewer> viewers() {
        return viewers;
    }

    SimulatedViewer viewer(String name) {
        return named(viewers, name);
    }

    TcpDownload download(String name) {
        return named(downloads, name);
    }
}
