package dev.millrace.signaling.cli;

import dev.millrace.signaling.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code millrace doctor}: looks at the machine and the configuration and says what would not work, and for whom. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Checks ports, addresses, buffers, certificates; says what a viewer outside could not reach.")
final class DoctorCommand implements Callable<Integer> {
    @Unmatched
    private List<String> flags = new ArrayList<>();

    @Override
    public Integer call() {
        Settings settings = Main.settings(flags);
        List<Finding> findings = new Doctor(settings).examine();
        findings.forEach(finding -> Main.out().println(finding.mark() + " " + finding.text()));
        return findings.stream().anyMatch(finding -> finding.grade() == Finding.Grade.BROKEN) ? 1 : 0;
    }

    /** One thing that was looked at. */
    record Finding(Grade grade, String text) {
        enum Grade {
            FINE,
            NOTE,
            BROKEN
        }

        static Finding fine(String text) {
            return new Finding(Grade.FINE, text);
        }

        static Finding note(String text) {
            return new Finding(Grade.NOTE, text);
        }

        static Finding broken(String text) {
            return new Finding(Grade.BROKEN, text);
        }

        String mark() {
            return switch (grade) {
                case FINE -> "ok  ";
                case NOTE -> "note";
                case BROKEN -> "BAD ";
            };
        }
    }
}
