package dev.millrace.media;

import dev.millrace.media.net.TaskLoop;
import dev.millrace.media.net.WallClock;
import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.origin.OriginLoop;
import dev.millrace.media.origin.OriginServices;
import dev.millrace.media.origin.OriginThread;
import dev.millrace.media.origin.Origins;
import java.util.ArrayList;
import java.util.List;

/** The threads {@code origin-0} … that streams are packaged on, with the origins that live there. */
final class OriginThreads implements AutoCloseable {
    private final List<TaskLoop> threads = new ArrayList<>();
    private final List<DropCounters> drops = new ArrayList<>();
    private final Origins origins;

    OriginThreads(OriginServices services, int count) {
        List<OriginLoop> loops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TaskLoop thread = new TaskLoop("origin-" + i);
            DropCounters dropped = new DropCounters();
            threads.add(thread);
            drops.add(dropped);
            loops.add(new OriginLoop(new OriginThread(thread, thread::nowNs, WallClock::epochMs, dropped)));
        }
        origins = new Origins(services, loops);
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
        return drops;
    }

    @Override
    public void close() {
        threads.forEach(TaskLoop::close);
    }
}
