package dev.millrace.media.rtmp;

import static dev.millrace.media.rtmp.EncoderBytes.filled;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's end against the server's end, and against servers that keep to nothing. */
class PushConnectionTest {
    private static final PushTarget TARGET = new PushTarget("live", "rtmp://there/live", "show?key=secret-key");
    private static final long MS = 1_000_000;

    /** A client in virtual time and what it said. */
    private static final class Client implements PushSink {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final List<String> lines = new ArrayList<>();
        final PushConnection connection;
        long nowNs;

        Client() {
            connection = new PushConnection(this, TARGET, new Random(1), 0);
        }

        @Override
        public void send(byte[] bytes) {
            out.writeBytes(bytes);
        }

        @Override
        public void onPublishing() {
            lines.add("publishing");
        }

        @Override
        public void onWarning(String sentence) {
            lines.add("warning " + sentence);
        }

        @Override
        public void onEnd(PushEnd why, String detail) {
            assertThat(lines).noneMatch(line -> line.startsWith("end"));
            lines.add("end " + why.label() + ": " + detail);
        }

        void feed(byte[] bytes) {
            connection.onBytes(ByteBuffer.wrap(bytes), nowNs);
        }

        byte[] take() {
            byte[] bytes = out.toByteArray();
            out.reset();
            return bytes;
        }

        void pass(long ms) {
            nowNs += ms * MS;
            connection.onDeadline(nowNs);
        }
    }

