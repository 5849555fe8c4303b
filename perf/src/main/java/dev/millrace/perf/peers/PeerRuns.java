package dev.millrace.perf.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run.sh} left of one server: a result of {@code millrace load} for each run that there was.
 *
 * @param joins to sound alone
 * @param steady some viewers for a while
 * @param ramp until the loss was too much
 * @param half of the viewers that it carried
 * @param idleBytes what the process had before anybody came; 0 = nobody knows
 */
record PeerRuns(
        @Nullable JsonNode joins,
        @Nullable JsonNode steady,
        @Nullable JsonNode ramp,
        @Nullable JsonNode half,
        long idleBytes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static PeerRuns read(Path folder) throws IOException {
        String idle = text(folder.resolve("idle-bytes"));
        return new PeerRuns(
                report(folder.resolve("joins.json")),
                report(folder.resolve("steady.json")),
                report(folder.resolve("ramp.json")),
                report(folder.resolve("half.json")),
                idle.isEmpty() ? 0 : Long.parseLong(idle));
    }

    private static @Nullable JsonNode report(Path file) throws IOException {
        return Files.exists(file) ? JSON.readTree(file.toFile()) : null;
    }

    /** A small file's words; empty when it is not there. */
    static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }
}
