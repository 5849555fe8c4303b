package dev.millrace.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The clip a load is made with: a moving test picture with noise and a chord, encoded once as an encoder of a call would,
 * by FFmpeg in a process of its own, and kept.
 *
 * @param single 720p30 of 2.5 Mb/s
 * @param layers the same in three of a simulcast, lowest first: 150, 500 and 1,700 kb/s
 */
public record Recording(Clip single, List<Clip> layers) {
    private static final int FRAMES_PER_SECOND = 30;

    /** Four groups of pictures of two seconds. */
    private static final int SECONDS = 8;

    private static final int GROUP_FRAMES = 60;
    private static final long LOOP_NS = SECONDS * 1_000_000_000L;

    /** Of the whole directory: another command, another number. */
    private static final String NAME = "recording-1";

    private static final String PROGRAM = "dev.millrace.transcoder.Program";
    private static final long MAKE_SECONDS = 120;
    private static final String SOUND = "sound.ogg";

    /** A file of it. */
    private record Track(String file, int width, int height, int kilobits) {}

    private static final Track SINGLE = new Track("single.h264", 1280, 720, 2_500);
    private static final List<Track> LAYERS = List.of(
            new Track("l.h264", 320, 180, 150),
            new Track("m.h264", 640, 360, 500),
            new Track("h.h264", 1280, 720, 1_700));

    /**
     * Reads the recording, made first if it is not there.
     *
     * @param directory where such things are kept between runs
     * @param transcoderClassPath of the module that has FFmpeg; {@code @file} = it stands in that file
     * @throws IOException with a sentence, if there is no FFmpeg or no room
     */
    public static Recording in(Path directory, String transcoderClassPath) throws IOException {
        Path home = directory.resolve(NAME);
        if (!Files.isDirectory(home)) {
            make(directory, home, transcoderClassPath);
        }
        return read(home);
    }

    private static Recording read(Path home) throws IOException {
        List<byte[]> sound = OggOpus.packets(Files.readAllBytes(home.resolve(SOUND)));
        List<Clip> layers = new ArrayList<>();
        for (Track track : LAYERS) {
            layers.add(clip(home, track, sound));
        }
        return new Recording(clip(home, SINGLE, sound), layers);
    }

    private static Clip clip(Path home, Track track, List<byte[]> sound) throws IOException {
        byte[] stream = Files.readAllBytes(home.resolve(track.file()));
        return new Clip(AnnexBStream.pictures(stream, FRAMES_PER_SECOND), sound, LOOP_NS, true);
    }

    private static void make(Path directory, Path home, String transcoderClassPath) throws IOException {
        Files.createDirectories(directory);
        Path made = Files.createTempDirectory(directory, NAME);
        String classPath = transcoderClassPath.startsWith("@")
                ? Files.readString(Path.of(transcoderClassPath.substring(1))).strip()
                : transcoderClassPath;
        List<String> command =
                new ArrayList<>(List.of(java(), "--enable-native-access=ALL-UNNAMED", "-cp", classPath, PROGRAM));
        command.addAll(arguments());
        Process process = new ProcessBuilder(command)
                .directory(made.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(made.resolve("log").toFile())
                .start();
        await(process, made);
        Files.move(made, home, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void await(Process process, Path made) throws IOException {
        try {
            if (!process.waitFor(MAKE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("FFmpeg did not make the clip within " + MAKE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while FFmpeg made the clip", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("FFmpeg made no clip: "
                    + Files.readString(made.resolve("log")).strip());
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** One source, noisy so that the rate is used up; what is encoded as a browser does it: no B-frames, one slice. */
    private static List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("-v", "error", "-nostdin", "-f", "lavfi", "-i"));
        arguments.add("testsrc2=size=1280x720:rate=" + FRAMES_PER_SECOND + ":duration=" + SECONDS
                + ",noise=alls=10:allf=t,format=yuv420p");
        arguments.addAll(List.of("-f", "lavfi", "-i"));
        arguments.add(
                "aevalsrc=0.2*sin(440*2*PI*t)+0.1*random(0)|0.2*sin(550*2*PI*t)+0.1*random(1):s=48000:d=" + SECONDS);
        add(arguments, SINGLE);
        LAYERS.forEach(layer -> add(arguments, layer));
        arguments.addAll(List.of("-map", "1:a", "-c:a", "libopus", "-b:a", "64k", "-frame_duration", "20", SOUND));
        return arguments;
    }

    private static void add(List<String> arguments, Track track) {
        String rate = track.kilobits() + "k";
        String buffer = track.kilobits() / 2 + "k"; // half a second: a keyframe of five to eight ordinary frames
        String group = Integer.toString(GROUP_FRAMES);
        arguments.addAll(List.of("-map", "0:v", "-vf", "scale=" + track.width() + ":" + track.height()));
        arguments.addAll(List.of("-c:v", "libx264", "-preset", "superfast", "-tune", "zerolatency"));
        arguments.addAll(List.of("-profile:v", "baseline", "-level", "3.1", "-threads", "1"));
        arguments.addAll(
                List.of("-x264-params", "sliced-threads=0:scenecut=0:aud=0", "-g", group, "-keyint_min", group));
        arguments.addAll(List.of("-b:v", rate, "-maxrate", rate, "-bufsize", buffer, "-f", "h264", track.file()));
    }
}
