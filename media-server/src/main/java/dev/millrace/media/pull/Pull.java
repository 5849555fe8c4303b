package dev.millrace.media.pull;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.PullInfo;
import dev.millrace.media.control.PullInfo.State;
import dev.millrace.media.control.SourceAddress;
import dev.millrace.media.transcode.Fetching;
import dev.millrace.media.transcode.wire.Fetch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream that is fetched: an attempt after the other until it is stopped, or somebody takes it over. Any thread; guarded
 * by itself, and nobody outside is called under that lock but to start and end processes.
 */
final class Pull implements Attempt.Owner {
    private static final Logger LOG = LoggerFactory.getLogger("millrace.pull");

    private static final String PROTOCOL = "pull";

    private final String stream;
    private final String address;
    private final boolean loop;
    private final Ingest ingest;
    private final Fetching fetching;
    private final BackOff backOff = new BackOff();
    private @Nullable Attempt attempt;
    private boolean stopped;
    private State state = State.CONNECTING;
    private int attempts;
    private String detail = "";
    private String logged = "";

    Pull(String stream, String address, boolean loop, Ingest ingest, Fetching fetching) {
        this.stream = stream;
        this.address = address;
        this.loop = loop;
        this.ingest = ingest;
        this.fetching = fetching;
    }

    String stream() {
        return stream;
    }

    boolean isOf(String otherAddress, boolean otherLoop) {
        return address.equals(otherAddress) && loop == otherLoop;
    }

    String shown() {
        return SourceAddress.shown(address);
    }

    @Override
    public IngestRequest request() {
        return new IngestRequest(stream, PROTOCOL, PROTOCOL, "", shown());
    }

    @Override
    public boolean isAwaited() {
        return true;
    }

    @Override
    public boolean endsWithItsSource() {
        return !loop;
    }

    synchronized boolean isOver() {
        return state == State.OVER;
    }

    synchronized void begin() {
        next(0);
    }

    private void next(long delayMs) {
        if (stopped) {
            return;
        }
        attempts++;
        state = delayMs == 0 ? State.CONNECTING : State.WAITING;
        Attempt begun = new Attempt(this, ingest, delayMs);
        attempt = begun;
        begun.runs(fetching.start(stream, new Fetch(address, loop), delayMs, begun));
    }

    /** For good; the broadcast ends. */
    void stop(CloseReason reason) {
        Attempt last;
        synchronized (this) {
            stopped = true;
            state = State.OVER;
            last = attempt;
            attempt = null;
        }
        if (last != null) {
            last.end(reason, "it was not needed any more");
        }
    }

    @Override
    public synchronized void onBegun(Attempt of) {
        if (of == attempt && state == State.WAITING) {
            state = State.CONNECTING;
        }
    }

    @Override
    public void onLive(Attempt of, String tracks) {
        synchronized (this) {
            if (of != attempt) {
                return;
            }
            state = State.LIVE;
            detail = "";
            logged = "";
        }
        LOG.atInfo()
                .addKeyValue("stream", stream)
                .addKeyValue("from", shown())
                .addKeyValue("tracks", tracks)
                .log("pulled stream is live");
    }

    @Override
    public void onTrouble(Attempt of, String sentence) {
        synchronized (this) {
            if (of != attempt || sentence.equals(detail)) {
                return;
            }
            detail = sentence;
        }
        warn(sentence);
    }

    @Override
    public void onOver(Attempt of, String why) {
        synchronized (this) {
            if (of != attempt) {
                return;
            }
            attempt = null;
            state = State.OVER;
            detail = why;
        }
        warn(why);
    }

    @Override
    public void onFailed(Attempt of, long liveMs, String why) {
        synchronized (this) {
            if (of != attempt) {
                return;
            }
            detail = why;
            next(backOff.after(liveMs));
        }
        warn(why);
    }

    /** Once for every cause: what is gone for hours fails again and again. */
    private void warn(String what) {
        synchronized (this) {
            if (what.equals(logged)) {
                return;
            }
            logged = what;
        }
        LOG.atWarn()
                .addKeyValue("stream", stream)
                .addKeyValue("from", shown())
                .addKeyValue("detail", what)
                .log("pulled stream");
    }

    synchronized PullInfo describe() {
        Attempt live = state == State.LIVE ? attempt : null;
        String session = live == null ? null : live.session();
        long liveMs = live == null ? 0 : live.liveMs();
        return new PullInfo(stream, shown(), loop, state, session, attempts, liveMs, detail);
    }
}
