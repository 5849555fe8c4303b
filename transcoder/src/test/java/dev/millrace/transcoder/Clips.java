package dev.millrace.transcoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/** Short clips by FFmpeg's own program: a test picture of 25 a second, a keyframe each second, and a tone. */
final class Clips {
    private Clips() {}

    static Path make(Path file, double seconds, String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Loader.load(ffmpeg.class), "-nostdin", "-loglevel", "error", "-y"));
        command.addAll(List.of("-f", "lavfi", "-i", "testsrc=size=160x90:rate=25"));
        command.addAll(List.of("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"));
        command.addAll(List.of("-t", Double.toString(seconds)));
        command.addAll(List.of(options));
        command.add(file.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return file;
    }

    static Path usual(Path file, double seconds) throws IOException, InterruptedException {
        return make(
                file,
                seconds,
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-pix_fmt",
                "yuv420p",
                "-g",
                "25",
                "-c:a",
                "aac");
    }
}
