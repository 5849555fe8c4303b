package dev.millrace.perf.load;

/** A run that cannot be, or cannot go on: a sentence for whoever started it, and how the program ends. */
final class LoadException extends RuntimeException {
    private final Exit exit;

    LoadException(Exit exit, String sentence) {
        super(sentence, null, false, false);
        this.exit = exit;
    }

    static LoadException usage(String sentence) {
        return new LoadException(Exit.USAGE, sentence);
    }

    Exit exit() {
        return exit;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
