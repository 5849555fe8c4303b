package dev.millrace.media.sctp;

import dev.millrace.media.sctp.wire.PacketWriter;
import dev.millrace.media.sctp.wire.ReconfigChunk;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Closing streams so that their ids may be used again, both ways (RFC 6525, RFC 8831 section 6.7). */
final class StreamReset {
    private static final long NEVER = Long.MAX_VALUE;
    private static final int[] NONE = {};

    private final RetransmissionTimeout timeout;
    private int nextRequest;
    private int[] asked = NONE;
    private int askedTsn;
    private long repeatAtNs = NEVER;
    private int tries;

    private int expected;
    private int lastResult = ReconfigChunk.NOTHING_TO_DO;
    private boolean heard;

    /** Request numbers begin with the initial TSNs (RFC 6525 section 4.1). */
    StreamReset(int localTsn, int peerTsn, RetransmissionTimeout timeout) {
        nextRequest = localTsn;
        expected = peerTsn;
        this.timeout = timeout;
    }

    /** One request may be under way (section 5.1.1). */
    boolean isAsking() {
        return asked.length > 0;
    }

    long nextDeadlineNs() {
        return repeatAtNs;
    }

    /** Requests in a row that were not answered. */
    int tries() {
        return tries;
    }

    /** Asks the peer to forget the numbers of our streams; all they carried is acknowledged. */
    void ask(PacketWriter packet, int[] streams, long lastTsn, long nowNs) {
        asked = streams;
        askedTsn = (int) lastTsn;
        tries = 0;
        write(packet, nowNs);
    }

    /** No answer came: once more, under the same number. */
    void repeat(PacketWriter packet, long nowNs) {
        tries++;
        timeout.onTimeout();
        write(packet, nowNs);
    }

    private void write(PacketWriter packet, long nowNs) {
        ReconfigChunk.writeReset(packet, nextRequest, expected - 1, askedTsn, asked);
        repeatAtNs = nowNs + timeout.timeoutNs();
    }

    /** An answer; the streams that are reset by it, null while that is not settled or the answer is not to us. */
    int @Nullable [] onResponse(ReconfigChunk response, long nowNs) {
        if (asked.length == 0 || response.responseSequence() != nextRequest) {
            return null;
        }
        nextRequest++;
        if (response.result() == ReconfigChunk.IN_PROGRESS) {
            repeatAtNs = nowNs + timeout.timeoutNs(); // a number is used up by its answer: asked anew under the next
            return null;
        }
        int[] done = asked;
        asked = NONE;
        repeatAtNs = NEVER;
        return done;
    }

    /** What is to be done about a request of the peer. */
    enum Verdict {
        PERFORM,
        /** Only answer: {@link #result}. */
        ANSWER
    }

    /** The peer resets its streams; everything up to its last number must have come first (section 5.2.2). */
    Verdict onRequest(ReconfigChunk request, long cumulativeTsn) {
        int sequence = request.requestSequence();
        boolean repeated = heard && sequence == expected - 1;
        if (sequence != expected && !repeated) {
            lastResult = ReconfigChunk.BAD_SEQUENCE_NUMBER;
            return Verdict.ANSWER;
        }
        if (repeated && lastResult != ReconfigChunk.IN_PROGRESS) {
            return Verdict.ANSWER;
        }
        heard = true;
        expected = sequence + 1;
        if (request.type() == ReconfigChunk.INCOMING_RESET) {
            lastResult = ReconfigChunk.DENIED; // WebRTC closes its own side only
            return Verdict.ANSWER;
        }
        if (Tsn.unwrap(request.lastTsn(), cumulativeTsn) > cumulativeTsn) {
            lastResult = ReconfigChunk.IN_PROGRESS;
            return Verdict.ANSWER;
        }
        lastResult = ReconfigChunk.PERFORMED;
        return Verdict.PERFORM;
    }

    int result() {
        return lastResult;
    }

    /** The streams a request names, without repetition. */
    static int[] streamsOf(ReconfigChunk request) {
        int[] streams = new int[request.streams()];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = request.stream(i);
        }
        return Arrays.stream(streams).distinct().toArray();
    }
}
