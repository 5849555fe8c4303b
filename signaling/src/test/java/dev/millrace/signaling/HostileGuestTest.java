package dev.millrace.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.ChatCommand;
import dev.millrace.media.control.ChatEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests who mean no good: whatever one does, it is refused in order, and a well-behaved one beside it notices nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileGuestTest {
    private static final int MANY = 1_000;

    private final Server server = new Server(Map.of("limits.address", "0"));

    @AfterAll
    void stop() {
        server.close();
    }

    private String guests() {
        return server.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("millrace_chat_guests"))
                .toList()
                .toString();
    }

    private RawGuest guest() {
        return RawGuest.open(server, 0);
    }

    /** Somebody else is still served. */
    private void othersAreUndisturbed() {
        try (GuestClient ann = GuestClient.of(server, "?stream=show")) {
            ann.say("{\"type\":\"hello\"}");
            assertThat(ann.next()).contains("welcome");
        }
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {256 * 1024 + 1, 1024 * 1024})
    void aMessageInOneFrameThatIsTooLong(int bytes) {
        try (RawGuest guest = guest()) {
            byte[] text = new byte[bytes];
            Arrays.fill(text, (byte) 'x');
            guest.send(RawGuest.TEXT, true, text);
            assertThat(guest.closed()).isIn("1009", "ended");
        }
        othersAreUndisturbed();
    }

    @Test
    void aMessageInManyFramesThatIsTooLong() {
        try (RawGuest guest = guest()) {
            byte[] part = new byte[64 * 1024];
            Arrays.fill(part, (byte) 'x');
            guest.send(RawGuest.TEXT, false, part);
            for (int i = 0; i < 4; i++) {
                guest.send(RawGuest.CONTINUATION, false, part);
            }
            assertThat(guest.closed()).isEqualTo("1009");
        }
        othersAreUndisturbed();
    }

    @Test
    void theLongestMessageThereMayBe() {
        int before = server.chat.all(ChatCommand.Send.class).size();
        try (RawGuest guest = guest()) {
            byte[] text = new byte[256 * 1024];
            Arrays.fill(text, (byte) 'x');
            guest.send(RawGuest.TEXT, true, text);
            ChatTest.await(() -> server.chat.all(ChatCommand.Send.class).size() == before + 1);
            guest.send(RawGuest.TEXT, false, Arrays.copyOf(text, 100_000));
            guest.send(RawGuest.PING, true, new byte[] {1});
            guest.send(RawGuest.CONTINUATION, true, Arrays.copyOf(text, 100_000));
            ChatTest.await(() -> server.chat.all(ChatCommand.Send.class).size() == before + 2);
            assertThat(server.chat.last(ChatCommand.Send.class).text()).hasSize(200_000);
        }
    }

    @Test
    void textThatIsNotUtf8() {
        for (byte[] bad : List.of(
                new byte[] {(byte) 0xff},
                new byte[] {(byte) 0xc0, (byte) 0x80},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {'a', (byte) 0xe2, (byte) 0x82})) {
            try (RawGuest guest = guest()) {
                guest.send(RawGuest.TEXT, true, bad);
                assertThat(guest.closed()).isEqualTo("1007");
            }
        }
    }

    @Test
    void aCharacterAcrossTwoFramesIsWell() {
        int before = server.chat.all(ChatCommand.Send.class).size();
        byte[] text = "🔥".getBytes(StandardCharsets.UTF_8);
        try (RawGuest guest = guest()) {
            guest.send(RawGuest.TEXT, false, Arrays.copyOf(text, 2));
            guest.send(RawGuest.CONTINUATION, true, Arrays.copyOfRange(text, 2, 4));
            ChatTest.await(() -> server.chat.all(ChatCommand.Send.class).size() == before + 1);
            assertThat(server.chat.last(ChatCommand.Send.class).text()).isEqualTo("🔥");
        }
    }

    /** Reserved opcodes and bits, no mask, control frames in pieces or too long, pieces of nothing (RFC 6455 section 5). */
    @Test
    void framesAgainstTheRules() {
        byte[] some = "hi".getBytes(StandardCharsets.UTF_8);
        for (byte[] bad : List.of(
                RawGuest.frame(0x83, some, true),
                RawGuest.frame(0x8b, some, true),
                RawGuest.frame(0xc1, some, true),
                RawGuest.frame(0xf1, some, true),
                RawGuest.frame(0x81, some, false),
                RawGuest.frame(0x09, some, true),
                RawGuest.frame(0x89, new byte[126], true),
                RawGuest.frame(0x80, some, true),
                RawGuest.frame(0x88, new byte[] {3}, true),
                new byte[] {(byte) 0x81, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0})) {
            try (RawGuest guest = guest()) {
                guest.raw(bad);
                assertThat(guest.closed()).isIn("1002", "1009", "ended");
            }
        }
        othersAreUndisturbed();
    }

    @Test
    void anythingAtAll() {
        Random random = new Random(4);
        for (int i = 0; i < 200; i++) {
            try (RawGuest guest = guest()) {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                guest.raw(bytes);
            }
        }
        othersAreUndisturbed();
    }

    @Test
    void compressionIsNotSpoken() {
        try (RawGuest guest = new RawGuest(server.millrace.httpPort(), 0)) {
            String answer = guest.request(RawGuest.upgrade(
                    "?stream=show", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"));
            assertThat(answer).startsWith("HTTP/1.1 101 ").doesNotContainIgnoringCase("extensions");
        }
    }

    @Test
    void upgradesThatAreNone() {
        String good = RawGuest.upgrade("?stream=show");
        for (String[] bad : new String[][] {
            {"Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", "426"},
            {"Sec-WebSocket-Version: 13\r\n", "", "426"},
            {"Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 99999999999999999999", "426"},
            {"Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n", "", "400"},
            {"AAECAwQFBgcICQoLDA0ODw==", "short", "400"},
            {"AAECAwQFBgcICQoLDA0ODw==", "\u0001", "400"},
            {"Connection: Upgrade", "Connection: close", "400"},
            {"stream=show", "stream=..%2F", "400"},
            {"?stream=show", "", "400"},
            {"stream=show", "stream=%", "400"},
            {"stream=show", "stream=" + "x".repeat(5000), "414"},
            {"Host: 127.0.0.1", "Host: 127.0.0.1\r\nX: " + "x".repeat(17_000), "431"},
            {"Upgrade: websocket", "Upgrade: h2c", "426"},
            {"HTTP/1.1", "HTTP/1.0", "426"},
        }) {
            try (RawGuest guest = new RawGuest(server.millrace.httpPort(), 0)) {
                assertThat(guest.request(good.replace(bad[0], bad[1])))
                        .as(bad[1].length() > 50 ? bad[1].substring(0, 50) : bad[1])
                        .startsWith("HTTP/1.")
                        .contains(" " + bad[2] + " ");
            }
        }
        othersAreUndisturbed();
    }

    @Test
    void aFloodOfPingsIsReadSlowly() throws IOException {
        byte[] pings = new byte[6 * 20_000];
        for (int i = 0; i < pings.length; i += 6) {
            pings[i] = (byte) 0x89;
            pings[i + 1] = (byte) 0x80;
        }
        RawGuest guest = guest();
        try {
            var flood = Thread.ofVirtual().start(() -> {
                while (guest.raw(pings)) {
                    Thread.onSpinWait();
                }
            });
            othersAreUndisturbed();
            assertThat(guest.read().opcode()).isEqualTo(RawGuest.PONG);
            othersAreUndisturbed();
            assertThat(flood.isAlive()).isTrue();
        } finally {
            guest.close();
        }
    }

    @Test
    void aFloodOfMessagesWaitsForTheChat() {
        Server slow = new Server(Map.of());
        slow.chat.answer(command ->
                command instanceof ChatCommand.Send ? null : new dev.millrace.media.control.MediaReply.Done());
        try (slow;
                RawGuest guest = RawGuest.open(slow, 0)) {
            for (int i = 0; i < 100; i++) {
                guest.text("{\"type\":\"say\"}");
            }
            ChatTest.await(() -> slow.chat.all(ChatCommand.Send.class).size() >= 16);
            assertThat(slow.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(slow.chat.all(ChatCommand.Send.class)).hasSizeLessThan(40);
        }
    }

    @Test
    void manyWhoSayNothing() {
        List<RawGuest> guests = new ArrayList<>();
        try {
            for (int i = 0; i < MANY; i++) {
                guests.add(guest());
            }
            assertThat(server.get("/metrics").body()).contains("millrace_chat_guests");
            othersAreUndisturbed();
        } finally {
            guests.forEach(RawGuest::close);
        }
        ChatTest.await(
                () -> server.get("/metrics").body().contains("millrace_chat_guests{protocol=\"ws\"} 0"), this::guests);
    }

    /** Reliable messages wait for a while, lossy ones are left out, then the guest is sent away. */
    @Test
    void whoNeverReads() {
        String long1 = FakeChat.said(1, "x".repeat(10_000));
        try (RawGuest deaf = RawGuest.open(server, 4096);
                GuestClient ann = GuestClient.of(server, "?stream=show")) {
            deaf.text("{\"type\":\"hello\"}");
            assertThat(ann.say("{\"type\":\"hello\"}").next()).contains("welcome");
            int joined = server.chat.guests.size();
            ChatTest.await(() -> server.chat.all(ChatCommand.Send.class).stream()
                            .filter(send -> send.text().contains("hello"))
                            .count()
                    >= 2);
            int sent = 0;
            while (server.chat.guests.size() == joined && sent < 5_000) {
                server.chat.publish(new ChatEvent.ToAll("show", null, sent % 2 == 1, long1));
                assertThat(ann.next()).contains("said");
                sent++;
            }
            assertThat(server.chat.guests).as("after " + sent).hasSize(joined - 1);
            ChatTest.await(() -> server.get("/metrics").body().contains("reason=\"behind\"} 1"));
        }
    }
}
