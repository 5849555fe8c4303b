package dev.millrace.signaling;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.IngestSession;
import dev.millrace.media.control.RefusalKind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands where the media server takes encoders: writes down what comes, and can be told to hold back. */
final class FakeIngest implements Ingest {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<IngestListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    volatile boolean full;
    volatile boolean draining;

    @Override
    public IngestReply open(IngestRequest request, IngestListener listener) {
        if (draining) {
            return new IngestReply.Refused(RefusalKind.DRAINING, "This server is about to stop.");
        }
        listeners.add(listener);
        String id = "rtmp-session-" + made.incrementAndGet();
        heard.add("open " + request.stream() + " " + request.protocol() + " " + request.software());
        return new IngestReply.Opened(new Session(id));
    }

    private final class Session implements IngestSession {
        private final String id;

        Session(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public IngestReply.@Nullable Refused configure(int track, IngestCodec codec, byte[] configuration) {
            heard.add(codec + " " + configuration.length);
            return null;
        }

        @Override
        public boolean video(int track, long decodeNs, long presentNs, boolean key, byte[] data) {
            heard.add("video " + decodeNs / 1_000_000 + " " + data.length);
            return !full;
        }

        @Override
        public boolean audio(long presentNs, byte[] data) {
            heard.add("audio " + presentNs / 1_000_000 + " " + data.length);
            return !full;
        }

        @Override
        public void close(CloseReason reason) {
            heard.add("close " + reason);
        }
    }
}
