package dev.millrace.perf.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.perf.load.DelayMeter.Quantiles;
import org.jspecify.annotations.Nullable;

/**
 * One second of a run.
 *
 * @param atS when it ended, in seconds of the run
 * @param phase in which it ended
 * @param viewers connected then
 * @param joined who came in it
 * @param failedJoins who did not
 * @param packetsPerS that all viewers got together
 * @param megabitsPerS of RTP, headers included, without SRTP, UDP and IP
 * @param loss of what should have come, 0 to 1
 * @param lost packets, of all viewers together; negative when more came late than was lost
 * @param delayMs from publisher to viewer; null when nothing was recognised
 * @param settledDelayMs as that, for those who have had a keyframe for two seconds; null when there was nothing
 * @param serverCores processor time a second; null without --pid
 * @param serverRssBytes resident memory; null without --pid
 * @param harnessCores our own processor time a second
 * @param lateMs how late the harness looked at the most: when this is much, its own machine is the limit
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Sample(
        double atS,
        String phase,
        int viewers,
        long joined,
        long failedJoins,
        double packetsPerS,
        double megabitsPerS,
        double loss,
        long lost,
        @Nullable Quantiles delayMs,
        @Nullable Quantiles settledDelayMs,
        @Nullable Double serverCores,
        @Nullable Long serverRssBytes,
        double harnessCores,
        double lateMs) {}
