package dev.millrace.e2e;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * A WebRTC program of other people's making in a process of its own, so that its faults stay its own: Pion (the small Go
 * program of src/test/pion), its twin on werift under node, libwebrtc in another JVM, GStreamer under Python, or what OBS
 * does, on libdatachannel under node. Each takes {@code publish|play
 * -url … -seconds …} and says at its end, as JSON, what it sent or got.
 */
final class OutsidePeer implements AutoCloseable {
    private static final long BUILD_LIMIT_S = 300;
    private static final long RUN_LIMIT_S = 60;

    /** So long goes on who is not told that it is over: longer than a test looks for anything. */
    private static final double UNTIL_TOLD_S = 300;

    private final Process process;
    private final Path errors;

    private OutsidePeer(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /** Starts the built Go program; {@code role} is {@code publish} or {@code play}. */
    static OutsidePeer pion(Path program, String role, String url, double seconds) {
        return launch(List.of(program.toString()), role, url, seconds);
    }

    /** Pion with these films as its layers, the largest first. */
    static OutsidePeer pion(Path program, String url, List<Path> layers) {
        return launch(List.of(program.toString()), "publish", url, UNTIL_TOLD_S, "-layers", joined(layers));
    }

    private static String joined(List<Path> films) {
        return films.stream().map(Path::toString).collect(Collectors.joining(","));
    }

    static OutsidePeer werift(String role, String url, double seconds) {
        Path module = PlaywrightDriver.moduleDirectory();
        PlaywrightDriver.npm(module);
        String script = module.resolve("src/test/werift/peer.mjs").toString();
        return launch(List.of(Programs.find("node").toString(), script), role, url, seconds);
    }

    /** Data channels of werift or libdatachannel (the npm package node-datachannel) under node. */
    static OutsidePeer channels(String library, String url) {
        Path module = PlaywrightDriver.moduleDirectory();
        Path modules = PlaywrightDriver.npm(module);
        if (library.equals("libdatachannel")) {
            assumeLibdatachannel(modules);
        }
        String script = module.resolve("src/test/channels/peer.mjs").toString();
        return launch(List.of(Programs.find("node").toString(), script), library, url, 0);
    }

    /** npm brings its binary as a package of the platform; there is one for any Linux, Mac and Windows. */
    private static void assumeLibdatachannel(Path modules) {
        Assumptions.assumeTrue(
                Files.isDirectory(modules.resolve("@node-datachannel")),
                "cannot run here: npm has no binary of node-datachannel for this platform");
    }

    /** GStreamer's webrtcbin, driven as its WHIP elements do; the test is skipped where Debian's packages are missing. */
    static OutsidePeer gstreamer(String url, String token) {
        String why = "GStreamer's WebRTC with Python; FFmpeg and libdatachannel are tested all the same";
        String python = Programs.findOrSkip("python3", why, Path.of("/usr/bin")).toString();
        String script = PlaywrightDriver.moduleDirectory()
                .resolve("src/test/gstreamer/whip.py")
                .toString();
        Assumptions.assumeTrue(succeeds(python, script, "check"), "cannot run here: no " + why);
        return launch(List.of(python, script), "publish", url, UNTIL_TOLD_S, "-token", token);
    }

    /** What OBS does, with these films (H.264, Annex B, with delimiters) as its layers, the largest first. */
    static OutsidePeer obs(String url, String token, List<Path> layers) {
        Path module = PlaywrightDriver.moduleDirectory();
        assumeLibdatachannel(PlaywrightDriver.npm(module));
        String script = module.resolve("src/test/obs/whip.mjs").toString();
        return launch(
                List.of(Programs.find("node").toString(), script),
                "publish",
                url,
                UNTIL_TOLD_S,
                "-token",
                token,
                "-layers",
                joined(layers));
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(RUN_LIMIT_S, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException broken) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
    }

    static OutsidePeer libwebrtc(String role, String url, double seconds) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String main = LibwebrtcPeer.class.getName();
        return launch(List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", classPath, main), role, url, seconds);
    }

    private static OutsidePeer launch(List<String> program, String role, String url, double seconds, String... more) {
        try {
            Path errors = PlaywrightDriver.moduleDirectory().resolve("target/peer-" + role + ".log");
            Files.createDirectories(errors.getParent());
            List<String> command = new ArrayList<>(program);
            command.addAll(List.of(role, "-url", url, "-seconds", Double.toString(seconds)));
            command.addAll(List.of(more));
            return new OutsidePeer(
                    new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
        } catch (IOException broken) {
            throw new IllegalStateException("the peer did not start", broken);
        }
    }

    /** Builds the Go program; the test is skipped where there is no Go or its modules cannot be fetched. */
    static Path buildPion() {
        Path go = Programs.findOrSkip("go", "Pion; werift is tested all the same");
        Path module = PlaywrightDriver.moduleDirectory();
        Path program = module.resolve("target/pion");
        try {
            Files.createDirectories(program.getParent());
            Path log = module.resolve("target/pion-build.log");
            Process build = new ProcessBuilder(go.toString(), "build", "-o", program.toString(), ".")
                    .directory(module.resolve("src/test/pion").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean built = build.waitFor(BUILD_LIMIT_S, TimeUnit.SECONDS) && build.exitValue() == 0;
            String said = Files.readString(log);
            Assumptions.assumeFalse(
                    !built && said.contains("dial tcp"), "cannot run here: Go's modules cannot be fetched");
            if (!built) {
                throw new IllegalStateException("go build failed: " + said);
            }
            return program;
        } catch (IOException broken) {
            throw new IllegalStateException("go did not start", broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("go build was interrupted", stopped);
        }
    }

    /** Tells a program that listens (GStreamer's, OBS', Pion with films) that it is over, and returns what it says. */
    JsonObject finish() {
        try {
            process.getOutputStream().close();
        } catch (IOException ended) {
            throw new AssertionError("the peer was gone before its time", ended);
        }
        return result();
    }

    /** What the program says at its end: connected, videoPackets, audioPackets, videoCodec, reports, deleteStatus. */
    JsonObject result() {
        try {
            if (!process.waitFor(RUN_LIMIT_S, TimeUnit.SECONDS)) {
                throw new AssertionError("the peer did not end");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new AssertionError("the peer failed: " + Files.readString(errors));
            }
            // libwebrtc logs to standard output as well.
            String json = said.lines().filter(line -> line.startsWith("{")).reduce("{}", (first, last) -> last);
            return new Gson().fromJson(json, JsonObject.class);
        } catch (IOException broken) {
            throw new IllegalStateException("the peer's words are lost", broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
