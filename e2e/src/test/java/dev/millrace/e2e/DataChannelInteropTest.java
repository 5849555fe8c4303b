package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Other people's data channels against ours, see resources/pages/channels.mjs: both ends open first, text, bytes, empty
 * messages, 256 KiB both ways, close and reopen from either end, channels agreed on elsewhere, and lossy ones.
 */
class DataChannelInteropTest {
    private static final List<String> STEPS = List.of(
            "opened", "text", "binary", "longest", "negotiated", "lossy", "reopened", "serverReopened", "hungUp");
    private static final List<String> EMPTY = List.of("empty");

    /** Opened by the server as soon as it can. */
    private static final String FROM_SERVER = "from-server";

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @Test
    @DisplayName("Chromium's data channels")
    void chromium() {
        try (EchoServer server = new EchoServer(FROM_SERVER)) {
            allCameTrue(EMPTY, browsers.peer().call("channels", server.url()).getAsJsonObject());
        }
    }

    @Test
    @DisplayName("Firefox's data channels")
    void firefox() {
        try (EchoServer server = new EchoServer(FROM_SERVER);
                var firefox = new Firefox()) {
            allCameTrue(
                    EMPTY,
                    firefox.peer(browsers.peerAddress())
                            .call("channels", server.url())
                            .getAsJsonObject());
        }
    }

    @Test
    @DisplayName("werift's data channels")
    void werift() {
        try (EchoServer server = new EchoServer();
                var peer = OutsidePeer.channels("werift", server.url())) {
            allCameTrue(List.of(), peer.result());
        }
    }

    @Test
    @DisplayName("libdatachannel's data channels")
    void libdatachannel() {
        try (EchoServer server = new EchoServer(FROM_SERVER);
                var peer = OutsidePeer.channels("libdatachannel", server.url())) {
            allCameTrue(EMPTY, peer.result());
        }
    }

    private static void allCameTrue(List<String> more, JsonObject seen) {
        for (String step : Stream.concat(STEPS.stream(), more.stream()).toList()) {
            assertThat(seen.has(step) && seen.get(step).getAsBoolean())
                    .as("%s in %s", step, seen)
                    .isTrue();
        }
    }
}
