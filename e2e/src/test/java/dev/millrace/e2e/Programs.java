package dev.millrace.e2e;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The machine's own programs that tests drive, found on the PATH; a test that lacks one says so and does not run. */
final class Programs {
    private Programs() {}

    static Optional<Path> lookFor(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/local/go/bin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Path find(String name) {
        return lookFor(name)
                .orElseThrow(
                        () -> new IllegalStateException(name + " is not on the PATH: ./millrace test installs it"));
    }

    /** The one in that folder: the system's own Python has the system's modules, another on the PATH has not. */
    static Path findOrSkip(String name, String whatItIsFor, Path folder) {
        Path program = folder.resolve(name);
        Assumptions.assumeTrue(Files.isExecutable(program), "cannot run here: no " + name + " (" + whatItIsFor + ")");
        return program;
    }

    /** Skips the test, in words that the test script counts as a known reason, when the program is missing. */
    static Path findOrSkip(String name, String whatItIsFor) {
        Optional<Path> found = lookFor(name);
        Assumptions.assumeTrue(found.isPresent(), "cannot run here: no " + name + " (" + whatItIsFor + ")");
        return found.orElseThrow();
    }
}
