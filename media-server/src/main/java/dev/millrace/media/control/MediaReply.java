package dev.millrace.media.control;

import dev.millrace.media.control.StreamLatency.ViewerLatency;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The media server's answer to a {@link MediaCommand}. */
public sealed interface MediaReply {

    /**
     * A session was made.
     *
     * @param session its id, at least 128 random bits, safe in a URL
     * @param answer the SDP answer with all of our candidates
     * @param etag the entity tag of its ICE session, without quotes
     */
    record Answered(String session, String answer, String etag) implements MediaReply {}

    /**
     * A PATCH was applied.
     *
     * @param fragment our side of an ICE restart, null after trickle
     * @param etag the entity tag from now on
     */
    record Patched(@Nullable String fragment, String etag) implements MediaReply {}

    /** Done, with nothing to tell. */
    record Done() implements MediaReply {}

    /** All streams that have a publisher or viewers, with their sessions. */
    record Described(List<StreamInfo> streams) implements MediaReply {}

    /**
     * One session.
     *
     * @param tracks what is published on its stream
     * @param latency what is between capture and this viewer; null for a publisher
     */
    record SessionDescribed(
            SessionInfo session,
            List<TrackInfo> tracks,
            @Nullable ViewerLatency latency) implements MediaReply {}

    /** Where the milliseconds of streams go. */
    record Latencies(List<StreamLatency> streams) implements MediaReply {}

    /**
     * Counters since the start.
     *
     * @param drops dropped packets by reason, only reasons that occurred
     * @param kernelDrops datagrams the kernel threw away because our receive buffer was full
     * @param streams the same traffic counters by stream
     * @param stalls how often a media loop did not come around within 5 ms, by what it was mostly at
     * @param longestStallMs of the last one to two minutes
     * @param crypto what encrypts media, empty while that is being found out
     */
    record Counted(
            long packetsIn,
            long bytesIn,
            long packetsOut,
            long bytesOut,
            long kernelDrops,
            Map<String, Long> drops,
            Map<String, Traffic> streams,
            Map<String, Long> stalls,
            double longestStallMs,
            String crypto)
            implements MediaReply {}

    /**
     * What went through one stream.
     *
     * @param layerSwitches how often a viewer got another layer in place of one
     * @param keyframeRequests sent to its publishers
     */
    record Traffic(
            long packetsIn, long bytesIn, long packetsOut, long bytesOut, long layerSwitches, long keyframeRequests) {}

    /**
     * A page of a room's log.
     *
     * @param messages the {@code said} messages as members get them, oldest first, without those removed
     * @param first the oldest number kept, 0 when there is none
     * @param last the newest number given out, 0 when there is none
     */
    record ChatHistory(List<String> messages, long first, long last) implements MediaReply {}

    /**
     * A room as operators see it.
     *
     * @param participants connections that said hello
     * @param slowSeconds of slow mode, 0 when it is off
     */
    record RoomDescribed(
            int participants, int slowSeconds, long first, long last, List<Restricted> muted, List<Restricted> banned)
            implements MediaReply {}

    /**
     * A participant who may not say anything.
     *
     * @param untilMs when it ends by itself, epoch milliseconds, 0 for never
     */
    record Restricted(String who, String name, long untilMs) {}

    /**
     * What the chat did since the start.
     *
     * @param refused messages refused, by code
     * @param participants connections that said hello, by stream; only of rooms that have some
     */
    record ChatCounted(
            long said, long reactions, long appMessages, Map<String, Long> refused, Map<String, Integer> participants)
            implements MediaReply {}

    /** Newest first. */
    record Recordings(List<RecordingInfo> recordings) implements MediaReply {}

    /**
     * Whether a stream is recorded.
     *
     * @param state {@code off}, {@code waiting} for a broadcast, {@code recording} or {@code failed}
     * @param id of the recording that goes on, null when none does
     * @param detail a sentence if something is wrong, otherwise empty
     */
    record RecordingState(
            String stream, String state, @Nullable String id, String detail) implements MediaReply {}

    /** What is fetched from elsewhere, by stream. */
    record Pulls(List<PullInfo> pulls) implements MediaReply {}

    /** What is pushed on to other servers, by stream. */
    record Restreams(List<RestreamInfo> restreams) implements MediaReply {}

    /** The command was refused; nothing changed. */
    record Refused(RefusalKind kind, String detail) implements MediaReply {}
}
