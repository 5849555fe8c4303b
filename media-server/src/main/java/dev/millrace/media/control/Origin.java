package dev.millrace.media.control;

import java.util.concurrent.CompletionStage;

/**
 * What the audience behind caches fetches of a stream: asked by signaling's HTTP, answered by the media server. Nodes that
 * only serve ask another one's HTTP instead, as any cache does, so this needs no bus.
 */
public interface Origin {
    /**
     * The object, at once or once it exists; never exceptionally. From any thread; completed on any.
     *
     * <p>Who does not want to wait any longer cancels the stage's future.
     */
    CompletionStage<OriginReply> fetch(OriginRequest request);
}
