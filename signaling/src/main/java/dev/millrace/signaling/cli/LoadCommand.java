package dev.millrace.signaling.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace load}: not there yet, and says so. */
@Command(name = "load", description = "The load harness (not there yet).")
final class LoadCommand implements Callable<Integer> {
    @Unmatched
    private List<String> rest = new ArrayList<>();

    @Override
    public Integer call() {
        Main.err()
                .println("millrace: load" + (rest.isEmpty() ? "" : " " + String.join(" ", rest))
                        + ": the load harness is not part of this version yet");
        return Main.EXIT_USAGE;
    }
}
