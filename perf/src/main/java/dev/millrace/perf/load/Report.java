package dev.millrace.perf.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.perf.load.DelayMeter.Quantiles;
import dev.millrace.perf.load.JoinBook.Joins;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run found, as its JSON has it: {@code docs/load.schema.json} describes every field, and fields are only ever added
 * within one version of {@link #schema}.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Report(
        String schema,
        Tool tool,
        String startedAt,
        double durationS,
        Machine machine,
        Options options,
        End end,
        List<LimitWatch.Passed> limits,
        Carried carried,
        Publishers publishers,
        Viewers viewers,
        Joins joins,
        double joinsPerS,
        @Nullable Measured measured,
        @Nullable ServerUse server,
        HarnessUse harness,
        List<SegmentFigures> segments,
        @Nullable ChatFigures chat,
        Churn.@Nullable Counts churn,
        List<Census> census,
        List<String> notes,
        List<Sample> seconds) {
    static final String SCHEMA = "millrace-load/1";

    /**
     * What made the result.
     *
     * @param revision of the source, empty when nobody knows
     */
    record Tool(String name, String version, String revision) {}

    /** What was asked for, without tokens; two results are compared only when all but {@code target} agree. */
    record Options(Where target, LoadPlan.Audience audience, LoadPlan.Media media, LoadPlan.Limits limits) {}

    /** Where the load went. */
    record Where(String server, String whip, String whep, String hls, String dash) {}

    record End(String reason, String sentence, int exit) {}

    /**
     * The most viewers that were within all limits for a whole window, and too many in no later one.
     *
     * @param last the last whole second with no more, null when there was none
     * @param by what ended it there: {@code server} a limit that was passed, {@code harness} ourselves, {@code asked} nothing:
     *     no more were asked for. In the latter two the server carries at least so many
     */
    record Carried(int viewers, @Nullable Sample last, String by) {}

    record Publishers(int asked, int connectedAtEnd, int lost, long packets, long keyframesAsked) {}

    /**
     * Viewers by WebRTC.
     *
     * @param most at one time
     * @param silent who connected and never got a packet
     * @param lost whose connection ended before its time
     * @param badGoodbyes whose DELETE was not answered by a 2xx
     */
    record Viewers(int asked, int most, long silent, int lost, int badGoodbyes) {}

    /**
     * What came in the phase that counts: the hold, or the ramp if there was none.
     *
     * @param forwardDelayMs null when no packet was recognised, as with somebody else's stream
     * @param settledDelayMs the same for viewers who have had a keyframe for two seconds: what newcomers do to the others
     */
    record Measured(
            String phase,
            double fromS,
            double toS,
            long packets,
            double packetsPerS,
            double megabitsPerS,
            long lost,
            double loss,
            @Nullable Quantiles forwardDelayMs,
            @Nullable Quantiles settledDelayMs) {}

    /**
     * What the server's processes needed.
     *
     * @param nsPerPacket processor time for each packet that came to a viewer, in the measured phase; null when none came
     * @param cores in the measured phase
     * @param rssBytesPerViewer growth since the run began, a viewer; null when nobody came
     */
    record ServerUse(
            List<Long> pids,
            List<String> commands,
            double cores,
            @Nullable Double nsPerPacket,
            long rssBytesAtStart,
            long rssBytesMost,
            @Nullable Double rssBytesPerViewer) {}

    /**
     * What we needed.
     *
     * @param lateMsMost how late a look that is due every 100 ms was; far over 10, the harness was short of processor time
     * @param drops datagrams that the harness did not fetch in time: counted as lost, but not the server's fault
     */
    record HarnessUse(double cores, long rssBytes, double lateMsMost, long drops) {}

    /** Viewers by HLS, LL-HLS or DASH; see {@code HlsStats}. */
    record SegmentFigures(
            String way,
            int viewers,
            int playing,
            long playlists,
            long pieces,
            long errors,
            int stalls,
            double stalledS,
            double behindS,
            double late,
            @Nullable Double delayMsP50,
            @Nullable Double delayMsP95) {}

    /** Messages of the chat and how long they took from one viewer to another. */
    record ChatFigures(long said, long acknowledged, long refused, long received, Quantiles delayMs) {}
}
