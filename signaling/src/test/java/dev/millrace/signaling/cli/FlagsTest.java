package dev.millrace.signaling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.signaling.config.ConfigException;
import dev.millrace.signaling.config.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlagsTest {

    @Test
    void keysComeInEveryForm() {
        Flags flags = Flags.read(List.of(
                "--http.port",
                "8081",
                "--http.host=localhost",
                "--auth.open",
                "--config",
                "x.yaml",
                "--media.announce="));
        assertThat(flags.config()).isEqualTo("x.yaml");
        assertThat(flags.values())
                .isEqualTo(Map.of(
                        "http.port", "8081", "http.host", "localhost", "auth.open", "true", "media.announce", ""));
    }

    @Test
    void whatIsNoFlagIsRefused() {
        assertThatThrownBy(() -> Flags.read(List.of("8081")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("8081");
    }

    @Test
    void theGreetingSaysWhereAndWho() {
        assertThat(Greeting.lines(Settings.of(Map.of()), 8080, 10_000, 1935))
                .anyMatch(line -> line.contains("rtmp://localhost:1935/live"))
                .anyMatch(line -> line.contains("http://localhost:8080/studio/"))
                .anyMatch(line -> line.contains("http://localhost:8080/watch/"))
                .anyMatch(line -> line.contains("http://localhost:8080/live/my-stream/index.m3u8"))
                .anyMatch(line -> line.contains("HTTPS or localhost"));
        assertThat(Greeting.lines(
                        Settings.of(Map.of("http.host", "0.0.0.0", "auth.publish", "k", "http.insecure", "true")),
                        80,
                        1,
                        0))
                .noneMatch(line -> line.contains("rtmp"))
                .anyMatch(line -> line.contains("the studio will not work"))
                .noneMatch(line -> line.contains("Anybody"));
    }

    @Test
    void theDoctorFindsATakenPort() throws java.io.IOException {
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            // The usual port of RTMP may be anybody's, too.
            Settings settings = Settings.of(
                    Map.of("http.port", Integer.toString(taken.getLocalPort()), "rtmp.port", "0", "media.port", "0"));
            List<DoctorCommand.Finding> findings = new Doctor(settings).examine();
            assertThat(findings)
                    .filteredOn(finding -> finding.grade() == DoctorCommand.Finding.Grade.BROKEN)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("http.port"));
        }
    }
}
