package dev.millrace.perf.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.perf.load.Outcome.Reason;
import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoadRunTest {
    @Test
    @DisplayName("Viewers come at the ramp's pace, stay as long as asked, and all leave")
    void wholeRun() {
        Scenario run = new Scenario();
        assertThat(run.runUntil(1)).isTrue();
        assertThat(run.crowd.viewers).hasSizeBetween(18, 21);
        Outcome outcome = run.finish();

        assertThat(outcome.reason()).isEqualTo(Reason.FINISHED);
        assertThat(run.crowd.left()).isEqualTo(41);
        assertThat(run.crowd.nowNs / 1e9).isCloseTo(7.2, within(0.5));
        assertThat(run.samples.size()).isEqualTo(7);
        Report report = run.report();
        assertThat(report.carried().viewers()).isEqualTo(40);
        Report.Measured measured = requireNonNull(report.measured());
        Report.ServerUse server = requireNonNull(report.server());
        assertThat(measured.phase()).isEqualTo("hold");
        assertThat(measured.packetsPerS()).isCloseTo(4000, within(100.0));
        assertThat(measured.loss()).isZero();
        assertThat(requireNonNull(measured.forwardDelayMs()).p99()).isCloseTo(2, within(0.1));
        assertThat(server.nsPerPacket()).isCloseTo(1000, within(50.0));
        assertThat(server.rssBytesPerViewer()).isCloseTo(1 << 20, within(1e5));
    }

    @Test
    @DisplayName("Viewers are spread over the streams in turn")
    void severalStreams() {
        Scenario run = new Scenario(3, 6, 100, 1);
        run.finish();
        assertThat(run.crowd.publishers).hasSize(3);
        assertThat(run.crowd.played).containsExactly("load-1", "load-2", "load-3", "load-1", "load-2", "load-3");
    }

    @Test
    @DisplayName("Until saturated by loss: ends within a second of it, names it, tells how many were carried")
    void saturatedByLoss() {
        Scenario run = Scenario.untilSaturated();
        run.crowd.lossFrom = 200;
        Outcome outcome = run.finish();

        assertThat(outcome.reason()).isEqualTo(Reason.SATURATED);
        assertThat(outcome.sentence()).contains("loss").contains("1.00 %");
        assertThat(run.report().carried().viewers()).isBetween(170, 202);
        assertThat(run.crowd.viewers.size()).isBetween(200, 225);
    }

    @Test
    @DisplayName("Until saturated by delay: the 99th percentile of the window")
    void saturatedByDelay() {
        Scenario run = Scenario.untilSaturated();
        run.crowd.slowFromViewers = 100;
        run.crowd.slowDelayNs = 80_000_000;
        Outcome outcome = run.finish();

        assertThat(outcome.reason()).isEqualTo(Reason.SATURATED);
        assertThat(outcome.sentence()).contains("forward delay p99").contains("50.0 ms");
        assertThat(run.report().carried().viewers()).isBetween(75, 101);
    }

    @Test
    @DisplayName("A limit that is passed in an ordinary run is noted, and the run goes on")
    void notedLimit() {
        Scenario run = new Scenario();
        run.crowd.lossFrom = 40;
        assertThat(run.finish().reason()).isEqualTo(Reason.FINISHED);
        LimitWatch.Passed loss = run.report().limits().getFirst();
        assertThat(loss.name()).isEqualTo("loss");
        assertThat(loss.passedAtS()).isBetween(1.9, 3.5);
        assertThat(loss.worst()).isCloseTo(0.05, within(0.005));
        assertThat(run.unmet(40)).isNotNull();
        assertThat(run.unmet(null)).isNull();
    }

    @Test
    @DisplayName(
            "A limit passed for a moment of the ramp says nothing once more viewers are within it: all are carried")
    void momentInRamp() {
        Scenario run = new Scenario(1, 100, 20, 5);
        run.slow(2.5, 2.8);
        assertThat(run.finish().reason()).isEqualTo(Reason.FINISHED);

        Report report = run.report();
        LimitWatch.Passed delay = report.limits().get(1);
        assertThat(delay.passedAtS()).isBetween(2.5, 2.9);
        assertThat(delay.viewersThen()).isBetween(25, 55);
        assertThat(delay.lastAtS()).isBetween(3.5, 4.0);
        assertThat(delay.viewersLast()).isBetween(delay.viewersThen(), 75);
        assertThat(report.carried().viewers()).isEqualTo(100);
        assertThat(report.carried().by()).isEqualTo("asked");
        assertThat(requireNonNull(report.carried().last()).phase()).isEqualTo("hold");
        assertThat(Summary.of(report))
                .contains("100 within limits, 100 at most")
                .containsPattern(
                        "delay-p99 passed 50.00 ms after 3 s with \\d\\d viewers, last after 4 s with \\d\\d, for 1.\\d s");
        assertThat(run.unmet(100)).contains("delay-p99 passed its limit");
    }

    @Test
    @DisplayName(
            "A limit passed for a moment while all are held: so many are too many, though they were within it before and after")
    void momentInHold() {
        Scenario run = new Scenario(1, 100, 20, 5);
        run.slow(8, 8.3);
        assertThat(run.finish().reason()).isEqualTo(Reason.FINISHED);

        Report report = run.report();
        assertThat(report.limits().get(1).viewersLast()).isEqualTo(100);
        assertThat(report.carried().viewers()).isEqualTo(99);
        assertThat(report.carried().by()).isEqualTo("server");
        assertThat(requireNonNull(report.carried().last()).phase()).isEqualTo("ramp");
        assertThat(Summary.of(report)).contains("99 within limits, 100 at most");
        assertThat(run.unmet(100)).contains("99 viewers were carried").contains("100 are required");
    }

    @Test
    @DisplayName("Whom a full server still serves are carried; only who comes next is not")
    void fullServer() {
        Scenario run = new Scenario(1, 100, 20, 5);
        run.crowd.refused = index -> index > 80;
        run.crowd.refusePlay = new IllegalStateException("full");
        assertThat(run.finish().reason()).isEqualTo(Reason.FINISHED);

        assertThat(run.report().limits().get(2).passedAtS()).isNotNull();
        assertThat(run.report().carried().viewers()).isEqualTo(80);
    }

    @Test
    @DisplayName("A full server's refusals saturate, too")
    void saturatedByRefusals() {
        Scenario run = Scenario.untilSaturated();
        run.crowd.refused = index -> index > 120;
        run.crowd.refusePlay = new IllegalStateException("full");
        Outcome outcome = run.finish();

        assertThat(outcome.reason()).isEqualTo(Reason.SATURATED);
        assertThat(outcome.sentence()).contains("joins").containsPattern("with 1[0-2]\\d viewers");
        assertThat(run.report().joins().broken()).containsKey("full");
    }

    @Test
    @DisplayName("Nobody listens: the publisher's refusal ends the run with a sentence")
    void nobodyThere() {
        Scenario run = new Scenario();
        run.crowd.refusePublish = new CompletionException(new ConnectException());
        Outcome outcome = run.finish();

        assertThat(outcome.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(outcome.sentence()).contains("nothing listens at http://server:8080/whip/load");
        assertThat(run.report().measured()).isNull();
    }

    @Test
    @DisplayName("When none of the first ten viewers gets in, nobody will")
    void nobodyGetsIn() {
        Scenario run = new Scenario();
        run.crowd.refused = index -> true;
        run.crowd.refusePlay = new IllegalStateException("no DTLS handshake within 30 s");
        Outcome outcome = run.finish();

        assertThat(outcome.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(outcome.sentence()).contains("viewer was not connected: no DTLS handshake");
        assertThat(run.crowd.played.size()).isLessThan(15);
        assertThat(run.crowd.left()).isEqualTo(1);
    }

    @Test
    @DisplayName("Our own limit is not the server's: no more sockets here ends the run, and says what helps")
    void outOfDescriptors() {
        Scenario run = Scenario.untilSaturated();
        run.crowd.refused = index -> index > 60;
        run.crowd.refusePlay = new IllegalStateException("no socket: Too many open files");
        Outcome outcome = run.finish();
        assertThat(outcome.reason()).isEqualTo(Reason.HARNESS_FAILED);
        assertThat(outcome.sentence()).contains("60 viewers").contains("ulimit -n");
    }

    @Test
    @DisplayName("Until saturated, but the harness is first: said, and what the server carried is a lower bound")
    void ownDrops() {
        Scenario run = Scenario.untilSaturated();
        run.crowd.dropsFrom = 150;
        Outcome outcome = run.finish();
        assertThat(outcome.reason()).isEqualTo(Reason.HARNESS_SATURATED);
        assertThat(outcome.sentence()).contains("not fetched in time").contains("the server carries at least");
        assertThat(run.report().carried().by()).isEqualTo("harness");
        assertThat(run.report().carried().viewers()).isBetween(120, 152);
    }

    @Test
    @DisplayName(
            "Until saturated with the harness short of processors: three late seconds in a row are its limit, one is not")
    void ownLateness() {
        Scenario run = Scenario.untilSaturated();
        run.runUntil(3);
        run.crowd.advance(600_000_000);
        assertThat(run.runUntil(5)).isTrue();
        for (int i = 0; i < 8 && run.run.tick(); i++) {
            run.crowd.advance(600_000_000);
        }
        assertThat(run.finish().reason()).isEqualTo(Reason.HARNESS_SATURATED);
        assertThat(run.run.outcome().sentence()).contains("waits for a processor");
    }

    @Test
    @DisplayName("A fault of the harness ends the run with what was measured")
    void ownFault() {
        Scenario run = new Scenario();
        run.runUntil(4);
        assertThat(run.run.fail("the harness failed: a bug")).isTrue();
        assertThat(run.finish().reason().exit()).isEqualTo(Exit.HARNESS);
        assertThat(requireNonNull(run.report().measured()).packets()).isPositive();
        assertThat(run.crowd.left()).isEqualTo(41);
    }

    @Test
    @DisplayName("The server's process ends: at once, and what was measured is kept")
    void processEnds() {
        Scenario run = new Scenario();
        run.runUntil(4);
        run.crowd.serverThere = false;
        assertThat(run.finish().reason()).isEqualTo(Reason.SERVER_STOPPED);
        assertThat(run.crowd.nowNs / 1e9).isLessThan(4.5);
        assertThat(requireNonNull(run.report().measured()).packets()).isPositive();
        assertThat(run.report().end().exit()).isEqualTo(4);
    }

    @Test
    @DisplayName("No packet for three seconds: the server stopped, whatever its process does")
    void silence() {
        Scenario run = new Scenario();
        run.runUntil(3);
        run.crowd.silent = true;
        Outcome outcome = run.finish();
        assertThat(outcome.reason()).isEqualTo(Reason.SERVER_STOPPED);
        assertThat(outcome.sentence()).contains("no viewer has got a packet for 3 s");
        assertThat(run.crowd.nowNs / 1e9).isBetween(5.9, 6.6);
    }

    @Test
    @DisplayName("Connected viewers who never get anything: a server that does not forward")
    void nothingForwarded() {
        Scenario run = new Scenario(1, 10, 20, 60);
        run.crowd.silent = true;
        Outcome outcome = run.finish();
        assertThat(outcome.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(outcome.sentence()).contains("none has got a packet for 10 s");
    }

    @Test
    @DisplayName("The publisher's connection breaks: over")
    void publisherLost() {
        Scenario run = new Scenario();
        run.runUntil(3);
        run.crowd.publishers.getFirst().ended.complete("the server said goodbye");
        assertThat(run.finish().sentence()).contains("publisher").contains("the server said goodbye");
    }

    @Test
    @DisplayName("Ctrl-C: everybody leaves, the figures stay")
    void interrupted() {
        Scenario run = new Scenario();
        run.runUntil(4);
        run.run.interrupt("interrupted");
        assertThat(run.finish().reason().exit()).isEqualTo(Exit.INTERRUPTED);
        assertThat(run.crowd.left()).isEqualTo(41);
        assertThat(requireNonNull(run.report().measured()).packetsPerS()).isPositive();
    }
}
