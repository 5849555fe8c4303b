package dev.millrace.signaling;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.ControlJson;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaEvent;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.PullInfo;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.RestreamInfo;
import dev.millrace.media.control.RestreamTarget;
import dev.millrace.media.control.Role;
import dev.millrace.media.control.SessionInfo;
import dev.millrace.media.control.SourceAddress;
import dev.millrace.media.control.StreamInfo;
import dev.millrace.media.control.StreamLatency;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands on the event bus where the media server would: makes sessions, and can be told to refuse. */
final class FakeMedia {
    static final String ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    static final String FRAGMENT = "a=ice-ufrag:NEWU\r\na=ice-pwd:newpasswordnewpasswordnew\r\n";

    final List<MediaCommand> commands = new CopyOnWriteArrayList<>();
    private final Map<String, String> streams = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();
    private volatile @Nullable RefusalKind refusal;
    private volatile boolean silent;
    volatile List<StreamInfo> described = List.of();

    /** Of one stream with one viewer, of whose player nothing is known. */
    List<StreamLatency> latencies = List.of(new StreamLatency(
            "show",
            new StreamLatency.Ingest("abs-capture-time", new StreamLatency.Spread(90, 12, 20, 24, 31), null, 5.0),
            new StreamLatency.Spread(500, 0.2, 0.9, 1.4, 3),
            List.of(new StreamLatency.ViewerLatency(
                    "secret-viewer", "Ann", 12.0, 5.0, 0.2, 0.0, 8.0, null, null, 25.2, List.of("buffer"))),
            null));

    volatile List<RecordingInfo> recordings = List.of();

    /** What the fake says of a session. */
    final Map<String, SessionInfo> sessions = new ConcurrentHashMap<>();

    private volatile @Nullable Vertx vertx;

    void attach(Vertx onVertx) {
        vertx = onVertx;
        onVertx.eventBus().<String>consumer(ControlJson.COMMANDS, message -> {
            MediaCommand command = ControlJson.readCommand(message.body());
            commands.add(command);
            if (!silent) {
                message.reply(ControlJson.write(answer(command)));
            }
        });
    }

    /** From now on everything is refused like this; null for nothing. */
    void refuse(@Nullable RefusalKind kind) {
        refusal = kind;
    }

    void breakDown() {
        Vertx on = vertx;
        if (on != null) {
            silent = true;
        }
    }

    void publish(MediaEvent event) {
        Vertx on = vertx;
        if (on != null) {
            on.eventBus().publish(ControlJson.EVENTS, ControlJson.write(event));
        }
    }

    void close(String session, Role role, CloseReason reason) {
        publish(new MediaEvent.SessionClosed(streams.getOrDefault(session, "?"), session, role, reason, null, 0));
    }

    <T extends MediaCommand> T last(Class<T> type) {
        return commands.reversed().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " among " + commands));
    }

    private MediaReply answer(MediaCommand command) {
        boolean inner = command instanceof MediaCommand.Count || command instanceof MediaCommand.Describe;
        RefusalKind kind = refusal;
        if (kind != null && !inner) {
            return new MediaReply.Refused(kind, "Because the test says so.");
        }
        return switch (command) {
            case MediaCommand.Publish publish -> made(publish.stream());
            case MediaCommand.Play play -> made(play.stream());
            case MediaCommand.Trickle trickle -> new MediaReply.Patched(null, trickle.ifMatch());
            case MediaCommand.RestartIce restart -> new MediaReply.Patched(FRAGMENT, "etag-restarted");
            case MediaCommand.Close close -> new MediaReply.Done();
            case MediaCommand.SelectLayer select -> new MediaReply.Done();
            case MediaCommand.Describe describe -> new MediaReply.Described(described);
            case MediaCommand.DescribeSession session -> {
                SessionInfo info = sessions.get(session.session());
                yield info == null
                        ? new MediaReply.Refused(RefusalKind.NO_SUCH_SESSION, "The fake knows no such session.")
                        : new MediaReply.SessionDescribed(
                                info, List.of(), latencies.getFirst().viewers().getFirst());
            }
            case MediaCommand.Count count ->
                new MediaReply.Counted(
                        10,
                        1000,
                        20,
                        2000,
                        3,
                        Map.of("SRTP_AUTH", 7L),
                        Map.of("show", new MediaReply.Traffic(1, 2, 3, 4, 5, 6)),
                        Map.of("receive", 4L, "flush", 2L),
                        12.5,
                        "Java");
            case MediaCommand.DescribeLatency latency ->
                new MediaReply.Latencies(latencies.stream()
                        .filter(each ->
                                latency.stream() == null || each.stream().equals(latency.stream()))
                        .toList());
            case MediaCommand.ReportPlayback report -> new MediaReply.Done();
            case MediaCommand.Watching watching -> new MediaReply.Done();
            case MediaCommand.Drain drain -> new MediaReply.Done();
            case MediaCommand.SetRecording record ->
                new MediaReply.RecordingState(record.stream(), record.on() ? "waiting" : "off", null, "");
            case MediaCommand.DescribeRecordingState state ->
                new MediaReply.RecordingState(state.stream(), "off", null, "");
            case MediaCommand.ListRecordings list -> new MediaReply.Recordings(recordings);
            case MediaCommand.DeleteRecording delete -> new MediaReply.Done();
            case MediaCommand.StartPull pull ->
                new MediaReply.Pulls(List.of(pulled(pull.stream(), SourceAddress.shown(pull.address()))));
            case MediaCommand.StopPull pull -> new MediaReply.Pulls(List.of());
            case MediaCommand.ListPulls pulls ->
                new MediaReply.Pulls(
                        "none".equals(pulls.stream()) ? List.of() : List.of(pulled("show", "rtsp://camera/1")));
            case MediaCommand.StartRestream start ->
                new MediaReply.Restreams(List.of(
                        restreamed(RestreamTarget.of(start.url(), start.key()).url())));
            case MediaCommand.StopRestream stop ->
                new MediaReply.Restreams(stop.id().equals("r1") ? List.of(restreamed("rtmp://there/live")) : List.of());
            case MediaCommand.ListRestreams list ->
                new MediaReply.Restreams(
                        "none".equals(list.stream()) ? List.of() : List.of(restreamed("rtmp://there/live")));
        };
    }

    private static RestreamInfo restreamed(String url) {
        return new RestreamInfo(
                "r1", "show", url, 0, RestreamInfo.State.RETRYING, 5, 9, 1_000, 30, 2, 1, "Nobody listens there.");
    }

    private static PullInfo pulled(String stream, String address) {
        return new PullInfo(stream, address, false, PullInfo.State.WAITING, null, 3, 0, "It is not there.");
    }

    private MediaReply made(String stream) {
        String id = "session-" + made.incrementAndGet() + "-0123456789abcdefghijkl";
        streams.put(id, stream);
        return new MediaReply.Answered(id, ANSWER, "etag-" + made.get());
    }
}
