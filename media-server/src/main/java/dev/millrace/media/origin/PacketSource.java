package dev.millrace.media.origin;

import java.util.concurrent.Executor;

/** A broadcaster whose media comes in RTP packets. */
public non-sealed interface PacketSource extends Source {
    /**
     * Packets are wanted from now on, and are handed over on {@code thread}; until {@link #silence}, or until another
     * sink takes its place. Sender reports that came before are told first.
     *
     * @param allLayers those that rest are to be woken
     */
    void listen(PacketSink sink, Executor thread, boolean allLayers);
}
