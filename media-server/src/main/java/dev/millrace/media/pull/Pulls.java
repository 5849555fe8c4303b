package dev.millrace.media.pull;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.PullInfo;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.SourceAddress;
import dev.millrace.media.transcode.Fetching;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All streams that are fetched from elsewhere. Any thread. */
public final class Pulls implements AutoCloseable {
    /** Each is a process with some 100 MB. */
    private static final int MOST = 100;

    private final Ingest ingest;
    private final Fetching fetching;
    private final Map<String, Pull> pulls = new TreeMap<>();
    private boolean closed;

    public Pulls(Ingest ingest, Fetching fetching) {
        this.ingest = ingest;
        this.fetching = fetching;
    }

    /** Begins with what is configured. */
    public void start(PullConfig config) {
        config.sources().forEach(source -> begin(source.stream(), source.address(), true));
    }

    public MediaReply start(MediaCommand.StartPull command) {
        String objection = SourceAddress.refusal(command.address());
        return objection != null
                ? new MediaReply.Refused(RefusalKind.NOT_ALLOWED, objection)
                : begin(command.stream(), command.address(), command.loop());
    }

    private MediaReply begin(String stream, String address, boolean loop) {
        if (!fetching.available()) {
            return new MediaReply.Refused(RefusalKind.NOT_READY, fetching.state());
        }
        Pull begun = new Pull(stream, address, loop, ingest, fetching);
        Pull former;
        synchronized (this) {
            former = pulls.get(stream);
            if (former != null && former.isOf(address, loop) && !former.isOver()) {
                return reply(former);
            }
            if (closed || (former == null && pulls.size() >= MOST)) {
                return new MediaReply.Refused(
                        RefusalKind.FULL, "So many streams are pulled here already (" + MOST + "): stop one first.");
            }
            pulls.put(stream, begun);
        }
        if (former != null) {
            former.stop(CloseReason.DELETED);
        }
        begun.begin();
        return reply(begun);
    }

    private static MediaReply reply(Pull pull) {
        return new MediaReply.Pulls(List.of(pull.describe()));
    }

    public MediaReply stop(String stream) {
        Pull stopped;
        synchronized (this) {
            stopped = pulls.remove(stream);
        }
        if (stopped != null) {
            stopped.stop(CloseReason.DELETED);
        }
        return new MediaReply.Pulls(List.of());
    }

    /** Of that stream only, or all. */
    public synchronized MediaReply list(@Nullable String stream) {
        List<PullInfo> found = pulls.values().stream()
                .filter(pull -> stream == null || pull.stream().equals(stream))
                .map(Pull::describe)
                .toList();
        return new MediaReply.Pulls(found);
    }

    @Override
    public void close() {
        List<Pull> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(pulls.values());
            pulls.clear();
        }
        ending.forEach(pull -> pull.stop(CloseReason.SHUTDOWN));
    }
}
