package dev.millrace.signaling.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace load}: a program of its own that the launcher starts; here it only has its line in the help. */
@Command(
        name = "load",
        description =
                "How many viewers a WHIP and WHEP server carries: this one or any other (load --help tells more).")
final class LoadCommand implements Callable<Integer> {
    @Unmatched
    private List<String> rest = new ArrayList<>();

    @Override
    public Integer call() {
        Main.err()
                .println("millrace: the load harness is a program of its own: ./millrace load "
                        + String.join(" ", rest).strip());
        return Main.EXIT_USAGE;
    }
}
