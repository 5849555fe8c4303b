package dev.millrace.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LoadCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return LoadMain.run(stream(out), stream(err), arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream into) {
        return new PrintStream(into, true, StandardCharsets.UTF_8);
    }

    private static LoadCommand parsed(String... arguments) {
        LoadCommand command = new LoadCommand(System.out, System.err);
        new CommandLine(command).parseArgs(arguments);
        return command;
    }

    @ParameterizedTest
    @DisplayName("What makes no sense: exit 2 and a sentence")
    @CsvSource(
            delimiter = '|',
            value = {
                "--viewers 0 | nobody would watch",
                "--viewers -3 | --viewers is -3",
                "--viewers many | 'many' is not an int",
                "--ramp 5/h | is not a rate such as 20/s",
                "--hold soon | is not a duration such as",
                "--loss-limit 150% | at most 100%",
                "--bitrate 3Q | is not a bit rate",
                "--url nowhere | is no address such as",
                "--server unknown | --server unknown is not known: one of millrace, mediamtx",
                "--server srs --dash 1 | no DASH address is known",
                "--simulcast --audio-only | exclude each other",
                "--publishers 2 --whip http://h/whip | must hold {stream}",
                "--header nonsense | is not like 'Name: value'",
                "--pid 999999999 | there is no such process",
                "--pid auto --url http://192.0.2.1 | 192.0.2.1 is not this machine",
                "--pid 12,server | --pid server is no process number",
                "--json no/such/folder/x.json | there is no directory",
                "--compare no-such.json | there is no such file",
                "--tolerance 5% | --compare names it",
                "--viewers 900000000 | file descriptors",
                "--hold 5s --viewers 3 --hold 6s | --hold is given twice",
                "--nonsense | Unknown option"
            })
    void usage(String arguments, String sentence) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(Exit.USAGE.code());
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    @DisplayName("Too few file descriptors: how many, and the command that helps")
    void descriptors() {
        LoadPlan plan = new Scenario(1, 2000, 20, 5).plan;
        Preconditions.check(plan, 4096);
        assertThat(catchThrowable(() -> Preconditions.check(plan, 1024)))
                .hasMessageContaining("about 2401 file descriptors")
                .hasMessageContaining("1024 are allowed")
                .hasMessageContaining("ulimit -n 4096");
    }

    @Test
    @DisplayName("Quantities are read with their units, the rest has its defaults")
    void options() {
        LoadCommand command = parsed(
                "--viewers",
                "500",
                "--ramp",
                "600/min",
                "--hold",
                "2m",
                "--bitrate",
                "800k",
                "--delay-limit",
                "20ms",
                "--loss-limit",
                "0.5%",
                "--require");
        LoadPlan.Audience audience = command.crowd.audience(false);
        assertThat(audience.viewers()).isEqualTo(500);
        assertThat(audience.rampPerS()).isEqualTo(10);
        assertThat(audience.holdS()).isEqualTo(120);
        assertThat(audience.publishers()).isEqualTo(1);
        assertThat(command.crowd.media(false).bitrateBps()).isEqualTo(800_000);
        assertThat(command.limits.limits()).isEqualTo(new LoadPlan.Limits(0.005, 20, 0.05, 1));
        LoadPlan plan = Scenario.plan(audience);
        assertThat(command.limits.required(plan)).isEqualTo(500);
        assertThat(parsed("--require", "300").limits.required(plan)).isEqualTo(300);
        assertThat(parsed().limits.required(plan)).isNull();
        assertThat(parsed().crowd.audience(false).viewers()).isEqualTo(10);
        assertThat(parsed("--until-saturated").crowd.audience(false).viewers()).isEqualTo(20_000);
    }

    @Test
    @DisplayName("Known servers' addresses, and templates that win over them")
    void addresses() {
        Target millrace = parsed("--url", "http://media:9000/").where.target();
        assertThat(millrace.whip("a")).hasToString("http://media:9000/whip/a");
        assertThat(millrace.hls("a")).hasToString("http://media:9000/live/a/index.m3u8");
        Target mediamtx = parsed("--server", "mediamtx").where.target();
        assertThat(mediamtx.whep("a")).hasToString("http://127.0.0.1:8889/a/whep");
        Target box = parsed("--server", "broadcast-box").where.target();
        assertThat(box.publishToken("a")).isEqualTo("a");
        Target own = parsed("--whip", "https://{host}/in?s={stream}", "--token", "t", "--publish-token", "p")
                .where
                .target();
        assertThat(own.whip("a")).hasToString("https://127.0.0.1/in?s=a");
        assertThat(own.publishToken("a")).isEqualTo("p");
        assertThat(own.watchToken("a")).isEqualTo("t");
        assertThat(own.stream(1, 3)).isEqualTo("load-2");
        assertThat(own.stream(0, 1)).isEqualTo("load");
    }

    @Test
    @DisplayName("The help names every exit code and every option's default")
    void help() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--until-saturated")
                .contains("Exit codes: 0 fine")
                .contains("130 interrupted")
                .contains("(default: 1%)");
    }

    @Test
    @DisplayName("Whoever listens on a port is found: here, we do")
    void listeners() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("http://127.0.0.1:" + socket.getLocalPort());
            assertThat(Listeners.of(address))
                    .containsExactly(ProcessHandle.current().pid());
            assertThat(ProcMeters.of(Listeners.of(address)).serverCpuNs()).isPositive();
        }
        assertThat(catchThrowable(() -> Listeners.of(URI.create("http://127.0.0.1:9"))))
                .hasMessageContaining("nothing listens on port 9");
    }

    @Test
    @DisplayName("Nothing listens there: exit 3 within the second, in words, and the result is written")
    void nobodyThere() {
        assertThat(run("--url", "http://127.0.0.1:9", "--viewers", "1", "--json", "-"))
                .isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("nothing listens at http://127.0.0.1:9/whip/load");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"reason\" : \"unreachable\"");
    }
}
