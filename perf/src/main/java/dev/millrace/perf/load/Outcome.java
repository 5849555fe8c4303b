package dev.millrace.perf.load;

/**
 * How a run ended.
 *
 * @param reason a word for programs
 * @param sentence for people
 */
record Outcome(Reason reason, String sentence) {
    /** Why a run is over. */
    enum Reason {
        /** Everybody came, stayed and left. */
        FINISHED("finished", Exit.OK),
        /** With --until-saturated, a limit was passed: that is what was looked for. */
        SATURATED("saturated", Exit.OK),
        /** With --until-saturated, we were at our end before the server was at its. */
        HARNESS_SATURATED("harness-saturated", Exit.OK),
        INTERRUPTED("interrupted", Exit.INTERRUPTED),
        UNREACHABLE("unreachable", Exit.UNREACHABLE),
        SERVER_STOPPED("server-stopped", Exit.SERVER_STOPPED),
        HARNESS_FAILED("harness-failed", Exit.HARNESS);

        private final String word;
        private final Exit exit;

        Reason(String word, Exit exit) {
            this.word = word;
            this.exit = exit;
        }

        String word() {
            return word;
        }

        Exit exit() {
            return exit;
        }
    }
}
