package dev.millrace.media.origin;

import dev.millrace.media.control.Origin;
import dev.millrace.media.control.OriginRefusal;
import dev.millrace.media.control.OriginReply;
import dev.millrace.media.control.OriginRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Looks for segments that left memory where they are kept. Any thread. */
public final class PastOrigin implements Origin {
    /** Has what left memory. */
    public interface Store {
        /** Completed with null if there is none, exceptionally if the store fails. */
        CompletionStage<@Nullable List<byte[]>> segment(
                String stream, String stamp, String track, int epoch, long number);

        /** Null if there is none. */
        byte @Nullable [] init(String stream, String stamp, String track, long number);
    }

    private final Origin present;
    private final Store store;

    public PastOrigin(Origin present, Store store) {
        this.present = present;
        this.store = store;
    }

    @Override
    public CompletionStage<OriginReply> fetch(OriginRequest request) {
        CompletionStage<OriginReply> reply = present.fetch(request);
        CompletableFuture<OriginReply> future = reply.toCompletableFuture();
        // What is in the past is refused at once; who has to wait, waits for what comes.
        if (!future.isDone() || !(future.join() instanceof OriginReply.Refused refused)) {
            return reply;
        }
        ObjectName name = refused.kind() == OriginRefusal.NOT_FOUND ? ObjectName.parse(request.object()) : null;
        if (name == null || name.part() >= 0) {
            return reply;
        }
        return switch (name.kind()) {
            case SEGMENT -> segment(request.stream(), name, refused);
            case INIT -> init(request.stream(), name, refused);
            case MULTIVARIANT, MANIFEST, STILL, PLAYLIST -> reply;
        };
    }

    private CompletionStage<OriginReply> segment(String stream, ObjectName name, OriginReply.Refused refused) {
        return store.segment(stream, name.stamp(), name.track(), name.epoch(), name.number())
                .handle((pieces, failure) -> failure != null
                        ? new OriginReply.Refused(
                                OriginRefusal.HALTED, "Older segments cannot be had now; try again in a few seconds.")
                        : pieces == null ? refused : new OriginReply.Whole(mediaType(name), pieces));
    }

    private CompletionStage<OriginReply> init(String stream, ObjectName name, OriginReply.Refused refused) {
        byte[] bytes = store.init(stream, name.stamp(), name.track(), name.number());
        return CompletableFuture.completedFuture(
                bytes == null ? refused : new OriginReply.Whole(mediaType(name), List.of(bytes)));
    }

    private static String mediaType(ObjectName name) {
        return name.track().startsWith(TrackNames.AUDIO) ? "audio/mp4" : "video/mp4";
    }
}
