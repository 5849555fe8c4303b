package dev.millrace.signaling.cli;

import dev.millrace.signaling.config.ConfigException;
import dev.millrace.signaling.config.Settings;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code serve}, {@code doctor}, {@code token}, {@code load}. */
@Command(
        name = "millrace",
        subcommands = {ServeCommand.class, DoctorCommand.class, TokenCommand.class, LoadCommand.class},
        mixinStandardHelpOptions = true,
        version = "Millrace 0.1.0-SNAPSHOT",
        description = "A low-latency WebRTC media server: one publish, every way of watching it.")
public final class Main {
    /** Something to be put right by whoever called: wrong keys, flags or ports. */
    static final int EXIT_USAGE = 2;

    private static final List<String> COMMANDS = List.of("serve", "doctor", "token", "load");

    private Main() {}

    public static void main(String[] args) {
        int exit = run(args);
        if (exit != ServeCommand.RUNNING) {
            System.exit(exit);
        }
    }

    static int run(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof ConfigException) {
                err().println("millrace: " + e.getMessage());
                return EXIT_USAGE;
            }
            throw e;
        });
        return line.execute(withCommand(args));
    }

    /** {@code serve} is what is meant when no command is named. */
    private static String[] withCommand(String[] args) {
        boolean help =
                args.length > 0 && List.of("-h", "--help", "-V", "--version").contains(args[0]);
        if (help || (args.length > 0 && COMMANDS.contains(args[0]))) {
            return args;
        }
        if (args.length > 0 && !args[0].startsWith("-")) {
            return args; // picocli says what the commands are
        }
        List<String> all = new ArrayList<>(List.of("serve"));
        all.addAll(Arrays.asList(args));
        return all.toArray(String[]::new);
    }

    static Settings settings(List<String> flags) {
        Flags read = Flags.read(flags);
        return Settings.read(read.config(), Path.of("").toAbsolutePath(), System.getenv(), read.values());
    }

    static PrintStream out() {
        return stream(java.io.FileDescriptor.out);
    }

    static PrintStream err() {
        return stream(java.io.FileDescriptor.err);
    }

    /** The process's own stream, in UTF-8, flushed line by line. */
    private static PrintStream stream(java.io.FileDescriptor descriptor) {
        return new PrintStream(new java.io.FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
