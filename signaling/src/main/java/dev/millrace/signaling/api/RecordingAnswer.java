package dev.millrace.signaling.api;

import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.signaling.http.ByteRange;
import dev.millrace.signaling.http.Problem;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes HTTP (RFC 9110) of an object of a recording: playlists as text, the rest as stretches of files. */
final class RecordingAnswer {
    /** Nothing of a finished recording changes, and its names are never used again. */
    private static final String FOREVER = "max-age=31536000, immutable";

    private static final String SOON_OVER = "max-age=1";
    private static final int PARTIAL = 206;
    private static final String MP4 = "recording.mp4";

    private final RoutingContext ctx;
    private final RecordingInfo recording;

    RecordingAnswer(RoutingContext ctx, RecordingInfo recording) {
        this.ctx = ctx;
        this.recording = recording;
    }

    /** What names in a playlist end with: the token, if the player has it there. */
    static String carried(RoutingContext ctx) {
        Optional<String> token = ctx.queryParam("token").stream().findFirst();
        return token.map(text -> "?token=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .orElse("");
    }

    void send(Recorded.Reply reply) {
        switch (reply) {
            case Recorded.Text text -> text(text);
            case Recorded.Slice slice -> slice(slice);
            case Recorded.Refused refused ->
                Problem.of(refused.kind(), refused.detail()).send(ctx);
        }
    }

    /** Shared caches may keep what needs no token, or what has it in its address. */
    private String cached(String age) {
        return (ctx.request().getHeader("Authorization") == null ? "public, " : "private, ") + age;
    }

    private void text(Recorded.Text text) {
        ctx.response()
                .putHeader("Content-Type", text.text().mediaType())
                .putHeader("Cache-Control", cached(text.over() ? "max-age=60" : SOON_OVER))
                .end(io.vertx.core.buffer.Buffer.buffer(text.text().plain()));
    }

    private void slice(Recorded.Slice slice) {
        HttpServerResponse response = ctx.response();
        response.putHeader("Content-Type", slice.mediaType())
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("Cache-Control", cached(FOREVER))
                .putHeader("ETag", '"' + recording.id() + "-" + slice.offset() + "-" + slice.length() + '"');
        if (slice.file().endsWith(MP4)) {
            String name = recording.stream() + "-" + recording.startedMs() / 1000 + ".mp4";
            response.putHeader("Content-Disposition", "inline; filename=\"" + name + "\"");
        }
        boolean head = ctx.request().method().equals(HttpMethod.HEAD);
        ByteRange range = head ? null : ByteRange.read(ctx.request().getHeader("Range"), slice.length());
        if (range != null && !range.isSatisfiable()) {
            Problem.of(Problem.Kind.RANGE_NOT_SATISFIABLE, "The object has " + slice.length() + " bytes.")
                    .with("Content-Range", "bytes */" + slice.length())
                    .send(ctx);
            return;
        }
        body(response, slice, range, head);
    }

    private void body(HttpServerResponse response, Recorded.Slice slice, @Nullable ByteRange range, boolean head) {
        long first = range == null ? 0 : range.first();
        long length = range == null ? slice.length() : range.length();
        if (range != null) {
            response.setStatusCode(PARTIAL)
                    .putHeader("Content-Range", "bytes " + first + "-" + range.last() + "/" + slice.length());
        }
        if (head) {
            response.putHeader("Content-Length", Long.toString(length)).end();
            return;
        }
        response.sendFile(slice.file().toString(), slice.offset() + first, length)
                .onFailure(failure -> {
                    if (!response.headWritten()) {
                        response.headers().clear();
                        Problem.of(Problem.Kind.NO_SUCH_RECORDING, "The recording was deleted meanwhile.")
                                .send(ctx);
                    }
                });
    }
}
