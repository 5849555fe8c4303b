package dev.millrace.perf.peers;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One server's figures; what was not measured is null.
 *
 * @param name of the server
 * @param version of it
 * @param why there are no figures; empty when there are
 * @param viewers of the steady run
 * @param nsPerPacket the server's processor time for each packet that came to a viewer, in the steady run
 * @param delayMsP99 forward delay in the steady run, of viewers who have settled
 * @param firstPacketMsP50 from the POST to the first packet, in the steady run
 * @param saturated where a ramp passed 1 % loss or 50 ms of delay
 * @param flatOut where the same ramp passed 1 % loss or a second of delay
 * @param halfViewers half of {@code saturated}
 * @param halfDelayMsP99 forward delay with them
 * @param rssKibPerViewer what the process had grown by since before its first viewer, for each at the ramp's end
 * @param cpuMsPerJoin processor time of a join to sound alone, less what its packets cost
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record PeerRow(
        String name,
        String version,
        String why,
        @Nullable Integer viewers,
        @Nullable Double nsPerPacket,
        @Nullable Double delayMsP99,
        @Nullable Double firstPacketMsP50,
        @Nullable Saturation saturated,
        @Nullable Saturation flatOut,
        @Nullable Integer halfViewers,
        @Nullable Double halfDelayMsP99,
        @Nullable Double rssKibPerViewer,
        @Nullable Double cpuMsPerJoin) {
    private static final double MOST_LOSS = 0.01;
    private static final double MOST_DELAY_MS = 50;

    /** A stream that is a second behind is not live: nobody is carried any more. */
    private static final double HOPELESS_MS = 1000;

    private static final double BYTES_PER_KIB = 1024;
    private static final double MS_PER_S = 1000;

    /** A server that could not be had, or did not work. */
    static PeerRow without(String name, String version, String why) {
        return new PeerRow(name, version, why, null, null, null, null, null, null, null, null, null, null);
    }

    /** Out of the runs' results, those that there are. */
    static PeerRow of(String name, String version, PeerRuns runs) {
        JsonNode steady = runs.steady();
        JsonNode ramp = runs.ramp();
        JsonNode half = runs.half();
        JsonNode joins = runs.joins();
        return new PeerRow(
                name,
                version,
                "",
                steady == null
                        ? null
                        : (Integer) steady.path("viewers").path("most").asInt(),
                number(steady, "/server/nsPerPacket"),
                delay(steady),
                number(steady, "/joins/firstPacketMs/p50"),
                ramp == null ? null : Saturation.of(ramp, MOST_LOSS, MOST_DELAY_MS),
                ramp == null ? null : Saturation.of(ramp, MOST_LOSS, HOPELESS_MS),
                half == null
                        ? null
                        : (Integer) half.path("viewers").path("most").asInt(),
                delay(half),
                ramp == null ? null : memory(ramp, runs.idleBytes()),
                joins == null ? null : join(joins));
    }

    private static @Nullable Double number(@Nullable JsonNode report, String at) {
        JsonNode value = report == null ? null : report.at(at);
        return value == null || !value.isNumber() ? null : (Double) value.asDouble();
    }

    /** Of viewers who have settled; what a newcomer is given of the past is no delay. */
    private static @Nullable Double delay(@Nullable JsonNode report) {
        Double settled = number(report, "/measured/settledDelayMs/p99");
        return settled == null ? number(report, "/measured/forwardDelayMs/p99") : settled;
    }

    private static @Nullable Double memory(JsonNode report, long idleBytes) {
        int most = report.at("/viewers/most").asInt();
        double bytes = report.at("/server/rssBytesMost").asDouble() - idleBytes;
        return most == 0 || idleBytes <= 0 ? null : (Double) (bytes / BYTES_PER_KIB / most);
    }

    /** All that the ramp cost, less what its packets cost by the hold's measure, for each who joined. */
    private static @Nullable Double join(JsonNode report) {
        double nsPerPacket = report.at("/server/nsPerPacket").asDouble();
        double cpuS = 0;
        double packets = 0;
        long joined = 0;
        double lastS = 0;
        for (JsonNode second : report.path("seconds")) {
            double lengthS = second.path("atS").asDouble() - lastS;
            lastS = second.path("atS").asDouble();
            if (second.path("joined").asLong() > 0) {
                joined += second.path("joined").asLong();
                cpuS += second.path("serverCores").asDouble() * lengthS;
                packets += second.path("packetsPerS").asDouble() * lengthS;
            }
        }
        return joined == 0 ? null : (Double) ((cpuS - packets * nsPerPacket / 1e9) * MS_PER_S / joined);
    }
}
