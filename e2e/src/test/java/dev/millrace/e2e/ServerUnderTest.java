package dev.millrace.e2e;

import dev.millrace.signaling.Millrace;
import dev.millrace.signaling.config.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One Millrace in this JVM for all test classes, with the shipped defaults but free ports on loopback; every test uses
 * a stream of its own. The one place that knows how the server is started.
 */
final class ServerUnderTest implements BeforeAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(ServerUnderTest.class);
    private static final AtomicInteger STREAMS = new AtomicInteger();

    private @Nullable Running running;

    private record Running(Millrace server) implements AutoCloseable {
        static Running start() {
            return new Running(Millrace.start(Settings.of(
                    Map.of("http.port", "0", "media.port", "0", "rtmp.port", "0", "chat.store", "memory"))));
        }

        @Override
        public void close() {
            server.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        running = test.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("running", ignored -> Running.start(), Running.class);
    }

    /** A stream name that no other test uses. */
    String freshStream() {
        return "test-" + STREAMS.incrementAndGet();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server().httpPort() + path;
    }

    String whip(String stream) {
        return url("/whip/" + stream);
    }

    String whep(String stream) {
        return url("/whep/" + stream);
    }

    /** Where encoders push the stream. */
    String rtmp(String stream) {
        return "rtmp://127.0.0.1:" + rtmpPort() + "/live/" + stream;
    }

    int rtmpPort() {
        return server().rtmpPort();
    }

    InetSocketAddress media() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server().mediaPort());
    }

    private Millrace server() {
        return Objects.requireNonNull(running, "only inside a test").server();
    }
}
