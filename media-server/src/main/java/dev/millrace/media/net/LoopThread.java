package dev.millrace.media.net;

/** What loops have in common at their end. */
final class LoopThread {
    private LoopThread() {}

    /** Returns when the thread has ended, also when the caller is interrupted meanwhile; that is kept for later. */
    static void awaitEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
