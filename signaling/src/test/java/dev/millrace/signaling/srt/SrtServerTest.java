package dev.millrace.signaling.srt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.SrtReceiver;
import dev.millrace.media.control.SrtReceivers;
import dev.millrace.signaling.auth.Access;
import dev.millrace.signaling.config.Settings;
import dev.millrace.signaling.session.PublisherNews;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers who never finish, guess keys, or say nothing once they are let in, against the port itself; no FFmpeg behind it. */
class SrtServerTest {
    private static final int JOINS_PER_SECOND = 5;

    /** An induction costs a fifth of a session, ten seconds' worth of which may come at once. */
    private static final int INDUCTIONS_AT_ONCE = JOINS_PER_SECOND * 10 * 5;

    private static final int ANSWER_LIMIT_MS = 10_000;
    private static final int NO_ANSWER_MS = 300;
    private static final int LOOK_MS = 5;
    private static final int ROOM_FOR_ANSWERS = 4 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final List<FakeReceiver> receivers = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private DatagramSocket caller;
    private int port;

    private static final class FakeReceiver implements SrtReceiver {
        final Listener listener;
        final List<IngestRequest> published = new CopyOnWriteArrayList<>();
        final List<CloseReason> closed = new CopyOnWriteArrayList<>();

        FakeReceiver(Listener listener) {
            this.listener = listener;
        }

        @Override
        public int port() {
            return 9; // discard: nobody is there
        }

        @Override
        public void publish(IngestRequest request) {
            published.add(request);
        }

        @Override
        public void close(CloseReason reason) {
            closed.add(reason);
        }
    }

    private final class FakeReceivers implements SrtReceivers {
        @Override
        public boolean available() {
            return true;
        }

        @Override
        public SrtReceiver prepare(SrtReceiver.Listener listener) {
            FakeReceiver made = new FakeReceiver(listener);
            receivers.add(made);
            return made;
        }
    }

    private final class News implements PublisherNews {
        @Override
        public void made(String session, String stream, String participant, String address) {}

        @Override
        public void refused(String stream, String reason, String address) {
            refused.add(reason);
        }

        @Override
        public String invent() {
            return "broadcaster-1";
        }
    }

    @BeforeEach
    void listen() throws Exception {
        Settings settings = Settings.of(
                Map.of("srt.port", "0", "auth.publish", "right", "limits.joins", Integer.toString(JOINS_PER_SECOND)));
        SrtServer server =
                new SrtServer(settings, new Access(settings, Optional.empty()), new FakeReceivers(), new News());
        port = server.deploy(vertx)
                .toCompletionStage()
                .toCompletableFuture()
                .get(ANSWER_LIMIT_MS, TimeUnit.MILLISECONDS)
                .port();
        caller = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        caller.setReceiveBufferSize(ROOM_FOR_ANSWERS);
    }

    @AfterEach
    void stop() throws Exception {
        caller.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(ANSWER_LIMIT_MS, TimeUnit.MILLISECONDS);
    }

    @Test
    void handshakesThatNobodyFinishesHoldNothing() throws IOException {
        long beganNs = System.nanoTime();
        int sent = 4 * INDUCTIONS_AT_ONCE;
        for (int i = 0; i < sent; i++) {
            send(StreamIdTest.handshake(4, SrtHandshake.INDUCTION, 0, ""));
            send(StreamIdTest.handshake(5, SrtHandshake.CONCLUSION, i, "publish/show/right"));
        }
        int answers = 0;
        while (answer(NO_ANSWER_MS) != null) {
            answers++;
        }
        double tookS = (System.nanoTime() - beganNs) / 1e9;
        assertThat(answers).isBetween(1, INDUCTIONS_AT_ONCE + 1 + (int) (tookS * JOINS_PER_SECOND * 5));
        assertThat(receivers).as("the one kept ready").hasSize(1);
        assertThat(receivers.getFirst().published).isEmpty();
        assertThat(refused).isEmpty();
    }

    @Test
    void guessingKeysIsSlow() throws IOException {
        int cookie = cookie();
        assertThat(concluded(cookie, "publish/show/wrong")).isEqualTo(2_401);
        assertThat(concluded(cookie, "publish/show/wrong, too")).isEqualTo(2_401);
        assertThat(concluded(cookie, "publish/show/and this")).isEqualTo(2_402);
        assertThat(refused).containsExactly("unauthorized", "unauthorized");
        assertThat(receivers).hasSize(1);
        assertThat(receivers.getFirst().published).isEmpty();
    }

    @Test
    void whoSaysNothingMoreIsForgottenWithItsListener() throws IOException, InterruptedException {
        int cookie = cookie();
        send(StreamIdTest.handshake(5, SrtHandshake.CONCLUSION, cookie, "publish/show/right"));
        await(2); // it has the one that was ready, and another is
        FakeReceiver taken = receivers.getFirst();
        assertThat(taken.published).extracting(IngestRequest::stream).containsExactly("show");
        taken.listener.onEnd("Nothing came from it for 20 s.");
        await(() -> !taken.closed.isEmpty());
        assertThat(taken.closed).containsExactly(CloseReason.CLOSED_BY_PEER);
        send(StreamIdTest.handshake(5, SrtHandshake.CONCLUSION, cookie, "publish/show/right"));
        await(3);
        assertThat(receivers.get(1).published).hasSize(1);
    }

    /** Until the one before the last of so many is a caller's. */
    private void await(int prepared) throws InterruptedException {
        await(() -> receivers.size() >= prepared
                && !receivers.get(prepared - 2).published.isEmpty());
    }

    private static void await(BooleanSupplier done) throws InterruptedException {
        for (int waitedMs = 0; !done.getAsBoolean(); waitedMs += LOOK_MS) {
            assertThat(waitedMs).isLessThan(ANSWER_LIMIT_MS);
            Thread.sleep(LOOK_MS);
        }
    }

    private int cookie() throws IOException {
        send(StreamIdTest.handshake(4, SrtHandshake.INDUCTION, 0, ""));
        return expected().getInt(44);
    }

    /** The type that answers it. */
    private int concluded(int cookie, String streamId) throws IOException {
        send(StreamIdTest.handshake(5, SrtHandshake.CONCLUSION, cookie, streamId));
        return expected().getInt(36);
    }

    private Buffer expected() throws IOException {
        Buffer answer = answer(ANSWER_LIMIT_MS);
        if (answer == null) {
            throw new AssertionError("no answer");
        }
        return answer;
    }

    private void send(Buffer packet) throws IOException {
        byte[] bytes = packet.getBytes();
        caller.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
    }

    private @Nullable Buffer answer(int limitMs) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
        caller.setSoTimeout(limitMs);
        try {
            caller.receive(packet);
        } catch (SocketTimeoutException nothing) {
            return null;
        }
        return Buffer.buffer(packet.getData()).slice(0, packet.getLength());
    }
}
