package dev.millrace.media;

import dev.millrace.media.net.TaskLoop;
import dev.millrace.media.net.WallClock;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.origin.OriginConfig;
import dev.millrace.media.origin.OriginLoop;
import dev.millrace.media.origin.OriginThread;
import dev.millrace.media.origin.Origins;
import java.util.ArrayList;
import java.util.List;

/** The threads {@code origin-0} … that streams are packaged on, with the origins that live there. */
final class OriginThreads implements AutoCloseable {
    private final List<TaskLoop> threads = new ArrayList<>();
    private final List<OriginLoop> loops = new ArrayList<>();
    private final Origins origins;

    OriginThreads(OriginConfig config, int count) {
        for (int i = 0; i < count; i++) {
            TaskLoop thread = new TaskLoop("origin-" + i);
            threads.add(thread);
            loops.add(new OriginLoop(new OriginThread(thread, thread::nowNs, WallClock::epochMs)));
        }
        origins = new Origins(config, loops, SecureIds::nextStamp);
        for (int i = 0; i < count; i++) {
            threads.get(i).start(work(loops.get(i)));
        }
    }

    private static TaskLoop.Work work(OriginLoop loop) {
        return new TaskLoop.Work() {
            @Override
            public void onBatchEnd(long nowNs) {
                // what a burst brought is published packet by packet
            }

            @Override
            public long nextDeadlineNs() {
                return loop.nextDeadlineNs();
            }

            @Override
            public void onDeadline(long nowNs) {
                loop.onDeadline(nowNs);
            }
        };
    }

    Origins origins() {
        return origins;
    }

    List<DropCounters> drops() {
        return loops.stream().map(OriginLoop::drops).toList();
    }

    @Override
    public void close() {
        threads.forEach(TaskLoop::close);
    }
}
