package dev.millrace.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Report report() {
        Scenario run = new Scenario();
        run.finish();
        return run.report();
    }

    @Test
    @DisplayName("A run is like one that was read back from its file")
    void alike() throws Exception {
        Report report = report();
        JsonNode read = new com.fasterxml.jackson.databind.ObjectMapper().readTree(ReportFiles.json(report));
        assertThat(Comparison.unlike(read, report.machine(), report.options())).isNull();
        assertThat(Comparison.rows(read, ReportFiles.tree(report))).allMatch(row -> row.worseBy() == 0);
    }

    @Test
    @DisplayName("Another processor, other numbers of viewers: refused, and said what differs")
    void unlike() {
        Report report = report();
        ObjectNode baseline = (ObjectNode) ReportFiles.tree(report);
        ((ObjectNode) baseline.path("machine")).put("cpu", "Another CPU");
        ((ObjectNode) baseline.path("options").path("audience")).put("viewers", 80);
        assertThat(Comparison.unlike(baseline, report.machine(), report.options()))
                .contains("the machine's cpu was Another CPU and is Some CPU")
                .contains("the option viewers was 80 and is 40");
    }

    @Test
    @DisplayName("Another server is what one compares with")
    void anotherTarget() {
        Report report = report();
        ObjectNode baseline = (ObjectNode) ReportFiles.tree(report);
        ((ObjectNode) baseline.path("options").path("target")).put("server", "mediamtx");
        assertThat(Comparison.unlike(baseline, report.machine(), report.options()))
                .isNull();
    }

    @Test
    @DisplayName("Worse by more than the tolerance is found, noise and what got better is not")
    void tolerance() {
        ObjectNode now = (ObjectNode) ReportFiles.tree(report());
        ObjectNode before = now.deepCopy();
        ((ObjectNode) now.path("server")).put("nsPerPacket", 1300);
        ((ObjectNode) before.path("server")).put("nsPerPacket", 1000);
        ((ObjectNode) now.path("carried")).put("viewers", 50);
        ((ObjectNode) before.at("/measured/forwardDelayMs")).put("p99", 1.2);
        List<Comparison.Row> rows = Comparison.rows(before, now);

        assertThat(Comparison.worse(rows, 0.2))
                .extracting(Comparison.Row::name)
                .containsExactly("server CPU ns/packet");
        assertThat(Comparison.worse(rows, 0.4)).isEmpty();
        assertThat(Comparison.table(rows)).contains("30 % worse").contains("25 % better");
    }
}
