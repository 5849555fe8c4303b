package dev.millrace.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
    private static final JsonSchema SCHEMA = strict();

    @TempDir
    private Path folder = Path.of("");

    /** The published schema, but refusing what it does not describe. */
    private static JsonSchema strict() {
        try {
            JsonNode schema = new ObjectMapper().readTree(Files.readString(Path.of("..", "docs", "load.schema.json")));
            close(schema);
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(schema);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject() && object.has("type")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ReportFilesTest::close);
    }

    private static Report report(Scenario run) {
        run.finish();
        return run.report();
    }

    @Test
    @DisplayName("A result holds to the published schema, with a server's processes and without")
    void schemaHolds() throws IOException {
        Scenario without = Scenario.untilSaturated();
        without.crowd.thereIsAServer = false;
        without.crowd.lossFrom = 50;
        Scenario failed = new Scenario();
        failed.crowd.refusePublish = new IllegalStateException("no");
        for (Report report : List.of(report(new Scenario()), report(without), report(failed))) {
            JsonNode json = new ObjectMapper().readTree(ReportFiles.json(report));
            assertThat(SCHEMA.validate(json)).isEmpty();
        }
    }

    @Test
    @DisplayName("The schema knows every field that is written: a new one is described before it is shipped")
    void nothingUndescribed() throws IOException {
        JsonNode json = new ObjectMapper().readTree(ReportFiles.json(report(new Scenario())));
        ((ObjectNode) json.path("measured")).put("surprise", 1);
        assertThat(SCHEMA.validate(json)).isNotEmpty();
    }

    @Test
    @DisplayName("The page holds the result, asks nothing of any network, and no text of a server ends its script")
    void page() {
        Scenario run = new Scenario();
        run.crowd.refusePublish = new IllegalStateException("</script><img>");
        String page = ReportFiles.html(report(run));
        assertThat(page)
                .doesNotContain("/*DATA*/")
                .doesNotContain("</script><img")
                .contains(Report.SCHEMA);
        assertThat(page.replace("http://www.w3.org/2000/svg", "").replace("http://server:8080", ""))
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain(" src=");
    }

    @Test
    @DisplayName("What is no result is refused in words")
    void noResult() throws IOException {
        Path file = folder.resolve("some.json");
        assertThatThrownBy(() -> ReportFiles.read(file)).hasMessageContaining("there is no such file");
        Files.writeString(file, "{\"a\":");
        assertThatThrownBy(() -> ReportFiles.read(file)).hasMessageContaining("is not JSON");
        Files.writeString(file, "{\"a\":1}");
        assertThatThrownBy(() -> ReportFiles.read(file)).hasMessageContaining("is no result of millrace load");
        assertThatThrownBy(() -> ReportFiles.checkWritable(folder)).hasMessageContaining("it is a directory");
        assertThatThrownBy(() -> ReportFiles.checkWritable(folder.resolve("no/where.json")))
                .hasMessageContaining("there is no directory");
    }
}
