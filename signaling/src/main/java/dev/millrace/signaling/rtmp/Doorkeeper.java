package dev.millrace.signaling.rtmp;

import dev.millrace.signaling.auth.Access;
import dev.millrace.signaling.auth.Access.Verdict;
import dev.millrace.signaling.http.RateLimit;
import dev.millrace.signaling.http.StreamName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may connect and publish: rates and places by address, stream names, keys and tokens, in the words an encoder shows.
 * Owned by the RTMP context.
 */
final class Doorkeeper {
    /** Connections that do not publish yet, in all: each may stay for some seconds and hold some kilobytes. */
    static final int MAX_WAITING = 1_000;

    /** Those of one address. */
    static final int MAX_WAITING_OF_ADDRESS = 50;

    /** What publish comes to. */
    sealed interface Answer {
        /**
         * Publish.
         *
         * @param participant whom the token names, empty if nobody
         */
        record Welcome(String stream, String participant) implements Answer {}

        /**
         * No.
         *
         * @param stream as far as it is no secret, else empty
         * @param reason for metrics: one of the names of HTTP's problems
         */
        record Refused(String stream, boolean badName, String reason, String sentence) implements Answer {}
    }

    private final Access access;
    private final RateLimit rates;
    private final Map<String, Integer> waiting = new HashMap<>();
    private int allWaiting;

    Doorkeeper(Access access, RateLimit rates) {
        this.access = access;
        this.rates = rates;
    }

    /** A place for somebody who has not published yet, until {@link #leave}; false when there is none. */
    boolean enter(String address, long nowNs) {
        if (allWaiting >= MAX_WAITING
                || waiting.getOrDefault(address, 0) >= MAX_WAITING_OF_ADDRESS
                || !rates.take(address, RateLimit.TOUCH, nowNs)) {
            return false;
        }
        allWaiting++;
        waiting.merge(address, 1, Integer::sum);
        return true;
    }

    void leave(String address) {
        allWaiting--;
        waiting.computeIfPresent(address, (a, count) -> count > 1 ? count - 1 : null);
    }

    Answer publish(String application, String name, String address, long nowNs) {
        StreamKey key = StreamKey.of(access, application, name);
        if (!StreamName.isValid(key.stream())) {
            return refusedName(key);
        }
        return switch (access.publish(key.stream(), key.bearer())) {
            case Verdict.Allowed allowed ->
                rates.take(address, RateLimit.JOIN, nowNs)
                        ? new Answer.Welcome(key.stream(), allowed.name())
                        : tooOften();
            case Verdict.Missing missing -> refusedWithout(address, nowNs);
            case Verdict.Invalid invalid ->
                rates.take(address, RateLimit.GUESS, nowNs)
                        ? new Answer.Refused(
                                key.stream(),
                                false,
                                "unauthorized",
                                "The key or token in the stream key is not known here, or its time is over.")
                        : tooOften();
            case Verdict.Insufficient insufficient ->
                new Answer.Refused(key.stream(), false, "forbidden", insufficient.advice());
        };
    }

    /** Nothing was shown, or the publish key stands where the stream's name belongs. */
    private Answer refusedWithout(String address, long nowNs) {
        if (!rates.take(address, RateLimit.GUESS, nowNs)) {
            return tooOften();
        }
        return new Answer.Refused(
                "",
                false,
                "unauthorized",
                "Publishing needs a key or token: write the stream key as {stream}?key={publish key} or"
                        + " {stream}?token={token}.");
    }

    private Answer refusedName(StreamKey key) {
        return new Answer.Refused(
                "",
                true,
                "bad-stream-name",
                key.stream().isEmpty()
                        ? "The stream key is empty: it begins with the stream's name."
                        : StreamName.rule(key.stream()));
    }

    private static Answer tooOften() {
        return new Answer.Refused(
                "", false, "too-many-requests", "This address asks too often; wait, then go on more slowly.");
    }

    /** Why an application is none of ours, or null. */
    static @Nullable String refuses(String application) {
        return StreamKey.isOurs(application)
                ? null
                : "There is no such application here: the server is rtmp://{host}/live, the stream key begins with the"
                        + " stream's name.";
    }
}
