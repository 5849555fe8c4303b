import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads Surefire's reports after the build: names what failed, names what could not run here and why, and fails when a
 * test was skipped without one of the reasons that {@code cannot run here:} announces, or when no test ran.
 */
final class TestSummary {
    /** A skip counts as understood only when its message starts so; anything else hides a test. */
    private static final String KNOWN_SKIP = "cannot run here:";

    private final List<String> failures = new ArrayList<>();
    private final List<String> knownSkips = new ArrayList<>();
    private final List<String> unknownSkips = new ArrayList<>();
    private int passed;

    public static void main(String[] args) throws Exception {
        var summary = new TestSummary();
        for (Path report : reports(Path.of(args[0]))) {
            summary.read(report);
        }
        System.exit(summary.print());
    }

    private static List<Path> reports(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                return dir.endsWith("node_modules") || dir.endsWith(".git")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (name.startsWith("TEST-") && name.endsWith(".xml")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private void read(Path report) throws Exception {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        NodeList cases = document.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            count((Element) cases.item(i));
        }
    }

    private void count(Element test) {
        String className = test.getAttribute("classname");
        String name = className.substring(className.lastIndexOf('.') + 1) + ": " + test.getAttribute("name");
        Element skipped = child(test, "skipped");
        Element failed = child(test, "failure") != null ? child(test, "failure") : child(test, "error");
        if (failed != null) {
            failures.add(name + "\n      " + firstLine(failed));
        } else if (skipped != null) {
            String why = skipped.getAttribute("message").replaceFirst("^Assumption failed: ", "");
            (why.startsWith(KNOWN_SKIP) ? knownSkips : unknownSkips).add(name + " – " + (why.isEmpty() ? "no reason given" : why));
        } else {
            passed++;
        }
    }

    private static Element child(Element of, String tag) {
        return (Element) of.getElementsByTagName(tag).item(0);
    }

    private static String firstLine(Element failed) {
        String message = failed.getAttribute("message").isBlank() ? failed.getTextContent() : failed.getAttribute("message");
        String text = message.strip().replaceAll("\\s*\\n\\s*", " ");
        return text.substring(0, Math.min(300, text.length()));
    }

    private int print() {
        System.out.println();
        list("Could not run here:", knownSkips);
        list("Skipped without a known reason (this fails the build):", unknownSkips);
        list("Failed:", failures);
        int failed = failures.size() + unknownSkips.size();
        System.out.printf("%d passed, %d failed, %d skipped%n", passed, failed, knownSkips.size());
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static void list(String title, List<String> entries) {
        if (!entries.isEmpty()) {
            System.out.println(title);
            entries.forEach(entry -> System.out.println("  - " + entry));
        }
    }
}
