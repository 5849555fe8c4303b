package dev.millrace.media.origin;

import dev.millrace.media.control.OriginReply;
import dev.millrace.media.playlist.Directives;
import java.util.concurrent.CompletableFuture;

/** A request that waits for something to be made; whoever gives up waiting cancels it. */
final class Held extends CompletableFuture<OriginReply> {
    final ObjectName object;
    final Directives directives;
    final String carried;

    /** When the origin's thread saw it first, 0 before. */
    private long sinceNs;

    Held(ObjectName object, Directives directives, String carried) {
        this.object = object;
        this.directives = directives;
        this.carried = carried;
    }

    /** How long it has been waiting; on the origin's thread. */
    long heldNs(long nowNs) {
        if (sinceNs == 0) {
            sinceNs = nowNs;
        }
        return nowNs - sinceNs;
    }
}
