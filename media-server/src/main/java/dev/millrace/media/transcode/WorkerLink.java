package dev.millrace.media.transcode;

import dev.millrace.media.net.WorkerProcess;
import dev.millrace.media.transcode.wire.Close;
import dev.millrace.media.transcode.wire.Done;
import dev.millrace.media.transcode.wire.Failed;
import dev.millrace.media.transcode.wire.Hello;
import dev.millrace.media.transcode.wire.Lost;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.Open;
import dev.millrace.media.transcode.wire.PictureMade;
import dev.millrace.media.transcode.wire.Ping;
import dev.millrace.media.transcode.wire.Pong;
import dev.millrace.media.transcode.wire.SoundMade;
import dev.millrace.media.transcode.wire.StillMade;
import dev.millrace.media.transcode.wire.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One worker as this side sees it: its jobs and what it was asked for; decides that it hangs, or is not needed. Its maps
 * are guarded by itself, and no listener is called under that lock.
 */
final class WorkerLink implements WorkerProcess.Listener {
    /** Told how a worker's life goes. */
    interface Watcher {
        void onHello(WorkerLink link, Hello hello);

        void onEnd(WorkerLink link, String why, boolean young);
    }

    /** Unpacking and loading FFmpeg takes 0.3 s on an idle machine. */
    private static final int MAX_START_TICKS = 60;

    /** Three seconds. Ticks are counted rather than time, so that a pause of ours is not taken for one of the worker's. */
    private static final int MAX_SILENT_TICKS = 6;

    /** A picture takes 20 ms on an idle machine, a decoder and five encoders open in 100 ms. */
    private static final int MAX_BUSY_MS = 4_000;

    /** One that ends before is not started again at once. */
    private static final int YOUNG_TICKS = 20;

    private static final int TICKS_PER_SECOND = 2;

    private final WorkerProcess process;
    private final Watcher watcher;
    private final int idleTicks;
    private final Map<Integer, WorkerJob> jobs = new HashMap<>();
    private final Map<Integer, CompletableFuture<byte[]>> requests = new HashMap<>();
    private boolean gone;
    private int numbers;
    private int ticks;
    private int silent;
    private int unused;
    private volatile boolean greeted;
    private volatile Pong last = new Pong(0, 0, 0, 0);

    WorkerLink(WorkerProcess.Plan plan, Duration idle, Watcher watcher) {
        this.watcher = watcher;
        this.idleTicks = (int) Math.max(1, idle.toMillis() * TICKS_PER_SECOND / 1000);
        this.process = new WorkerProcess(plan, this);
    }

    void start() {
        process.start();
    }

    /** Nobody is told anything more. */
    void end() {
        synchronized (this) {
            gone = true;
            jobs.clear();
        }
        process.close();
    }

    void kill(String why) {
        process.kill(why);
    }

    long pid() {
        return process.pid();
    }

    /** A new job of the stream; null if the worker has no room for another stream, or is about to end. */
    synchronized @Nullable WorkerJob open(String stream, int maxStreams, IntFunction<WorkerJob> job) {
        if (gone || (!has(stream) && streams() >= maxStreams)) {
            return null;
        }
        unused = 0;
        WorkerJob opened = job.apply(++numbers);
        jobs.put(opened.number(), opened);
        send(new Open(opened.number(), opened.spec()), () -> {});
        return opened;
    }

    void close(WorkerJob job) {
        boolean known;
        synchronized (this) {
            known = jobs.remove(job.number()) != null;
        }
        if (known) {
            send(new Close(job.number()), () -> {});
        }
    }

    /** Asks for something; null if the worker is about to end. */
    synchronized @Nullable CompletableFuture<byte[]> ask(int maxAtOnce, IntFunction<Message> request) {
        if (gone || requests.size() >= maxAtOnce) {
            return null;
        }
        unused = 0;
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        int number = ++numbers;
        requests.put(number, answer);
        send(request.apply(number), () -> {});
        return answer;
    }

    void send(Message message, Runnable written) {
        process.send(message.frame(), written);
    }

