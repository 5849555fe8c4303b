package dev.millrace.signaling.api;

/** Whether this server is being emptied. Owned by the HTTP context. */
public final class Drain {
    private boolean draining;

    public boolean draining() {
        return draining;
    }

    public void set(boolean on) {
        draining = on;
    }
}
