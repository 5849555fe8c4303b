package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Other people's data channels against ours, see resources/pages/channels.mjs: both ends open first, text, bytes, empty
 * messages, 256 KiB both ways, close and reopen from either end, channels agreed on elsewhere, and lossy ones.
 */
class DataChannelInteropTest {
    private static final String[] STEPS = {
        "opened", "text", "empty", "binary", "longest", "negotiated", "lossy", "reopened", "serverReopened", "hungUp"
    };

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private final EchoServer server = new EchoServer("from-server");

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    @DisplayName("Chromium's data channels")
    void chromium() {
        allCameTrue(browsers.peer().call("channels", server.url()).getAsJsonObject());
    }

    @Test
    @DisplayName("Firefox's data channels")
    void firefox() {
        try (var firefox = new Firefox()) {
            allCameTrue(firefox.peer(browsers.peerAddress())
                    .call("channels", server.url())
                    .getAsJsonObject());
        }
    }

    @Test
    @DisplayName("werift's data channels")
    void werift() {
        try (var peer = OutsidePeer.channels("werift", server.url())) {
            allCameTrue(peer.result());
        }
    }

    @Test
    @DisplayName("libdatachannel's data channels")
    void libdatachannel() {
        try (var peer = OutsidePeer.channels("libdatachannel", server.url())) {
            allCameTrue(peer.result());
        }
    }

    private static void allCameTrue(JsonObject seen) {
        for (String step : STEPS) {
            assertThat(seen.has(step) && seen.get(step).getAsBoolean())
                    .as("%s in %s", step, seen)
                    .isTrue();
        }
    }
}
