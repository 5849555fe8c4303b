package dev.millrace.perf.load;

import dev.millrace.perf.load.DelayMeter.Quantiles;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** How the viewers came in: how many, how fast, and why not. Safe for any thread. */
final class JoinBook {
    /** Reasons that are told apart; a server that puts a number into each message shall not fill the report. */
    private static final int REASONS = 12;

    private static final String OTHERS = "others";

    private final Histogram connect = DelayMeter.histogram();
    private final Histogram firstPacket = DelayMeter.histogram();
    private final Histogram firstKeyframe = DelayMeter.histogram();
    private final Map<String, Long> refused = new TreeMap<>();
    private final Map<String, Long> failed = new TreeMap<>();
    private long begun;
    private long joined;
    private long failures;
    private @Nullable Throwable firstFailure;
    private boolean outOfDescriptors;

    synchronized void begin() {
        begun++;
    }

    /** From the POST until media could flow. */
    synchronized void joined(long tookNs) {
        joined++;
        record(connect, tookNs);
    }

    synchronized void failed(Throwable why) {
        failures++;
        firstFailure = firstFailure == null ? why : firstFailure;
        outOfDescriptors |= String.valueOf(Refusals.cause(why).getMessage()).contains("Too many open files");
        int status = Refusals.status(why);
        count(status > 0 ? refused : failed, status > 0 ? Integer.toString(status) : Refusals.shortly(why));
    }

    private static void count(Map<String, Long> into, String key) {
        into.merge(into.containsKey(key) || into.size() < REASONS ? key : OTHERS, 1L, Long::sum);
    }

    synchronized void firstPacket(long sincePostNs) {
        record(firstPacket, sincePostNs);
    }

    synchronized void firstKeyframe(long sincePostNs) {
        record(firstKeyframe, sincePostNs);
    }

    private static void record(Histogram into, long ns) {
        into.recordValue(Math.clamp(ns / 1000, 0, into.getHighestTrackableValue()));
    }

    synchronized @Nullable Throwable firstFailure() {
        return firstFailure;
    }

    /** Whether somebody did not get in because this process has no more sockets. */
    synchronized boolean isOutOfDescriptors() {
        return outOfDescriptors;
    }

    /** As it is now. */
    synchronized Joins now() {
        return new Joins(
                begun,
                joined,
                failures,
                new TreeMap<>(refused),
                new TreeMap<>(failed),
                Quantiles.of(connect),
                Quantiles.of(firstPacket),
                Quantiles.of(firstKeyframe));
    }

    /**
     * How the joins went.
     *
     * @param begun POSTs sent
     * @param connected ICE and DTLS done
     * @param failed all that did not get so far
     * @param refused of them those the server answered, by status
     * @param broken the others, by reason
     * @param connectMs from the POST until media could flow
     * @param firstPacketMs from the POST to the first packet of media
     * @param firstKeyframeMs from the POST to the last packet of the first whole keyframe
     */
    record Joins(
            long begun,
            long connected,
            long failed,
            Map<String, Long> refused,
            Map<String, Long> broken,
            Quantiles connectMs,
            Quantiles firstPacketMs,
            Quantiles firstKeyframeMs) {
        long underWay() {
            return begun - connected - failed;
        }
    }
}
