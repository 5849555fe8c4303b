package dev.millrace.perf;

/** Counts a connection's packets over all of its media (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2). */
final class WideNumbers {
    private int next;

    int next() {
        return next++ & 0xffff;
    }
}