    /** Both talk to each other until they have nothing more to say, in pieces of so many bytes. */
    private static void talk(Client client, Heard server, int most) {
        int told = 0;
        for (byte[] said = client.take(); said.length > 0; said = client.take()) {
            server.drip(said, most);
            byte[] answer = server.sent.substring(told).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            told = server.sent.length();
            for (int at = 0; at < answer.length; at += most) {
                byte[] piece = java.util.Arrays.copyOfRange(answer, at, Math.min(answer.length, at + most));
                client.feed(piece);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000, 1_000_000})
    void aServerTakesWhatItPublishes(int most) {
        Client client = new Client();
        Heard server = new Heard();
        talk(client, server, most);
        assertThat(client.lines).containsExactly("publishing");
        PublishRequest request = server.request;
        assertThat(request).isNotNull();
        if (request != null) {
            assertThat(request.application()).isEqualTo("live");
            assertThat(request.name()).isEqualTo("show?key=secret-key");
            assertThat(request.url()).isEqualTo("rtmp://there/live");
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("width", 640.0);
        metadata.put("stereo", true);
        PushConnection from = client.connection;
        client.send(from.metadata(metadata));
        client.send(from.avcConfiguration(0, EncoderBytes.AVC_RECORD));
        client.send(from.aacConfiguration(0, EncoderBytes.AAC_CONFIG));
        client.send(from.avc(0, 40, true, filled(20_000, 1)));
        client.send(from.aac(5, filled(300, 2)));
        client.send(from.avc(33, 0, false, filled(4_091, 3))); // with its five bytes, one chunk exactly
        client.send(from.avc(66, 0, false, filled(4_092, 4)));
        client.send(from.farewell());
        talk(client, server, most);
        assertThat(server.lines)
                .containsExactly(
                        "metadata {width=640.0, stereo=true}",
                        "configuration AVC 17",
                        "configuration AAC 2",
                        "video AVC 0 +40 key 20000",
                        "audio AAC 5 300",
                        "video AVC 33 +0 4091",
                        "video AVC 66 +0 4092",
                        "end unpublished: The encoder has stopped.");
        assertThat(from.farewell()).isEmpty();
    }

    @Test
    void timesGoOnBeyondTheFieldOf24Bits() {
        Client client = new Client();
        Heard server = new Heard();
        talk(client, server, 1_000);
        PushConnection from = client.connection;
        client.send(from.avcConfiguration(0, EncoderBytes.AVC_RECORD));
        int[] times = {0xff_fffe, 0xff_ffff, 0x100_0000, 0x100_0021};
        for (int ms : times) {
            client.send(from.avc(ms, 0, true, filled(10_000, 7)));
        }
        talk(client, server, 999);
        assertThat(server.pictures).hasSize(4).allSatisfy(each -> assertThat(each)
                .isEqualTo(filled(10_000, 7)));
        assertThat(server.lines).contains("video AVC " + 0x100_0021 + " +0 key 10000");
    }

    @Test
    void aRefusalIsSaidWithoutTheKey() {
        Client client = new Client();
        Heard server = new Heard();
        server.refusal = "No stream of show?key=secret-key\r\n, show is unknown.";
        talk(client, server, 100);
        assertThat(client.lines)
                .containsExactly("end refused: The target refuses the stream: No stream of …  , … is unknown.");
    }

    private static Client asking() {
        Client client = new Client();
        client.feed(new EncoderBytes().handshake().take());
        client.feed(new EncoderBytes()
                .command("_result", 1.0, null, Message.info("status", "NetConnection.Connect.Success", ""))
                .take());
        client.feed(new EncoderBytes().command("_result", 4.0, null, 1.0).take());
        assertThat(client.connection.hasAsked()).isTrue();
        return client;
    }

    private static byte[] status(String level, String code) {
        return Message.status(1, level, code, "so");
    }

    @ParameterizedTest
    @CsvSource({
        "error, NetStream.Publish.BadName, end refused: The target refuses the stream: so",
        "status, NetStream.Publish.Denied, end refused: The target refuses the stream: so",
        "error, What.Nobody.Knows, end refused: The target refuses the stream: so",
        "status, NetStream.Publish.Start, publishing",
        "status, NetConnection.Connect.ReconnectRequest, end reconnect: The target asks to be connected to anew.",
        "warning, Some.Warning, warning The target says: so"
    })
    void whatAServerSaysToPublish(String level, String code, String line) {
        Client client = asking();
        client.feed(status(level, code));
        assertThat(client.lines).containsExactly(line);
    }

    @ParameterizedTest
    @CsvSource({
        "error, NetStream.Publish.Denied, end ended: The target ends the stream: so",
        "status, NetStream.Unpublish.Success, end ended: The target ends the stream: so",
        "status, NetStream.Publish.Start,"
    })
    void whatAServerSaysLater(String level, String code, @Nullable String line) {
        Client client = asking();
        client.feed(status("status", "NetStream.Publish.Start"));
        client.lines.clear();
        client.feed(status(level, code));
        assertThat(client.lines).isEqualTo(line == null ? List.of() : List.of(line));
    }

    @Test
    void connectThatIsRefusedIsSaid() {
        Client client = new Client();
        client.feed(new EncoderBytes().handshake().take());
        client.feed(new EncoderBytes()
                .command("_error", 1.0, null, Message.info("error", "NetConnection.Connect.Rejected", "No such app."))
                .take());
        assertThat(client.lines).containsExactly("end refused: The target refuses the connection: No such app.");
    }

    @Test
    void whoDoesNotAnswerIsLeft() {
        Client client = new Client();
        client.pass(9_000);
        assertThat(client.lines).isEmpty();
        client.pass(1_001);
        assertThat(client.lines).containsExactly("end timeout: The target has not answered for 10 s.");
        assertThat(client.connection.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void everyStepHasItsTime() {
        Client client = asking();
        client.pass(9_000);
        client.feed(status("status", "NetStream.Publish.Start"));
        client.pass(1_000_000);
        assertThat(client.lines).containsExactly("publishing");
    }

    @Test
    void whatSpeaksNoRtmpIsLeft() {
        Client client = new Client();
        client.feed("HTTP/1.1 400 Bad Request\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(client.lines).containsExactly("end malformed: What answers there does not speak RTMP.");
    }

    @Test
    void pingsAreAnsweredAndWindowsAcknowledged() {
        Client client = asking();
        client.feed(status("status", "NetStream.Publish.Start"));
        client.take();
        client.feed(Message.ping(77));
        assertThat(client.take()).isEqualTo(Message.pong(77));
        byte[] window = new byte[4];
        window[3] = 100;
        client.feed(new EncoderBytes()
                .message(2, MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE, 0, 0, window)
                .take());
        assertThat(client.take()).hasSize(Message.acknowledgement(0).length);
    }

    @Test
    void brokenAnswersBreakNothing() {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            EncoderBytes good = new EncoderBytes()
                    .handshake()
                    .command("_result", 1.0, null, Message.info("status", "NetConnection.Connect.Success", "x"))
                    .command("onBWDone", 0.0, null)
                    .command("_result", 4.0, null, (double) random.nextInt())
                    .raw(status("status", "NetStream.Publish.Start"));
            byte[] bytes = good.take();
            int from = random.nextInt(4) == 0 ? 0 : 2 * Handshake.PART_BYTES;
            for (int i = random.nextInt(12); i >= 0; i--) {
                int at = from + random.nextInt(bytes.length - from);
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
            }
            Client client = new Client();
            int most = 1 + random.nextInt(500);
            for (int at = 0; at < bytes.length; at += most) {
                client.connection.onBytes(ByteBuffer.wrap(bytes, at, Math.min(most, bytes.length - at)), client.nowNs);
            }
            boolean publishing = client.connection.isPublishing();
            client.pass(20_000);
            assertThat(publishing || client.lines.getLast().startsWith("end"))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void noiseBreaksNothing() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Client client = asking();
            byte[] noise = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(noise);
            client.feed(noise);
            client.pass(20_000);
            assertThat(client.lines).as("seed %d", seed).isNotEmpty();
        }
    }
}
