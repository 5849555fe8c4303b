package dev.millrace.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.signaling.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chat store that cannot be had ends the start with a sentence, not with a stack trace. */
class StoreInUseTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void twoServersDoNotShareAStore() {
        Settings settings = settings(directory);
        try (Millrace first = Millrace.start(settings)) {
            assertThatThrownBy(() -> Millrace.start(settings))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("chat.mv")
                    .hasMessageContaining("in use")
                    .hasMessageContaining("data.dir");
            assertThat(first.httpPort()).isPositive();
        }
        Millrace.start(settings).close();
    }

    @Test
    void aFileWhereTheDirectoryOughtToBe() throws Exception {
        Path file = Files.writeString(directory.resolve("data"), "not a directory");
        assertThatThrownBy(() -> Millrace.start(settings(file)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("not a directory");
    }

    private static Settings settings(Path data) {
        return Settings.of(Map.of("http.port", "0", "media.port", "0", "data.dir", data.toString()));
    }
}
