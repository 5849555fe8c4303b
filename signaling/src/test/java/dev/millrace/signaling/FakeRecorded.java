package dev.millrace.signaling;

import dev.millrace.media.control.Recorded;
import dev.millrace.media.control.RecordingInfo;
import dev.millrace.media.control.RefusalKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What HTTP plays recordings from in tests: objects by name. */
final class FakeRecorded implements Recorded {
    final Map<String, RecordingInfo> known = new ConcurrentHashMap<>();
    final Map<String, Reply> objects = new ConcurrentHashMap<>();

    /** What was asked for: recording, object and what names are to end with, with blanks between. */
    final List<String> fetched = new CopyOnWriteArrayList<>();

    static RecordingInfo recording(String id, String stream, String state) {
        return new RecordingInfo(id, stream, state, "", 1_000, 61_000, 60_000, 5_000, "ready", List.of());
    }

    @Override
    public Optional<RecordingInfo> find(String id) {
        return Optional.ofNullable(known.get(id));
    }

    @Override
    public CompletionStage<Reply> fetch(String id, String object, String carried) {
        fetched.add(id + " " + object + " " + carried);
        return CompletableFuture.completedFuture(objects.getOrDefault(
                object, new Refused(RefusalKind.NO_SUCH_RECORDING, "The recording has no such object.")));
    }
}
