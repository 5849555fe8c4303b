package dev.millrace.transcoder;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/** The {@code ffmpeg} program that lies in FFmpeg's jar, with the arguments it is given: what makes clips to test with. */
public final class Program {
    private Program() {}

    /** Ends as the program ends. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Loader.load(ffmpeg.class));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        System.exit(process.waitFor());
    }
}
