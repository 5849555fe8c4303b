package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.sctp.Association.Sent;
import dev.millrace.perf.LightChannelListener;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Our data channels at both ends over real UDP, ICE and DTLS. */
class LightChannelsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What a client heard, in words. */
    private static final class Heard implements LightChannelListener {
        final List<String> news = new CopyOnWriteArrayList<>();
        volatile byte[] bytes = {};

        @Override
        public void onOpen(LightClient client, String label, long nowNs) {
            news.add("open " + label);
        }

        @Override
        public void onText(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
            news.add(label + ": " + new String(b, off, len, StandardCharsets.UTF_8));
        }

        @Override
        public void onBinary(LightClient client, String label, byte[] b, int off, int len, long nowNs) {
            bytes = Arrays.copyOfRange(b, off, off + len);
            news.add(label + ": " + len + " bytes");
        }

        @Override
        public void onClosed(LightClient client, String label, long nowNs) {
            news.add("closed " + label);
        }

        @Override
        public void onFailed(LightClient client, String why) {
            news.add("failed: " + why);
        }

        void await(String what) {
            Await.until(what, LIMIT, () -> news, seen -> seen.contains(what));
        }
    }

    @Test
    void textBytesAndALongMessageComeBack() {
        try (EchoServer server = new EchoServer("from-server");
                LightCrowd crowd = new LightCrowd()) {
            Heard heard = new Heard();
            LightClient client = crowd.play(
                            URI.create(server.url()), 1, LightOptions.defaults().withChannels(heard, "a", "b"))
                    .getFirst();
            heard.await("open a");
            heard.await("open b");
            heard.await("open from-server");
            assertThat(client.send("a", "hello ✓").join()).isEqualTo(Sent.ACCEPTED);
            heard.await("a: hello ✓");
            client.send("from-server", "").join();
            heard.await("from-server: ");
            byte[] longest = new byte[256 * 1024];
            new Random(1).nextBytes(longest);
            assertThat(client.sendBinary("b", longest).join()).isEqualTo(Sent.ACCEPTED);
            heard.await("b: 262144 bytes");
            assertThat(heard.bytes).isEqualTo(longest);
            client.closeChannel("a").join();
            heard.await("closed a");
            client.close();
            Await.until("the server knows", LIMIT, server::clients, left -> left == 0);
        }
    }

    @Test
    void aServerThatEndsTheConnectionEndsItsChannelsAtOnce() {
        try (EchoServer server = new EchoServer();
                LightCrowd crowd = new LightCrowd()) {
            Heard heard = new Heard();
            LightClient client = crowd.play(
                            URI.create(server.url()), 1, LightOptions.defaults().withChannels(heard, "a"))
                    .getFirst();
            heard.await("open a");
            HttpPeer.delete(String.valueOf(client.session()));
            heard.await("closed a");
        }
    }
}
