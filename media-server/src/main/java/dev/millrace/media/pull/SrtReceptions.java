package dev.millrace.media.pull;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.SrtReceiver;
import dev.millrace.media.control.SrtReceivers;
import dev.millrace.media.net.FreePort;
import dev.millrace.media.transcode.Fetching;
import dev.millrace.media.transcode.wire.Fetch;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * FFmpeg's listeners of SRT. libavformat accepts one caller on a listening socket, closes that, and tells nobody the caller's
 * stream id ({@code libsrt_listen} in libavformat/libsrt.c): so each listens on a port of loopback of its own, and whoever has
 * the port that is known outside passes one caller on to it. Any thread.
 */
public final class SrtReceptions implements SrtReceivers {
    private final Ingest ingest;
    private final Fetching fetching;

    public SrtReceptions(Ingest ingest, Fetching fetching) {
        this.ingest = ingest;
        this.fetching = fetching;
    }

    @Override
    public boolean available() {
        return fetching.available();
    }

    @Override
    public SrtReceiver prepare(SrtReceiver.Listener listener) {
        Reception reception = new Reception(FreePort.udp(), listener);
        Attempt attempt = new Attempt(reception, ingest, 0);
        reception.attempt = attempt;
        Fetch what = new Fetch("srt://127.0.0.1:" + reception.port() + "?mode=listener", false);
        attempt.runs(fetching.start("srt", what, 0, attempt));
        return reception;
    }

    /** One listener and its broadcast. */
    private static final class Reception implements SrtReceiver, Attempt.Owner {
        private final int port;
        private final Listener listener;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile @Nullable Attempt attempt;
        private volatile @Nullable IngestRequest request;

        Reception(int port, Listener listener) {
            this.port = port;
            this.listener = listener;
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public void publish(IngestRequest of) {
            request = of;
        }

        @Override
        public void close(CloseReason reason) {
            Attempt ending = attempt;
            if (ending != null) {
                ending.end(reason, "its caller is gone");
            }
        }

        @Override
        public boolean isAwaited() {
            return request != null;
        }

        @Override
        public IngestRequest request() {
            return Objects.requireNonNull(request, "media come of a caller only");
        }

        @Override
        public boolean endsWithItsSource() {
            return true;
        }

        @Override
        public void onBegun(Attempt of) {}

        @Override
        public void onLive(Attempt of, String tracks) {
            String session = of.session();
            if (session != null) {
                listener.onLive(session);
            }
        }

        @Override
        public void onTrouble(Attempt of, String sentence) {
            listener.onWarning(sentence);
        }

        @Override
        public void onOver(Attempt of, String why) {
            tell(why);
        }

        @Override
        public void onFailed(Attempt of, long liveMs, String why) {
            tell(why);
        }

        private void tell(String why) {
            if (over.compareAndSet(false, true)) {
                listener.onEnd(why);
            }
        }
    }
}
