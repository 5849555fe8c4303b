package dev.millrace.media;

import dev.millrace.media.control.Dialer;
import dev.millrace.media.net.TaskLoop;
import dev.millrace.media.net.WallClock;
import dev.millrace.media.restream.RestreamConfig;
import dev.millrace.media.restream.Restreams;
import dev.millrace.media.restream.Surroundings;
import dev.millrace.media.segment.Follower;
import java.util.Random;
import java.util.function.Consumer;

/** What is pushed on to other servers, with the thread that does it; any thread. */
final class RestreamDesk implements AutoCloseable {
    private final TaskLoop loop = new TaskLoop("restream");
    private final Restreams restreams;
    private Consumer<String> reconsider = stream -> {};

    RestreamDesk(Dialer dialer) {
        this.restreams = new Restreams(
                new Surroundings(dialer, loop, loop::nowNs, WallClock::epochMs, new Random()),
                SecureIds::nextStamp,
                stream -> reconsider.accept(stream));
    }

    /** Begins; {@code packaging} is told of a stream whose packaging may be wanted now, or not any more. */
    void start(RestreamConfig config, Consumer<String> packaging) {
        reconsider = packaging;
        loop.start(new TaskLoop.Work() {
            @Override
            public void onBatchEnd(long nowNs) {}

            @Override
            public long nextDeadlineNs() {
                return restreams.nextDeadlineNs();
            }

            @Override
            public void onDeadline(long nowNs) {
                restreams.onDeadline(nowNs);
            }
        });
        restreams.start(config);
    }

    Restreams restreams() {
        return restreams;
    }

    Follower follow(String stream) {
        return restreams.follow(stream);
    }

    /** Says goodbye to all targets. */
    @Override
    public void close() {
        loop.execute(restreams::stopAll);
        loop.close();
    }
}
