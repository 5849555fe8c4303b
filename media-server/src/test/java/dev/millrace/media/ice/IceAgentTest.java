package dev.millrace.media.ice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.net.Transport;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Agent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That nothing of an agent goes on after its end, whatever ice4j was about then. */
class IceAgentTest {
    /** ice4j checks every 20 ms, so this is long for it, and yet shorter than its keep-alives' 15 s. */
    private static final Duration LET_GO = Duration.ofSeconds(10);

    private static final TransportAddress OURS = new TransportAddress("127.0.0.1", 10_000, org.ice4j.Transport.UDP);
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    @DisplayName("An agent freed while a round of checks names the time of the next is let go all the same")
    void freedBetweenTwoRoundsOfChecks() throws Exception {
        WeakReference<IceAgent> freed = freedBetweenRounds();

        await("the agent is let go", () -> {
            System.gc();
            return freed.get() == null;
        });
    }

    /** In a method of its own, so that nothing here holds the agent afterwards. */
    private static WeakReference<IceAgent> freedBetweenRounds() throws Exception {
        FirstCheck first = new FirstCheck();
        IceAgent agent = new IceAgent(IceParameters.random(RANDOM), 1, List.of(OURS), first);
        agent.start(
                IceParameters.random(RANDOM),
                List.of(new IceCandidate("1", 1, Transport.UDP, 1, "127.0.0.1", 20_000, "host", null)),
                false);
        assertThat(first.sent.await(LET_GO.toSeconds(), TimeUnit.SECONDS)).isTrue();

        // The round asks for the agent's streams to name its next time: there it has to wait until the agent is freed.
        synchronized (streams(agent)) {
            first.goOn.countDown();
            await("the round waits", () -> first.thread().getState() == Thread.State.BLOCKED);
            agent.free();
        }
        return new WeakReference<>(agent);
    }

    private static Object streams(IceAgent of) throws ReflectiveOperationException {
        Field agent = IceAgent.class.getDeclaredField("agent");
        agent.setAccessible(true);
        Field streams = Agent.class.getDeclaredField("mediaStreams");
        streams.setAccessible(true);
        return streams.get(agent.get(of));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = System.nanoTime() + LET_GO.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadlineNs);
            Thread.sleep(20);
        }
    }

    /** Holds ice4j's thread amid its first check. */
    private static final class FirstCheck implements AgentOutput {
        final CountDownLatch sent = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        private final AtomicReference<@Nullable Thread> checking = new AtomicReference<>();

        Thread thread() {
            return Objects.requireNonNull(checking.get());
        }

        @Override
        public void request(TransactionKey key, byte[] message, TransportAddress to, TransportAddress source) {
            if (checking.compareAndSet(null, Thread.currentThread())) {
                sent.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException freed) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void response(byte[] message, TransportAddress to, TransportAddress source) {}

        @Override
        public void cancel(TransactionKey key) {}

        @Override
        public void completed(TransportAddress to, TransportAddress source, boolean controlling) {}
    }
}
