package dev.millrace.media.control;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What signaling asks of the media server; each command is answered by one {@link MediaReply}. */
public sealed interface MediaCommand {

    /**
     * Go live: answered by {@link MediaReply.Answered}. A publisher of the same stream is taken over.
     *
     * @param stream a valid stream name; who asks was checked by signaling
     * @param offer the publisher's SDP offer
     * @param participant whom the token names, or a generated name; for logs and the API
     * @param identity who this is in the stream's chat
     */
    record Publish(String stream, String offer, String participant, Identity identity) implements MediaCommand {}

    /** Watch: answered by {@link MediaReply.Answered}, also when nobody publishes yet. */
    record Play(String stream, String offer, String participant, Identity identity) implements MediaCommand {}

    /**
     * Candidates that came late (RFC 8840): answered by {@link MediaReply.Patched} without a fragment.
     *
     * @param ifMatch the entity tag the client holds, without its quotes
     * @param fragment the application/trickle-ice-sdpfrag body
     */
    record Trickle(String session, String ifMatch, String fragment) implements MediaCommand {}

    /**
     * An ICE restart (RFC 9725 section 4.3.3): answered by {@link MediaReply.Patched} with our fragment and a new tag.
     *
     * @param ifMatch {@code *} or the entity tag the client holds
     */
    record RestartIce(String session, String ifMatch, String fragment) implements MediaCommand {}

    /** End a session: answered by {@link MediaReply.Done}. */
    record Close(String session, CloseReason reason) implements MediaCommand {}

    /**
     * Choose a simulcast layer by hand: answered by {@link MediaReply.Done}.
     *
     * @param mid the media section, or null for the video
     * @param rid the layer's rid, or null for automatic
     */
    record SelectLayer(
            String session, @Nullable String mid, @Nullable String rid) implements MediaCommand {}

    /** What is there: answered by {@link MediaReply.Described}. */
    record Describe() implements MediaCommand {}

    /** One session: answered by {@link MediaReply.SessionDescribed}. */
    record DescribeSession(String session) implements MediaCommand {}

    /**
     * Who watches by HLS and DASH, by stream; told once a second while there is anybody: answered by
     * {@link MediaReply.Done}.
     */
    record Watching(Map<String, Watchers> streams) implements MediaCommand {}

    /**
     * Where the milliseconds go: answered by {@link MediaReply.Latencies}.
     *
     * @param stream of that stream only, or null for all
     */
    record DescribeLatency(@Nullable String stream) implements MediaCommand {}

    /**
     * A viewer's player says what it measured: answered by {@link MediaReply.Done}.
     *
     * @param bufferMs how long pictures wait in its jitter buffer
     */
    record ReportPlayback(String session, double bufferMs) implements MediaCommand {}

    /** The counters of the whole media server: answered by {@link MediaReply.Counted}. */
    record Count() implements MediaCommand {}

    /** Take no new sessions (or take them again): answered by {@link MediaReply.Done}. */
    record Drain(boolean draining) implements MediaCommand {}

    /** Record a stream from now on, also its broadcasts to come, or not any more: {@link MediaReply.RecordingState}. */
    record SetRecording(String stream, boolean on) implements MediaCommand {}

    /** Whether a stream is recorded: answered by {@link MediaReply.RecordingState}. */
    record DescribeRecordingState(String stream) implements MediaCommand {}

    /** All recordings: answered by {@link MediaReply.Recordings}. */
    record ListRecordings() implements MediaCommand {}

    /** Delete a recording that is finished: answered by {@link MediaReply.Done}. */
    record DeleteRecording(String id) implements MediaCommand {}

    /**
     * Fetch a stream from elsewhere until it is stopped: answered by {@link MediaReply.Pulls} with the one. One of the same
     * stream with another address takes its place.
     *
     * @param address as {@link SourceAddress} allows it
     * @param loop begin anew at its end
     */
    record StartPull(String stream, String address, boolean loop) implements MediaCommand {
        /** The address may have a password in it. */
        @Override
        public String toString() {
            return "StartPull[stream=" + stream + ", address=" + SourceAddress.shown(address) + ", loop=" + loop + "]";
        }
    }

    /** Fetch it no more: answered by {@link MediaReply.Pulls} with what is left of it, nothing. */
    record StopPull(String stream) implements MediaCommand {}

    /**
     * What is fetched from elsewhere: answered by {@link MediaReply.Pulls}.
     *
     * @param stream of that stream only, or null for all
     */
    record ListPulls(@Nullable String stream) implements MediaCommand {}

    /**
     * Push a stream on to another server until it is stopped: answered by {@link MediaReply.Restreams} with the one.
     *
     * @param url as {@link RestreamTarget} allows it
     * @param key beside the address, or empty when its end is the key
     * @param height pictures no higher than that, if there are such; 0 for the largest
     */
    record StartRestream(String stream, String url, String key, int height) implements MediaCommand {
        /** The key is a secret. */
        @Override
        public String toString() {
            return "StartRestream[stream=" + stream + "]";
        }
    }

    /** Push it there no more: answered by {@link MediaReply.Restreams} with the one as it was, or nothing. */
    record StopRestream(String stream, String id) implements MediaCommand {}

    /**
     * What is pushed on: answered by {@link MediaReply.Restreams}.
     *
     * @param stream of that stream only, or null for all
     */
    record ListRestreams(@Nullable String stream) implements MediaCommand {}
}
