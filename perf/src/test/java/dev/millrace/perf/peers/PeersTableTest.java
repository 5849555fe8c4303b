package dev.millrace.perf.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersTableTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Ten viewers a second more; delay and loss from the second they are bad in. */
    private static JsonNode ramp(int seconds, int slowFrom, int lossFrom, String reason) throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= seconds; i++) {
            all.append(all.isEmpty() ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"atS\":%d,\"phase\":\"ramp\",\"viewers\":%d,\"packetsPerS\":%d,\"loss\":%s,"
                                    + "\"delayMs\":{\"p99\":%s}}",
                            i,
                            10 * i,
                            3000 * i,
                            i >= lossFrom ? "0.02" : "0",
                            i >= slowFrom ? "60" : "8"));
        }
        return JSON.readTree("{\"end\":{\"reason\":\"" + reason + "\"},\"viewers\":{\"most\":" + 10 * seconds
                + "},\"server\":{\"rssBytesMost\":" + (1 << 20) * (10L + seconds) + "},\"seconds\":[" + all + "]}");
    }

    @Test
    @DisplayName("A ramp is within the limits while at most one of four seconds is not; an early hiccup says nothing")
    void limits() throws IOException {
        Saturation within = Saturation.of(ramp(20, 15, 20, "saturated"), 0.01, 50);
        assertThat(within.viewers()).isEqualTo(140);
        assertThat(within.packetsPerS()).isEqualTo(42_000);
        assertThat(within.delayMsP99()).isEqualTo(8);
        assertThat(within.passed()).isTrue();
        assertThat(Saturation.of(ramp(20, 15, 20, "saturated"), 0.01, 1000).viewers())
                .isEqualTo(190);
    }

    @Test
    @DisplayName("What ended otherwise than by a limit is a lower bound")
    void lowerBound() throws IOException {
        assertThat(Saturation.of(ramp(20, 99, 99, "harness-saturated"), 0.01, 50))
                .isEqualTo(new Saturation(200, 60_000, 8, false));
        assertThat(Saturation.of(JSON.readTree("{}"), 0.01, 50).viewers()).isZero();
    }

    @Test
    @DisplayName("What newcomers are given of the past is no delay, where the result tells it apart")
    void settled() throws IOException {
        String report =
                ramp(20, 1, 99, "finished").toString().replace("\"delayMs\"", "\"settledDelayMs\":null,\"delayMs\"");
        assertThat(Saturation.of(JSON.readTree(report), 0.01, 50).viewers()).isEqualTo(200);
    }

    private static void result(Path folder, String server, String file, String json) throws IOException {
        Files.createDirectories(folder.resolve(server));
        Files.writeString(folder.resolve(server).resolve(file), json);
    }

    private static void server(Path folder, String name, double nsPerPacket, int slowFrom) throws IOException {
        result(folder, name, "version", "v1\n");
        result(folder, name, "idle-bytes", Long.toString(10 << 20));
        result(
                folder,
                name,
                "steady.json",
                "{\"machine\":{\"cpu\":\"x\"},\"viewers\":{\"most\":50},\"server\":{\"nsPerPacket\":" + nsPerPacket
                        + "},\"measured\":{\"forwardDelayMs\":{\"p99\":7.5}},\"joins\":{\"firstPacketMs\":{\"p50\":12}}}");
        result(folder, name, "ramp.json", ramp(40, slowFrom, 99, "saturated").toString());
        result(
                folder,
                name,
                "joins.json",
                "{\"server\":{\"nsPerPacket\":1000},\"seconds\":["
                        + "{\"atS\":1,\"joined\":10,\"serverCores\":0.051,\"packetsPerS\":1000},"
                        + "{\"atS\":2,\"joined\":0,\"serverCores\":0.9,\"packetsPerS\":1000}]}");
    }

    @Test
    @DisplayName("One table of all, Millrace beside the best of the others, and who could not be measured")
    void table(@TempDir Path folder) throws IOException {
        server(folder, "millrace", 2000, 30);
        server(folder, "mediamtx", 10_000, 10);
        server(folder, "janus", 30_000, 8);
        result(folder, "srs", "why", "no package registry has it\n");
        Path json = folder.resolve("table.json");
        String table = PeersMain.table(json, folder, List.of("millrace", "mediamtx", "janus", "srs"));

        assertThat(table)
                .contains("millrace: 0.20 of the CPU a packet of the best peer (mediamtx)")
                .contains("millrace: 3.2 times the viewers within 1 % loss and 50 ms of the best peer (mediamtx)")
                .contains("not measured: srs: no package registry has it")
                .contains("3 of 4 servers measured");
        JsonNode first = JSON.readTree(json.toFile()).path("servers").get(0);
        assertThat(first.path("saturated").path("viewers").asInt()).isEqualTo(290);
        assertThat(first.path("cpuMsPerJoin").asDouble()).isCloseTo(5, within(0.01));
        assertThat(first.path("rssKibPerViewer").asDouble()).isCloseTo(40 * 1024.0 / 400, within(0.1));
        assertThat(first.path("halfViewers").isNull()).isTrue();
    }
}
