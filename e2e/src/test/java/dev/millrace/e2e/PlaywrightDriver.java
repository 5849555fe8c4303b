package dev.millrace.e2e;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * Lays Playwright's driver out of npm's playwright-core (12 MB) and the machine's node, instead of the 202 MB bundle
 * with a node and three more platforms in it; npm is asked only when the package is not there yet. The suite's lanes are
 * JVMs that share the folder, so one at a time fills it.
 */
final class PlaywrightDriver {
    private static final long NPM_LIMIT_S = 180;

    /** Whether this JVM has seen that everything is there. */
    private static boolean filled;

    private PlaywrightDriver() {}

    static void install() {
        Path module = moduleDirectory();
        npm(module);
        System.setProperty(
                "playwright.cli.dir", module.resolve("target/playwright-driver").toString());
    }

    /** The folder node_modules of this module, filled by {@code npm ci} when it is missing. */
    static synchronized Path npm(Path module) {
        Path modules = module.resolve("node_modules");
        if (!filled) {
            fill(module, modules);
            filled = true;
        }
        return modules;
    }

    private static void fill(Path module, Path modules) {
        Path driver = module.resolve("target/playwright-driver");
        try {
            Files.createDirectories(driver);
            try (FileChannel lock =
                    FileChannel.open(driver.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock(); // until it is closed
                if (!Files.isDirectory(modules.resolve("playwright-core"))
                        || !Files.isDirectory(modules.resolve("node-datachannel"))
                        || !Files.isDirectory(modules.resolve("dashjs"))) {
                    run(module, Programs.find("npm").toString(), "ci", "--ignore-scripts");
                }
                link(driver.resolve("package"), modules.resolve("playwright-core"));
                link(driver.resolve("node"), Programs.find("node"));
            }
        } catch (IOException broken) {
            throw new IllegalStateException("cannot lay out the driver in " + driver, broken);
        }
    }

    static Path moduleDirectory() {
        Path here = Path.of("").toAbsolutePath();
        return here.endsWith("e2e") ? here : here.resolve("e2e");
    }

    private static void link(Path link, Path target) throws IOException {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
            return; // another lane may be starting its driver from here
        }
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }

    private static void run(Path directory, String... command) {
        try {
            Path log = directory.resolve("target/npm.log");
            Files.createDirectories(log.getParent());
            Process npm = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!npm.waitFor(NPM_LIMIT_S, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                throw new IllegalStateException("npm ci failed in " + directory + "; see target/npm.log there");
            }
        } catch (IOException broken) {
            throw new IllegalStateException("npm did not start", broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("npm was interrupted", stopped);
        }
    }
}
