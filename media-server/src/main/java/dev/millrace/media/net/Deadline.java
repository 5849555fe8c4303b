package dev.millrace.media.net;

/** What a {@link Timer} does when its time has come. */
@FunctionalInterface
public interface Deadline {
    void onDeadline(long nowNs);
}
