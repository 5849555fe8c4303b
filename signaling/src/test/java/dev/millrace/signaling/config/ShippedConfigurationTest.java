package dev.millrace.signaling.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped file and its page name every key there is, with its default, and nothing else. */
class ShippedConfigurationTest {
    private static final Pattern SECTION = Pattern.compile("([a-z]+):");
    private static final Pattern COMMENTED = Pattern.compile("  #([a-z]+):(.*)");

    @TempDir
    private Path directory = Path.of("");

    private static String shipped() throws IOException {
        try (InputStream in = ShippedConfigurationTest.class.getResourceAsStream("/millrace.yaml")) {
            if (in == null) {
                throw new AssertionError("millrace.yaml is not shipped");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What it is without a file; an empty one tells where it would stand. */
    private Settings defaults() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.yaml"), "");
        return Settings.read(empty.toString(), directory, Map.of(), Map.of());
    }

    @Test
    void asItIsItChangesNothing() throws IOException {
        Files.writeString(directory.resolve("millrace.yaml"), shipped());
        assertThat(Settings.read(null, directory, Map.of(), Map.of())).isEqualTo(defaults());
    }

    @Test
    void everyKeyIsThereWithItsDefault() throws IOException {
        List<String> found = new ArrayList<>();
        String section = "";
        for (String line : shipped().lines().toList()) {
            Matcher heading = SECTION.matcher(line);
            Matcher key = COMMENTED.matcher(line);
            if (heading.matches()) {
                section = heading.group(1);
            } else if (key.matches()) {
                found.add(section + "." + key.group(1) + "="
                        + key.group(2).strip().replace("[]", ""));
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(Key.ALL.values().stream()
                        .map(key -> key.name() + "=" + key.initial())
                        .toList());
    }

    @Test
    void uncommentedItStillIsTheDefault() throws IOException {
        Files.writeString(directory.resolve("millrace.yaml"), shipped().replaceAll("(?m)^  #([a-z]+:)", "  $1"));
        assertThat(Settings.read(null, directory, Map.of(), Map.of())).isEqualTo(defaults());
    }

    @Test
    void thePageHasEveryKey() throws IOException {
        String page = Files.readString(Path.of("../docs/configuration.md"));
        assertThat(Key.ALL.keySet()).allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
    }
}
