package dev.millrace.media.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the milliseconds of one stream go, from capture to the buffers of those who watch. What is not known is null, never
 * 0.
 *
 * @param ingest from capture to this server; null while nobody publishes
 * @param forwarding how long packets stay in this server, over all loops; null while nothing is forwarded
 * @param viewers those with a session
 * @param segments the way through playlists; null while nothing is packaged
 */
public record StreamLatency(
        String stream,
        @Nullable Ingest ingest,
        @Nullable Spread forwarding,
        List<ViewerLatency> viewers,
        @Nullable Segments segments) {
    public StreamLatency {
        viewers = List.copyOf(viewers);
    }

    /**
     * How a delay was distributed over the last ten to twenty seconds in which there was any.
     *
     * @param count how many were measured
     */
    public record Spread(long count, double p50Ms, double p95Ms, double p99Ms, double maxMs) {}

    /**
     * From the publisher's capture to this server.
     *
     * @param measuredBy {@code abs-capture-time}, {@code sender-reports}, or {@code unknown}
     * @param video from capture until a picture is here whole, less the least way of the network: encoder, pacer, queues
     * @param audio the same of sound
     * @param networkMs half of the round trip to the publisher, which clocks cannot tell
     */
    public record Ingest(
            String measuredBy,
            @Nullable Spread video,
            @Nullable Spread audio,
            @Nullable Double networkMs) {}

    /**
     * What is between capture and one viewer's decoder; the sum of what is known, by medians.
     *
     * @param participant whom the token names, or a generated name
     * @param captureMs the publisher's encoder, pacer and queues: the median of {@link Ingest#video}, or of its sound
     * @param ingestMs the publisher's network
     * @param forwardMs this server
     * @param paceMs the pacer, on average over the packets of the last second
     * @param networkMs half of the round trip to the viewer
     * @param bufferMs what the viewer's player says its jitter buffer holds; only players that report it
     * @param reportedMs how long ago it said so
     * @param totalMs all of these together
     * @param unknown which of them are not known, and so not in the sum: {@code capture}, {@code ingest} …
     */
    public record ViewerLatency(
            String session,
            String participant,
            @Nullable Double captureMs,
            @Nullable Double ingestMs,
            @Nullable Double forwardMs,
            @Nullable Double paceMs,
            @Nullable Double networkMs,
            @Nullable Double bufferMs,
            @Nullable Long reportedMs,
            double totalMs,
            List<String> unknown) {
        public ViewerLatency {
            unknown = List.copyOf(unknown);
        }
    }

    /**
     * What is between capture and the pictures of players that fetch; without caches and the network to the player, who
     * know best themselves.
     *
     * @param partMs how long a part is about
     * @param packagedMs from the capture of a part's last picture, less the least way of the network, until players may
     *     have the part; null before the first
     * @param lowLatency players that take parts
     * @param plain players that take whole segments
     */
    public record Segments(double partMs, @Nullable Double packagedMs, Way lowLatency, Way plain) {}

    /**
     * One way to fetch.
     *
     * @param holdBackMs how far behind the newest of the playlist a player is told to stay
     * @param totalMs the publisher's network, the packaging and the hold-back together; null while the packaging is unknown
     */
    public record Way(double holdBackMs, @Nullable Double totalMs) {}
}
