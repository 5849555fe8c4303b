package dev.millrace.media.router;

/** Takes what a loop's viewers need of the published layers to the publisher's loop. */
public interface DemandListener {
    /**
     * Called when it changes, ten times a second at most.
     *
     * @param publication the publication meant
     * @param layers of its video, bit i for layer i
     */
    void demand(long publication, int layers, long nowNs);
}
