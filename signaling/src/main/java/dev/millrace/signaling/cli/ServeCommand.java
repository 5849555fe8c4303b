package dev.millrace.signaling.cli;

import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.StartFailure;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.log.Logs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace serve}: the main job. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description =
                "Starts the server. Every configuration key is a flag: --http.port 8081; --config FILE names the file.")
final class ServeCommand implements Callable<Integer> {
    /** Not an exit code: the server runs, and the process with it. */
    static final int RUNNING = -1;

    @Unmatched
    private List<String> flags = new ArrayList<>();

    @Override
    public Integer call() {
        Settings settings = Main.settings(flags);
        Logs.setUp(settings.log());
        Logger log = LoggerFactory.getLogger("millrace");
        Millrace server;
        try {
            server = Millrace.start(settings);
        } catch (StartFailure e) {
            Main.err().println("millrace: " + StartAdvice.of(e, settings));
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, log), "stop"));
        Greeting.lines(settings, server.httpPort(), server.mediaPort(), server.rtmpPort())
                .forEach(log::info);
        return RUNNING;
    }

    private static void stop(Millrace server, Logger log) {
        log.info("stopping: sessions are ended");
        try {
            server.close();
        } catch (RuntimeException e) {
            log.warn("not everything could be stopped in order: {}", e.getMessage());
        }
        log.info("stopped");
    }
}
