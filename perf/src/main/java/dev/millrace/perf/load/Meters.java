package dev.millrace.perf.load;

/** What processes need: the server's, when told which they are, and our own. */
interface Meters {
    /** Whether there are any of the server's to measure. */
    boolean hasServer();

    /** Whether all of the server's processes are still there. */
    boolean isServerThere();

    /** Processor time of the server's processes since they began. */
    long serverCpuNs();

    long serverRssBytes();

    long ownCpuNs();

    long ownRssBytes();
}
