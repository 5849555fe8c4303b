package dev.millrace.perf.load;

/** How the program ends, for scripts; documented in {@code docs/load.md} and {@code --help}. */
enum Exit {
    OK(0),
    /** Something that {@code --require} or {@code --tolerance} wanted was not so. */
    REQUIREMENT(1),
    /** Options that make no sense, a process that does not exist, too few file descriptors, a baseline unlike this run. */
    USAGE(2),
    /** The server is not there, does not speak WHIP or WHEP, or lets nobody in. */
    UNREACHABLE(3),
    /** The server stopped, or stopped forwarding, in mid-run; what was measured is kept. */
    SERVER_STOPPED(4),
    /** The harness itself failed. */
    HARNESS(5),
    /** By Ctrl-C, after an orderly end: 128 + SIGINT, as shells have it. */
    INTERRUPTED(130);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
