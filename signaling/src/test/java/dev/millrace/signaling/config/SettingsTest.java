package dev.millrace.signaling.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    private Path directory = Path.of("");

    private Settings file(String yaml) throws IOException {
        Files.writeString(directory.resolve("millrace.yaml"), yaml);
        return Settings.read(null, directory, Map.of(), Map.of());
    }

    @Test
    void withoutAnythingItIsLoopbackAndOpenThere() {
        Settings settings = Settings.read(null, directory, Map.of(), Map.of());
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isEqualTo(8080);
        assertThat(settings.media().port()).isEqualTo(10_000);
        assertThat(settings.auth().anybodyPublishes()).isTrue();
        assertThat(settings.dataDir()).isEqualTo(directory.resolve("data"));
        assertThat(settings.hls().part()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void flagsWinOverVariablesAndThoseOverTheFile() throws IOException {
        Files.writeString(directory.resolve("millrace.yaml"), "http:\n  port: 1\nmedia: {port: 2}\nrtmp:\n  port: 3\n");
        Settings settings = Settings.read(
                null,
                directory,
                Map.of("MILLRACE_HTTP_PORT", "4", "MILLRACE_MEDIA_PORT", "5", "PATH", "x"),
                Map.of("http.port", "6"));
        assertThat(settings.http().port()).isEqualTo(6);
        assertThat(settings.media().port()).isEqualTo(5);
        assertThat(settings.rtmp().port()).isEqualTo(3);
    }

    @Test
    void listsAreListsOrHaveCommas() throws IOException {
        assertThat(file("media:\n  announce: [203.0.113.7, media.example]\n")
                        .media()
                        .announce())
                .containsExactly("203.0.113.7", "media.example");
        assertThat(file("media:\n  announce: 203.0.113.7, media.example\n")
                        .media()
                        .announce())
                .containsExactly("203.0.113.7", "media.example");
        assertThat(Settings.read(null, directory.resolve("x"), Map.of("MILLRACE_MEDIA_ANNOUNCE", "a,b"), Map.of())
                        .media()
                        .announce())
                .containsExactly("a", "b");
    }

    @Test
    void dottedKeysAndSectionsMeanTheSame() throws IOException {
        assertThat(file("http.port: 9\n").http().port()).isEqualTo(9);
    }

    @Test
    void aSectionWithoutKeysIsNothing() throws IOException {
        assertThat(file("http:\n  # port: 1\nmedia:\n").http().port()).isEqualTo(8080);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http:\\n  prot: 1|millrace.yaml:2: unknown key http.prot; the keys there are http.host, http.port",
                "htp:\\n  port: 1|millrace.yaml:1: unknown key htp; the sections are http, media",
                "\\nhttp:\\n  port: 65536|millrace.yaml:3: http.port: \"65536\" is not a port, 0 to 65535",
                "http:\\n  port: x|millrace.yaml:2: http.port: \"x\" is not a port",
                "http:\\n  port: -1|millrace.yaml:2: http.port: \"-1\" is not a port",
                "http:\\n  insecure: yes|millrace.yaml:2: http.insecure: \"yes\" is not true or false",
                "hls:\\n  part: 200|millrace.yaml:2: hls.part: \"200\" is not a duration with its unit",
                "hls:\\n  part: 3s|millrace.yaml:2: hls.part: must be above zero and not longer than half of hls.segment",
                "log:\\n  format: xml|millrace.yaml:2: log.format: \"xml\" is not one of line, json",
                "chat:\\n  enabled: on|millrace.yaml:2: chat.enabled: \"on\" is not true or false",
                "chat:\\n  store: redis|millrace.yaml:2: chat.store: \"redis\" is not one of disk, memory",
                "chat:\\n  history: 501|millrace.yaml:2: chat.history: \"501\" is not a number from 0 to 500",
                "chat:\\n  keep: 0|millrace.yaml:2: chat.keep: \"0\" is not a number from 1 to 1000000",
                "chat:\\n  keep: 20|chat.history: must not be more than chat.keep, which is 20",
                "chat:\\n  rate: 0|millrace.yaml:2: chat.rate: \"0\" is not a number from 1 to 100",
                "chat:\\n  length: 2 000|millrace.yaml:2: chat.length: \"2 000\" is not a number from 1 to 10000",
                "chat:\\n  history: 1.5|millrace.yaml:2: chat.history: \"1.5\" is not a number from 0 to 500",
                "limits:\\n  guests: -1|millrace.yaml:2: limits.guests: \"-1\" is not a number from 0 to 1000000",
                "transcode:\\n  ladder: big|millrace.yaml:2: transcode.ladder: \"big\" is not heights",
                "pull:\\n  streams: rtsp://u:pass@x/1|millrace.yaml:2: pull.streams: each is STREAM=ADDRESS",
                "pull:\\n  streams: a=gopher://x/|millrace.yaml:2: pull.streams: a: A source is an address of http",
                "pull:\\n  streams: [a=rtsp://x/, a=rtsp://y/]|millrace.yaml:2: pull.streams: a is there twice",
                "restream:\\n  streams: rtmp://x/live/1|millrace.yaml:2: restream.streams: each is STREAM=ADDRESS",
                "restream:\\n  streams: a=http://x/live/1|millrace.yaml:2: restream.streams: a: A target is an address",
                "restream:\\n  streams: a=rtmp://x/live|millrace.yaml:2: restream.streams: a: A target is an address",
                "restream:\\n  streams: a@big=rtmp://x/live/1|millrace.yaml:2: restream.streams: a: after @ comes a height",
                "restream:\\n  streams: [a=rtmp://x/b/c, a=rtmp://x/b/c]|millrace.yaml:2: restream.streams: a goes to the same",
                "ice:\\n  servers: http://x|millrace.yaml:2: ice.servers: \"http://x\" is not stun:host:port",
                "ice:\\n  servers: turn:x|millrace.yaml:2: ice.servers: a turn: server needs ice.username",
                "http: 5|millrace.yaml:1: http: keys are expected below it",
                "http:\\n  port: {a: 1}|millrace.yaml:2: http.port: a value is expected here",
                "http:\\n  port: 1\\nhttp.port: 2|millrace.yaml:3: http.port is set twice",
                "- 1|millrace.yaml:1",
                "http: [|millrace.yaml:",
                "auth:\\n  publish: a b|millrace.yaml:2: auth.publish: may have only letters",
                "auth:\\n  secret: short|millrace.yaml:2: auth.secret: is shorter than 32 bytes",
                "auth:\\n  watch: token|millrace.yaml:2: auth.watch: token needs auth.secret",
                "http:\\n  certificate: x.pem|millrace.yaml:2: http.certificate: needs http.key beside it",
                "http:\\n  certificate: x.pem\\n  key: y.pem|millrace.yaml:2: http.certificate: "
            })
    void whatIsWrongIsSaidWithItsPlace(String yaml, String message) {
        assertThatThrownBy(() -> file(yaml.replace("\\n", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void wrongVariablesAndFlagsAreNamed() {
        assertThatThrownBy(() -> Settings.read(null, directory, Map.of("MILLRACE_HTTP_PROT", "1"), Map.of()))
                .hasMessageContaining("MILLRACE_HTTP_PROT: no such key; the keys there are http.host");
        assertThatThrownBy(() -> Settings.read(null, directory, Map.of("MILLRACE_HTTP_PORT", "x"), Map.of()))
                .hasMessageContaining("MILLRACE_HTTP_PORT: http.port: \"x\"");
        assertThatThrownBy(() -> Settings.of(Map.of("http.prot", "1")))
                .hasMessageContaining("--http.prot: no such key");
        assertThatThrownBy(() -> Settings.read("none.yaml", directory, Map.of(), Map.of()))
                .hasMessageContaining("none.yaml: no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "example.org"})
    void listeningOutsideNeedsAKeyAndTls(String host) {
        assertThatThrownBy(() -> Settings.of(Map.of("http.host", host)))
                .hasMessageContaining("http.host")
                .hasMessageContaining("auth.publish")
                .hasMessageContaining("auth.secret")
                .hasMessageContaining("auth.open");
        assertThatThrownBy(() -> Settings.of(Map.of("http.host", host, "auth.publish", "k")))
                .hasMessageContaining("http.certificate")
                .hasMessageContaining("http.proxies")
                .hasMessageContaining("http.insecure");
        assertThatThrownBy(() -> Settings.of(Map.of("http.host", host, "http.insecure", "true")))
                .hasMessageContaining("auth.publish");
        assertThat(Settings.of(Map.of("http.host", host, "auth.publish", "k", "http.insecure", "true"))
                        .auth()
                        .anybodyPublishes())
                .isFalse();
        assertThat(Settings.of(Map.of("http.host", host, "auth.open", "true", "http.proxies", "127.0.0.1"))
                        .auth()
                        .anybodyPublishes())
                .isTrue();
    }

    @Test
    void srtIsOffAndOutsideNeedsAKeyAndAWord() {
        assertThat(Settings.of(Map.of()).srt().enabled()).isFalse();
        assertThat(Settings.of(Map.of("srt.port", "0")).srt().enabled()).isTrue();
        assertThatThrownBy(() -> Settings.of(Map.of("srt.host", "0.0.0.0", "srt.port", "1")))
                .hasMessageContaining("srt.host")
                .hasMessageContaining("auth.publish");
        assertThatThrownBy(() -> Settings.of(Map.of("srt.host", "0.0.0.0", "srt.port", "1", "auth.publish", "k")))
                .hasMessageContaining("srt.insecure");
        assertThat(Settings.of(Map.of(
                                "srt.host", "0.0.0.0", "srt.port", "1", "auth.publish", "k", "srt.insecure", "true"))
                        .srt()
                        .port())
                .isEqualTo(1);
    }

    @Test
    void rtmpOutsideNeedsAKey() {
        assertThatThrownBy(() -> Settings.of(Map.of("rtmp.host", "0.0.0.0")))
                .hasMessageContaining("rtmp.host")
                .hasMessageContaining("auth.publish");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.5.5.5", "localhost", "::1", "[::1]"})
    void loopbackIsLoopback(String host) {
        assertThat(Settings.of(Map.of("http.host", host)).http().loopback()).isTrue();
    }

    @Test
    void theChatIsKeptBelowTheDataOrNowhere() {
        Settings.Chat chat = Settings.of(Map.of("data.dir", "/srv/millrace")).chat();
        assertThat(chat)
                .isEqualTo(new Settings.Chat(true, Optional.of(Path.of("/srv/millrace/chat")), 50, 10_000, 5, 2_000));
        assertThat(Settings.of(Map.of("chat.store", "memory")).chat().directory())
                .isEmpty();
    }

    @Test
    void streamsArePushedOnToAddressesWithTheirKeys() {
        Settings.Restream restream = Settings.of(
                        Map.of("restream.streams", "a=rtmp://x/live/secret?b=c,a@720=rtmps://y/app/inst/secret"))
                .restream();
        assertThat(restream.targets())
                .containsExactly(
                        new Settings.Restream.Target("a", "rtmp://x/live/secret?b=c", 0),
                        new Settings.Restream.Target("a", "rtmps://y/app/inst/secret", 720));
        assertThat(restream.toString()).doesNotContain("secret");
    }

    @Test
    void streamsArePulledFromAddressesAndFilesBelowTheDirectory() throws IOException {
        Files.createDirectories(directory.resolve("data/clips"));
        Files.writeString(directory.resolve("data/clips/loop.mp4"), "x");
        Files.writeString(directory.resolve("secret"), "x");
        Settings.Pull pull =
                file("pull:\n  streams:\n    - lobby=rtsp://u:pass@10.0.0.7/1?a=b\n    - loop=file:clips/loop.mp4\n")
                        .pull();
        assertThat(pull.sources())
                .containsExactly(
                        new Settings.Pull.Source("lobby", "rtsp://u:pass@10.0.0.7/1?a=b"),
                        new Settings.Pull.Source("loop", "file:" + directory.resolve("data/clips/loop.mp4")));
        assertThat(pull.toString()).doesNotContain("pass");
        assertThat(file("pull:\n  directory: .\n  streams: [a=file:secret]\n")
                        .pull()
                        .sources())
                .hasSize(1);
        for (String outside : List.of("../secret", directory.resolve("secret").toString(), "clips/../../secret")) {
            assertThatThrownBy(() -> file("pull:\n  streams: [a=file:" + outside + "]\n"))
                    .as(outside)
                    .hasMessageContaining("pull.streams: a: a file has to lie in");
        }
        assertThatThrownBy(() -> file("pull:\n  streams: [a=file:none.mp4]\n")).hasMessageContaining("cannot be read");
    }

    @Test
    void settingsDoNotPrintSecrets() {
        Settings settings =
                Settings.of(Map.of("auth.publish", "the-key", "auth.secret", "0123456789abcdef0123456789abcdef"));
        assertThat(settings.toString()).doesNotContain("the-key").doesNotContain("0123456789abcdef");
    }
}
