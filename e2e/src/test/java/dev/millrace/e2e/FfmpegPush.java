package dev.millrace.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/** FFmpeg's own program, out of its jar, that pushes a test picture and a tone to an address of RTMP or SRT until it is closed. */
final class FfmpegPush implements AutoCloseable {
    private final Process process;
    private final List<String> said = new CopyOnWriteArrayList<>();

    private FfmpegPush(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::listen);
    }

    /** {@code options} come after the inputs, before the address. */
    static FfmpegPush to(String url, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "-re",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=320x180:rate=25",
                "-re",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:sample_rate=48000"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("-f", url.startsWith("srt:") ? "mpegts" : "flv", url));
        return running(arguments);
    }

    /** By its whip muxer: constrained baseline, a keyframe a second since it hears nobody who asks for one, and Opus. */
    static FfmpegPush whip(String url, String token) {
        List<String> arguments = new ArrayList<>(List.of("-re", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25"));
        arguments.addAll(List.of("-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"));
        arguments.addAll(List.of("-c:v", "libx264", "-profile:v", "baseline", "-preset", "ultrafast"));
        arguments.addAll(List.of("-tune", "zerolatency", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "25"));
        arguments.addAll(List.of("-c:a", "libopus", "-ac", "2", "-f", "whip", "-authorization", token, url));
        return running(arguments);
    }

    /** FFmpeg with those arguments. */
    static FfmpegPush running(List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(Loader.load(ffmpeg.class), "-hide_banner", "-nostdin", "-loglevel", "info"));
        command.addAll(arguments);
        try {
            return new FfmpegPush(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** H.264 as WebRTC wants it, and AAC. */
    static FfmpegPush usual(String url) {
        return to(
                url,
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-tune",
                "zerolatency",
                "-pix_fmt",
                "yuv420p",
                "-bf",
                "0",
                "-g",
                "25",
                "-c:a",
                "aac");
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(said::add);
        } catch (IOException | UncheckedIOException e) {
            said.add("(gone)");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String said() {
        return String.join("\n", said);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
