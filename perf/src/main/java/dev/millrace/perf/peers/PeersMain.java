package dev.millrace.perf.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints the table of what {@code run.sh} measured: {@code table JSON FOLDER NAME…}, a folder in it for each server. With
 * {@code half FOLDER} it prints half of the viewers that server carried instead.
 */
public final class PeersMain {
    static final String SCHEMA = "millrace-peers/1";

    private static final int USAGE = 2;
    private static final int FAILED = 5;
    private static final int FIRST_NAME = 3;
    private static final double MOST_LOSS = 0.01;
    private static final double MOST_DELAY_MS = 50;

    private PeersMain() {}

    public static void main(String[] words) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        try {
            if (words.length == 2 && words[0].equals("half")) {
                out.println(half(Path.of(words[1])));
            } else if (words.length > FIRST_NAME && words[0].equals("table")) {
                out.print(table(
                        Path.of(words[1]), Path.of(words[2]), List.of(words).subList(FIRST_NAME, words.length)));
            } else {
                System.err.println("usage: table JSON FOLDER NAME... | half FOLDER");
                System.exit(USAGE);
            }
        } catch (IOException e) {
            System.err.println("peers: " + e.getMessage());
            System.exit(FAILED);
        }
    }

    /** At least one, or there would be nothing to run. */
    private static int half(Path folder) throws IOException {
        var ramp = PeerRuns.read(folder).ramp();
        return ramp == null
                ? 0
                : Math.max(1, Saturation.of(ramp, MOST_LOSS, MOST_DELAY_MS).viewers() / 2);
    }

    static String table(Path json, Path folder, List<String> names) throws IOException {
        List<PeerRow> rows = new ArrayList<>();
        Object machine = null;
        for (String name : names) {
            Path of = folder.resolve(name);
            PeerRuns runs = PeerRuns.read(of);
            String version = PeerRuns.text(of.resolve("version"));
            String why = PeerRuns.text(of.resolve("why"));
            rows.add(why.isEmpty() ? PeerRow.of(name, version, runs) : PeerRow.without(name, version, why));
            var steady = runs.steady();
            machine = machine == null && steady != null ? steady.path("machine") : machine;
        }
        write(json, machine, PeerRuns.text(folder.resolve("conditions")), rows);
        return new PeersTable(rows).text();
    }

    private static void write(Path json, @Nullable Object machine, String conditions, List<PeerRow> rows)
            throws IOException {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("schema", SCHEMA);
        all.put("conditions", conditions);
        all.put("machine", machine);
        all.put("servers", rows);
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(json, mapper.writeValueAsString(all) + "\n");
    }
}
