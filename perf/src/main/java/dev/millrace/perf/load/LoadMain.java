package dev.millrace.perf.load;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** {@code ./millrace load}: the main class. */
public final class LoadMain {
    private LoadMain() {}

    public static void main(String[] arguments) {
        System.exit(run(stream(FileDescriptor.out), stream(FileDescriptor.err), arguments));
    }

    static int run(PrintStream out, PrintStream err, String... arguments) {
        quiet();
        CommandLine line = new CommandLine(new LoadCommand(out, err));
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((wrong, given) -> {
            err.println("millrace load: " + wrong.getMessage());
            err.println("millrace load --help lists the options");
            return Exit.USAGE.code();
        });
        line.setExecutionExceptionHandler((failed, command, parsed) -> {
            if (failed instanceof LoadException sentence) {
                err.println("millrace load: " + sentence.sentence());
                return sentence.exit().code();
            }
            failed.printStackTrace(err);
            err.println("millrace load: that is a fault of the harness, not of the server");
            return Exit.HARNESS.code();
        });
        String twice = twice(arguments);
        if (!twice.isEmpty()) {
            err.println("millrace load: " + twice + " is given twice");
            return Exit.USAGE.code();
        }
        return line.execute(arguments);
    }

    /** An option that stands there twice, which would make its group forget the others; empty for none. */
    private static String twice(String... arguments) {
        Set<String> seen = new HashSet<>();
        for (String argument : arguments) {
            String name = argument.split("=", 2)[0];
            if (name.startsWith("--") && !name.equals("--header") && !seen.add(name)) {
                return name;
            }
        }
        return "";
    }

    /** Libraries' own news are nobody's here; what matters is in the report. */
    private static void quiet() {
        LogManager.getLogManager().reset();
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(Level.OFF);
        }
    }

    /** The process's own stream, in UTF-8, flushed line by line. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
