package dev.millrace.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The transcode workers of the server in this JVM. */
final class TranscodeWorkers {
    private static final String MAIN = "dev.millrace.transcoder.Main";
    private static final String FETCHING = "dev.millrace.transcoder.SourceMain";

    private TranscodeWorkers() {}

    /** By SIGKILL, all there are; there has to be one. */
    static void kill() {
        List<ProcessHandle> workers = running();
        if (workers.isEmpty()) {
            throw new AssertionError("there is no transcode worker");
        }
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    /** Those that live now. */
    static List<Long> pids() {
        return running().stream().map(ProcessHandle::pid).toList();
    }

    /** Kills the processes that fetch sources, which are others; answers how many there were. */
    static int killFetching() {
        List<ProcessHandle> fetching = running(FETCHING);
        fetching.forEach(ProcessHandle::destroyForcibly);
        return fetching.size();
    }

    private static List<ProcessHandle> running() {
        return running(MAIN);
    }

    private static List<ProcessHandle> running(String main) {
        return ProcessHandle.current()
                .descendants()
                .filter(each -> command(each.pid()).contains(main))
                .toList();
    }

    /** By the kernel's word: Java tells nothing of commands as long as a class path. */
    private static String command(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
