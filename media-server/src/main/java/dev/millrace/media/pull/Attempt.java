package dev.millrace.media.pull;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.IngestSession;
import dev.millrace.media.net.WorkerProcess;
import dev.millrace.media.transcode.Fetching;
import dev.millrace.media.transcode.wire.Done;
import dev.millrace.media.transcode.wire.Failed;
import dev.millrace.media.transcode.wire.MediaFetched;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.TrackFetched;
import dev.millrace.media.transcode.wire.Trouble;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to fetch a stream: a process, and the broadcast that comes of it. Media come on the process' reading thread,
 * which waits while they come faster than they play: so the process waits, and whoever sends to it. Guarded by itself.
 */
final class Attempt implements WorkerProcess.Listener, IngestListener {
    /** Whose attempt it is; called by any thread. */
    interface Owner {
        /** Whose broadcast it will be; asked when there is something to broadcast. */
        IngestRequest request();

        /** Whether something should come by now. */
        boolean isAwaited();

        /** There is no other attempt once the source has ended. */
        boolean endsWithItsSource();

        /** The pause before it is over. */
        void onBegun(Attempt of);

        void onLive(Attempt of, String tracks);

        /** Something is not as it should be; it goes on. */
        void onTrouble(Attempt of, String sentence);

        /** It is over for good. */
        void onOver(Attempt of, String why);

        /** It is over; another one may do better. */
        void onFailed(Attempt of, long liveMs, String why);
    }

    static final long TICK_MS = 500;

    /** FFmpeg looks at a source for up to five seconds before it says what it is, after it was reached. */
    static final int MAX_SILENT_TICKS = 40;

    private final Owner owner;
    private final Ingest ingest;
    private final int delayTicks;
    private final Set<IngestCodec> tracks = EnumSet.noneOf(IngestCodec.class);
    private Fetching.@Nullable Running process;
    private @Nullable IngestSession session;
    private String why = "";
    private boolean sourceEnded;
    private boolean live;
    private boolean gone;
    private int ticks;
    private int silent;
    private int liveTicks;
    private int resumes;
    private @Nullable CompletableFuture<Void> held;

    Attempt(Owner owner, Ingest ingest, long delayMs) {
        this.owner = owner;
        this.ingest = ingest;
        this.delayTicks = (int) (delayMs / TICK_MS);
    }

    synchronized void runs(Fetching.Running started) {
        process = started;
        if (gone) {
            started.kill("it was stopped before it began");
        }
    }

    synchronized @Nullable String session() {
        return session == null ? null : session.id();
    }

    synchronized long liveMs() {
        return liveTicks * TICK_MS;
    }

    /** Ends the process and the broadcast. */
    void end(CloseReason reason, String cause) {
        Fetching.Running running;
        IngestSession ending;
        synchronized (this) {
            gone = true;
            release();
            running = process;
            ending = session;
            session = null;
        }
        if (ending != null) {
            ending.close(reason);
        }
        if (running != null) {
            running.kill(cause);
        }
    }

    @Override
    public void onMessage(byte[] bytes, long nowNs) {
        synchronized (this) {
            silent = 0;
        }
        switch (Message.read(bytes)) {
            case TrackFetched track -> onTrack(track);
            case MediaFetched media -> onMedia(media);
            case Trouble trouble -> owner.onTrouble(this, trouble.what());
            case Failed failed -> fail(failed.why());
            case Done done -> sourceEnded();
            case null, default -> kill("it sent what only we send, or nothing that makes sense");
        }
    }

    private void onTrack(TrackFetched track) {
        IngestSession known = current();
        IngestSession to = known == null ? open() : known;
        if (to == null) {
            return;
        }
        IngestReply.Refused refused = to.configure(track.codec(), track.configuration());
        if (refused != null) {
            owner.onTrouble(this, refused.detail());
        } else {
            tracks.add(track.codec());
        }
    }

    private synchronized @Nullable IngestSession current() {
        return session;
    }

    private @Nullable IngestSession open() {
        switch (ingest.open(owner.request(), this)) {
            case IngestReply.Refused refused -> {
                fail(refused.detail());
                kill(refused.detail());
                return null;
            }
            case IngestReply.Opened opened -> {
                synchronized (this) {
                    session = gone ? null : opened.session();
                }
                if (current() == null) {
                    opened.session().close(CloseReason.DELETED);
                }
                return current();
            }
        }
    }

    private void onMedia(MediaFetched media) {
        IngestSession to = current();
        if (to == null) {
            return;
        }
        int before;
        synchronized (this) {
            before = resumes;
        }
        boolean goOn = media.video()
                ? to.video(media.decodeNs(), media.presentNs(), media.key(), media.data())
                : to.audio(media.presentNs(), media.data());
        if (!live && !tracks.isEmpty()) {
            begins();
            owner.onLive(this, tracks.toString());
        }
        if (!goOn) {
            hold(before);
        }
    }

    private synchronized void begins() {
        live = true;
    }

    /** Until more may come. */
    private void hold(int before) {
        CompletableFuture<Void> until = new CompletableFuture<>();
        synchronized (this) {
            if (resumes != before || gone) {
                return;
            }
            held = until;
        }
        until.join();
    }

    private synchronized void release() {
        if (held != null) {
            held.complete(null);
            held = null;
        }
    }

    private synchronized void fail(String cause) {
        why = why.isEmpty() ? cause : why;
    }

    private synchronized void sourceEnded() {
        sourceEnded = true;
    }

    private void kill(String cause) {
        Fetching.Running running;
        synchronized (this) {
            running = process;
        }
        if (running != null) {
            running.kill(cause);
        }
    }

    @Override
    public void onTick(long nowNs) {
        boolean begins;
        boolean hangs;
        synchronized (this) {
            ticks++;
            begins = delayTicks > 0 && ticks == delayTicks;
            silent = held != null || ticks <= delayTicks || !owner.isAwaited() ? 0 : silent + 1;
            hangs = silent > MAX_SILENT_TICKS;
            liveTicks += live ? 1 : 0;
        }
        if (begins) {
            owner.onBegun(this);
        }
        if (hangs) {
            String cause = "Nothing came from it for " + MAX_SILENT_TICKS * TICK_MS / 1_000 + " s.";
            fail(cause);
            kill(cause);
        }
    }

    @Override
    public void onEnd(String cause, long nowNs) {
        IngestSession ending;
        boolean over;
        synchronized (this) {
            gone = true;
            release();
            ending = session;
            session = null;
            over = sourceEnded && owner.endsWithItsSource();
        }
        if (ending != null) {
            ending.close(CloseReason.CLOSED_BY_PEER);
        }
        if (over) {
            owner.onOver(this, "The source has ended.");
        } else {
            String told = sourceEnded ? "The source has ended, and is begun anew." : why;
            owner.onFailed(
                    this, liveMs(), told.isEmpty() ? "The process that fetches it is gone: " + cause + "." : told);
        }
    }

    @Override
    public void onClosed(CloseReason reason, String detail) {
        switch (reason) {
            case TAKEN_OVER, KICKED, SHUTDOWN -> {
                owner.onOver(this, detail + " It is not fetched any more until it is started anew.");
                end(reason, detail);
            }
            case DELETED, SILENT, ICE_FAILED, DTLS_FAILED, CLOSED_BY_PEER, TOO_FAST, MALFORMED, FAULT -> {
                fail(detail);
                kill(detail);
            }
        }
    }

    @Override
    public void onWarning(String sentence) {
        owner.onTrouble(this, sentence);
    }

    @Override
    public synchronized void onResume() {
        resumes++;
        release();
    }
}
