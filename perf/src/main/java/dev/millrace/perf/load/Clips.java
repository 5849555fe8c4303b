package dev.millrace.perf.load;

import dev.millrace.perf.Recording;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The recording that publishers send, if there can be one.
 *
 * @param why there is none, empty if nobody wants one
 */
record Clips(@Nullable Recording recording, String why) {
    static final Clips NONE = new Clips(null, "");

    /** Where the launcher keeps it. */
    private static final String DIRECTORY = "millrace.load.media";

    /** As the server's: the module with FFmpeg, or {@code @file} that says where it is. */
    private static final String TRANSCODER = "millrace.transcoder.classpath";

    /** Reads it, or makes it, which takes some seconds once. */
    static Clips find() {
        String directory = System.getProperty(DIRECTORY, "");
        String transcoder = System.getProperty(TRANSCODER, "");
        if (directory.isEmpty() || transcoder.isEmpty()) {
            return new Clips(null, "not started by ./millrace load, which knows where FFmpeg is");
        }
        try {
            return new Clips(Recording.in(Path.of(directory), transcoder), "");
        } catch (IOException e) {
            return new Clips(null, String.valueOf(e.getMessage()));
        }
    }
}
