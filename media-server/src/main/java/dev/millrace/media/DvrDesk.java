package dev.millrace.media;

import dev.millrace.media.control.Origin;
import dev.millrace.media.dvr.Dvr;
import dev.millrace.media.dvr.DvrConfig;
import dev.millrace.media.net.TaskLoop;
import dev.millrace.media.origin.PastOrigin;
import dev.millrace.media.segment.Follower;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The DVR windows of all streams, with the thread that brings segments to their store; any thread. */
final class DvrDesk implements AutoCloseable {
    private final TaskLoop thread = new TaskLoop("dvr");
    private final boolean on;
    private final Dvr dvr;

    /** @param working runs what waits for the store, and may block */
    DvrDesk(DvrConfig config, ExecutorService working) {
        on = config.isOn();
        dvr = new Dvr(config, new Dvr.Surroundings(thread, working, thread::nowNs));
        if (on) {
            thread.start(work());
        }
    }

    private TaskLoop.Work work() {
        return new TaskLoop.Work() {
            @Override
            public void onBatchEnd(long nowNs) {}

            @Override
            public long nextDeadlineNs() {
                return dvr.nextDeadlineNs();
            }

            @Override
            public void onDeadline(long nowNs) {
                dvr.onDeadline(nowNs);
            }
        };
    }

    List<Follower> follow(String stream) {
        return dvr.follow(stream);
    }

    /** A sentence if segments cannot be kept now, otherwise empty. */
    String problem() {
        return dvr.problem();
    }

    /** The same, which also has what left memory. */
    Origin over(Origin present) {
        return on ? new PastOrigin(present, store()) : present;
    }

    private PastOrigin.Store store() {
        return new PastOrigin.Store() {
            @Override
            public CompletionStage<@Nullable List<byte[]>> segment(
                    String stream, String stamp, String track, int epoch, long number) {
                return dvr.segment(stream, stamp, track, epoch, number);
            }

            @Override
            public byte @Nullable [] init(String stream, String stamp, String track, long number) {
                return dvr.init(stream, stamp, track, number);
            }
        };
    }

    @Override
    public void close() {
        thread.close();
    }
}
