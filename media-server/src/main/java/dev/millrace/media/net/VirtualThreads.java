package dev.millrace.media.net;

import java.util.concurrent.ThreadFactory;

/** Threads for libraries that bring pools of their own: virtual, so that how many there are costs nothing. Any thread. */
public final class VirtualThreads {
    private VirtualThreads() {}

    public static ThreadFactory named(String prefix) {
        return Thread.ofVirtual().name(prefix, 0).factory();
    }
}
