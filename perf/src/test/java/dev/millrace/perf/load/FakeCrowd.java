package dev.millrace.perf.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A crowd and a server in virtual time: everybody gets a hundred packets a second until something is made worse. */
final class FakeCrowd implements Crowd, Meters {
    static final long SECOND_NS = 1_000_000_000;
    static final int PACKETS_PER_S = 100;

    final List<Fake> viewers = new ArrayList<>();
    final List<Fake> publishers = new ArrayList<>();
    final List<String> played = new ArrayList<>();

    @Nullable
    RuntimeException refusePublish;

    @Nullable
    RuntimeException refusePlay;

    IntPredicate refused = index -> false;
    double lossFrom = Double.MAX_VALUE;
    double dropsFrom = Double.MAX_VALUE;
    long delayNs = 2_000_000;
    long slowDelayNs = 2_000_000;
    int slowFromViewers = Integer.MAX_VALUE;
    boolean silent;
    boolean thereIsAServer = true;
    boolean serverThere = true;
    long nowNs;
    long latestNs;

    @Nullable
    LongConsumer delays;

    private double packets;
    private double lost;
    private double drops;
    private long cpuNs;
    private int left;

    /** Somebody. */
    static final class Fake implements Member {
        final CompletableFuture<String> ended = new CompletableFuture<>();
        boolean gone;
        private final Runnable onLeave;

        Fake(Runnable onLeave) {
            this.onLeave = onLeave;
        }

        @Override
        public CompletableFuture<String> ended() {
            return ended;
        }

        @Override
        public CompletableFuture<Integer> leave() {
            gone = true;
            onLeave.run();
            return CompletableFuture.completedFuture(200);
        }

        @Override
        public void vanish() {
            gone = true;
        }
    }

    @Override
    public CompletableFuture<Member> publish(String stream) {
        if (refusePublish != null) {
            return CompletableFuture.failedFuture(refusePublish);
        }
        Fake fake = new Fake(() -> left++);
        publishers.add(fake);
        return CompletableFuture.completedFuture(fake);
    }

    @Override
    public CompletableFuture<Member> play(String stream) {
        played.add(stream);
        if (refusePlay != null && refused.test(played.size())) {
            return CompletableFuture.failedFuture(refusePlay);
        }
        Fake fake = new Fake(() -> left++);
        viewers.add(fake);
        return CompletableFuture.completedFuture(fake);
    }

    /** So much time passes. */
    void advance(long ns) {
        nowNs += ns;
        long up = viewers.stream()
                .filter(viewer -> !viewer.gone && !viewer.ended.isDone())
                .count();
        double due = silent ? 0 : (double) up * PACKETS_PER_S * ns / SECOND_NS;
        double missing = up >= lossFrom ? due * 0.05 : 0;
        packets += due - missing;
        lost += missing;
        drops += up >= dropsFrom ? due * 0.01 : 0;
        cpuNs += (long) (due * 1_000);
        LongConsumer hears = delays;
        for (int i = 0; hears != null && i < due; i++) {
            hears.accept(up >= slowFromViewers ? slowDelayNs : delayNs);
        }
    }

    int left() {
        return left;
    }

    @Override
    public Totals totals() {
        return new Totals(nowNs / 10_000_000, (long) packets, 1_000 * (long) packets, (long) lost, 3, (long) drops);
    }

    @Override
    public long takeLatestNs() {
        return latestNs;
    }

    @Override
    public int connected() {
        return (int) viewers.stream()
                .filter(viewer -> !viewer.gone && !viewer.ended.isDone())
                .count();
    }

    @Override
    public void close() {}

    @Override
    public boolean hasServer() {
        return thereIsAServer;
    }

    @Override
    public boolean isServerThere() {
        return serverThere;
    }

    @Override
    public long serverCpuNs() {
        return cpuNs;
    }

    @Override
    public long serverRssBytes() {
        return (100L + viewers.size()) << 20;
    }

    @Override
    public long ownCpuNs() {
        return nowNs / 10;
    }

    @Override
    public long ownRssBytes() {
        return 50 << 20;
    }
}
