package dev.millrace.media.transcode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows where the worker's classes are, and the command that starts it. Any thread. */
final class WorkerCommand {
    /** The class path itself, or {@code @} and a file that has it; the launcher sets it. */
    static final String PROPERTY = "millrace.transcoder.classpath";

    static final String MAIN = "dev.millrace.transcoder.Main";

    private static final String SOURCE_MAIN = "dev.millrace.transcoder.SourceMain";

    private WorkerCommand() {}

    /** The worker's class path; null if it is not installed. */
    static @Nullable String classPath() {
        String named = System.getProperty(PROPERTY, "");
        if (named.startsWith("@")) {
            return read(Path.of(named.substring(1)));
        }
        if (!named.isEmpty()) {
            return named;
        }
        // Tests and the like have all modules on one class path; the class is looked for, never loaded.
        boolean here = WorkerCommand.class.getResource("/" + MAIN.replace('.', '/') + ".class") != null;
        return here ? System.getProperty("java.class.path") : null;
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return null;
        }
    }

    static List<String> of(String classPath, WorkerConfig config) {
        return command(classPath, config, List.of(MAIN, config.encoder(), config.preset()));
    }

    /** Of a process that fetches one source. */
    static List<String> source(String classPath, WorkerConfig config) {
        return command(classPath, config, List.of(SOURCE_MAIN));
    }

    private static List<String> command(String classPath, WorkerConfig config, List<String> main) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                // One kind of work, little garbage, a quick start; FFmpeg's memory is not the heap's.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:disable",
                "-Dorg.bytedeco.javacpp.cachedir=" + config.natives().toAbsolutePath(),
                // All native memory is freed by hand: no collector thread of JavaCPP's, no limit that calls it.
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                classPath));
        command.addAll(main);
        return command;
    }
}
