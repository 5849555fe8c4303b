package dev.millrace.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChurnTest {
    private static LoadPlan plan() {
        return Scenario.plan(Scenario.audience(1, 40, 20, 5, false, 5));
    }

    private final FakeCrowd crowd = new FakeCrowd();
    private final JoinBook joins = new JoinBook();
    private final Churn churn = new Churn(plan(), crowd, joins, () -> crowd.nowNs);

    private void runUntil(double seconds) {
        while (crowd.nowNs < seconds * FakeCrowd.SECOND_NS) {
            churn.tick(crowd.nowNs / 1e9);
            crowd.advance(LoadRun.TICK_NS);
        }
    }

    @Test
    @DisplayName("They come at their rate, stay as long as asked, one of ten leaves without a word")
    void comeAndGo() {
        runUntil(30);
        assertThat(crowd.viewers).hasSizeBetween(145, 150);
        assertThat(crowd.connected()).isBetween(48, 52);
        Churn.Counts counts = churn.counts();
        assertThat(counts.deleted() + counts.vanished()).isEqualTo(counts.joined() - crowd.connected());
        assertThat(counts.vanished()).isEqualTo((counts.deleted() + counts.vanished()) / Churn.VANISHES);
        assertThat(crowd.left()).isEqualTo((int) counts.deleted());
        assertThat(joins.now().connected()).isEqualTo(counts.joined());
    }

    @Test
    @DisplayName("At the end all of them leave, and nobody comes any more")
    void end() {
        runUntil(5);
        churn.end();
        assertThat(crowd.connected()).isZero();
        int came = crowd.viewers.size();
        churn.tick(60);
        assertThat(crowd.viewers).hasSize(came);
    }

    @Test
    @DisplayName("Who is refused is a failed join, whose connection ends early is broken")
    void failures() {
        crowd.refusePlay = new IllegalStateException("no");
        crowd.refused = index -> index % 2 == 0;
        runUntil(4);
        crowd.viewers.getFirst().ended.complete("goodbye");
        assertThat(joins.now().failed()).isBetween(8L, 10L);
        assertThat(churn.counts().broken()).isEqualTo(1);
    }

    @Test
    @DisplayName("Sessions are what the server's metrics say was made, less what was closed")
    void sessions() {
        String metrics = """
                # TYPE millrace_sessions_made counter
                millrace_sessions_made_total{protocol="whep"} 12.0
                millrace_sessions_made_total{protocol="whip"} 1.0
                millrace_sessions_closed_total{reason="closed"} 4.0
                millrace_sessions_closed_total{reason="silent"} 2.0
                """;
        assertThat(CensusTaker.sessions(metrics)).isEqualTo(7);
        assertThat(CensusTaker.sessions("other_total 3")).isNull();
    }
}
