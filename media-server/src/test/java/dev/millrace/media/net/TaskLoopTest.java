package dev.millrace.media.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TaskLoopTest {
    private static final int THREADS = 4;
    private static final int TASKS = 10_000;

    @Test
    void runsEverythingInTheOrderOfEachWhoGaveIt() throws InterruptedException {
        Counting work = new Counting();
        TaskLoop loop = new TaskLoop("test");
        List<List<Integer>> ran = new ArrayList<>();
        List<Thread> giving = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            List<Integer> mine = Collections.synchronizedList(new ArrayList<>());
            ran.add(mine);
            giving.add(Thread.ofVirtual().unstarted(() -> {
                for (int i = 0; i < TASKS; i++) {
                    int number = i;
                    loop.execute(() -> mine.add(number));
                }
            }));
        }
        loop.start(work);
        giving.forEach(Thread::start);
        for (Thread thread : giving) {
            thread.join();
        }
        loop.close();
        assertThat(ran).allSatisfy(mine -> assertThat(mine).hasSize(TASKS).isSorted());
        assertThat(work.batches.get()).isPositive().isLessThanOrEqualTo(THREADS * TASKS);
    }

    @Test
    void aTaskThatFailsCostsItselfOnly() throws InterruptedException {
        Counting work = new Counting();
        CountDownLatch after = new CountDownLatch(1);
        try (TaskLoop loop = new TaskLoop("test")) {
            loop.start(work);
            loop.execute(() -> {
                throw new IllegalStateException("on purpose");
            });
            loop.execute(after::countDown);
            assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.faults()).isEqualTo(1);
        }
    }

    @Test
    void wakesForADeadlineAndForATaskMeanwhile() throws InterruptedException {
        Counting work = new Counting();
        CountDownLatch task = new CountDownLatch(1);
        try (TaskLoop loop = new TaskLoop("test")) {
            work.deadlineNs.set(loop.nowNs() + 50_000_000L);
            loop.start(work);
            assertThat(work.due.await(10, TimeUnit.SECONDS)).isTrue();
            work.deadlineNs.set(Long.MAX_VALUE);
            loop.execute(task::countDown);
            assertThat(task.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static final class Counting implements TaskLoop.Work {
        final AtomicInteger batches = new AtomicInteger();
        final AtomicLong deadlineNs = new AtomicLong(Long.MAX_VALUE);
        final CountDownLatch due = new CountDownLatch(1);

        @Override
        public void onBatchEnd(long nowNs) {
            batches.incrementAndGet();
        }

        @Override
        public long nextDeadlineNs() {
            return deadlineNs.get();
        }

        @Override
        public void onDeadline(long nowNs) {
            deadlineNs.set(Long.MAX_VALUE);
            due.countDown();
        }
    }
}
