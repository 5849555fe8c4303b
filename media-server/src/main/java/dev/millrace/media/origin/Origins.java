package dev.millrace.media.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** All streams' origins. */
public final class Origins implements Origin {
    @Override
    public CompletionStage<OriginReply> fetch(OriginRequest request) {
        return CompletableFuture.completedFuture(
                new OriginReply.Refused(OriginRefusal.NOT_LIVE, "Nobody broadcasts " + request.stream() + " now."));
    }
}