    /** True if jobs of that stream are done here. */
    synchronized boolean has(String stream) {
        return jobs.values().stream().anyMatch(job -> job.spec().stream().equals(stream));
    }

    /** How many streams there are, whatever is done of each. */
    synchronized int streams() {
        return (int) jobs.values().stream()
                .map(job -> job.spec().stream())
                .distinct()
                .count();
    }

    boolean greeted() {
        return greeted;
    }

    /** What it dropped. */
    long dropped() {
        return last.droppedSounds() + last.droppedPictures();
    }

    @Override
    public void onMessage(byte[] bytes, long nowNs) {
        Message message = Message.read(bytes);
        if (message == null) {
            process.kill("it sent a message that makes no sense");
            return;
        }
        switch (message) {
            case SoundMade made -> {
                WorkerJob job = job(made.job());
                if (job != null) {
                    job.onSound(made);
                }
            }
            case PictureMade made -> {
                WorkerJob job = job(made.job());
                if (job != null) {
                    job.onPicture(made, nowNs);
                }
            }
            case Lost lost -> onLost(lost);
            case Trouble trouble -> {
                WorkerJob job = job(trouble.job());
                if (job != null) {
                    job.onTrouble(trouble.what());
                }
            }
            case StillMade made -> answer(made.request(), made.jpeg(), null);
            case Done done -> answer(done.request(), new byte[0], null);
            case Failed failed -> answer(failed.request(), new byte[0], failed.why());
            case Pong pong -> onPong(pong);
            case Hello hello -> {
                greeted = true;
                watcher.onHello(this, hello);
            }
            default -> process.kill("it sent what only we send");
        }
    }

    private synchronized @Nullable WorkerJob job(int number) {
        return jobs.get(number);
    }

    private void onLost(Lost lost) {
        WorkerJob job;
        synchronized (this) {
            job = jobs.remove(lost.job());
        }
        if (job != null) {
            job.onLost(lost.why());
        }
    }

    private void answer(int number, byte[] bytes, @Nullable String failure) {
        CompletableFuture<byte[]> answer;
        synchronized (this) {
            answer = requests.remove(number);
        }
        if (answer == null) {
            return;
        }
        if (failure == null) {
            answer.complete(bytes);
        } else {
            answer.completeExceptionally(new IOException(failure));
        }
    }

    private void onPong(Pong pong) {
        last = pong;
        synchronized (this) {
            silent = 0;
        }
        if (pong.busyMs() > MAX_BUSY_MS) {
            process.kill("it is stuck: one piece of work takes " + pong.busyMs() + " ms");
        }
    }

    @Override
    public void onTick(long nowNs) {
        boolean quiet;
        synchronized (this) {
            ticks++;
            unused = jobs.isEmpty() && requests.isEmpty() ? unused + 1 : 0;
            gone |= unused > idleTicks;
            quiet = gone;
            silent = greeted ? silent + 1 : 0;
        }
        if (quiet) {
            process.close();
        } else if (!greeted && ticks > MAX_START_TICKS) {
            process.kill("it did not start within " + MAX_START_TICKS / TICKS_PER_SECOND + " s");
        } else if (silent > MAX_SILENT_TICKS) {
            process.kill("it did not answer for " + MAX_SILENT_TICKS / TICKS_PER_SECOND + " s");
        } else if (greeted) {
            send(new Ping(ticks), () -> {});
        }
    }

    @Override
    public void onEnd(String why, long nowNs) {
        List<WorkerJob> lost;
        List<CompletableFuture<byte[]>> unanswered;
        boolean young;
        synchronized (this) {
            gone = true;
            young = ticks < YOUNG_TICKS;
            lost = new ArrayList<>(jobs.values());
            unanswered = new ArrayList<>(requests.values());
            jobs.clear();
            requests.clear();
        }
        watcher.onEnd(this, why, young);
        unanswered.forEach(each -> each.completeExceptionally(new IOException("The transcoder ended: " + why)));
        lost.forEach(job -> job.onLost("The transcoder ended: " + why));
    }
}
