package dev.millrace.media.rtmp;

import static dev.millrace.media.rtmp.EncoderBytes.filled;
import static dev.millrace.media.rtmp.EncoderBytes.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An encoder's whole conversation, and what becomes of those who do not keep to it. */
class RtmpConnectionTest {

    private static byte[] broadcast() {
        return new EncoderBytes()
                .handshake()
                .connect("live")
                .publish("show?key=secret")
                .setChunkBytes(4096)
                .message(
                        4,
                        MessageType.DATA,
                        1,
                        0,
                        AmfWriter.write("@setDataFrame", "onMetaData", Map.of("width", 640.0)))
                .avcConfiguration(0)
                .aacConfiguration(0)
                .avc(0, true, 40, filled(20_000, 1))
                .aac(5, filled(300, 2))
                .avc(40, false, 0, filled(900, 3))
                .avcConfiguration(40)
                .command("FCUnpublish", 6.0, null, "show")
                .take();
    }

    private static final List<String> AS_SENT = List.of(
            "metadata {width=640.0}",
            "configuration AVC 17",
            "configuration AAC 2",
            "video AVC 0 +40 key 20000",
            "audio AAC 5 300",
            "video AVC 40 +0 900",
            "end unpublished: The encoder has stopped.");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000, 1_000_000})
    void aBroadcastIsReadHoweverItIsCut(int most) {
        Heard heard = new Heard();
        heard.drip(broadcast(), most);
        assertThat(heard.lines).containsExactlyElementsOf(AS_SENT);
        assertThat(heard.request)
                .isEqualTo(new PublishRequest(
                        "live", "show?key=secret", "rtmp://127.0.0.1/live", "FMLE/3.0 (compatible; Test)"));
        assertThat(heard.sent.toString())
                .contains("NetConnection.Connect.Success", "fourCcList", "hvc1", "capsEx", "NetStream.Publish.Start")
                .contains("NetStream.Unpublish.Success");
        assertThat(String.valueOf(heard.request)).doesNotContain("secret");
    }

    @Test
    void everyByteOfAPictureArrives() {
        Heard heard = Heard.publishing();
        byte[] picture = new byte[70_000];
        new java.util.Random(5).nextBytes(picture);
        heard.drip(
                new EncoderBytes().avcConfiguration(0).avc(0, true, 0, picture).take(), 999);
        assertThat(heard.pictures).singleElement().isEqualTo(picture);
    }

    @Test
    void theHandshakeAnswersWithWhatCame() {
        Heard heard = new Heard();
        byte[] hello = new byte[1 + Handshake.PART_BYTES];
        new java.util.Random(2).nextBytes(hello);
        hello[0] = 3;
        heard.feed(hello);
        assertThat(heard.sentBytes).isEqualTo(1 + 2 * Handshake.PART_BYTES);
        String s = heard.sent.toString();
        assertThat(s.charAt(0)).isEqualTo((char) 3);
        assertThat(s.substring(5, 9)).as("no version of ours, so no digest").isEqualTo("\0\0\0\0");
        String noise = new String(hello, 9, Handshake.PART_BYTES - 8, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(s.substring(1 + Handshake.PART_BYTES + 8)).isEqualTo(noise);
    }

    @Test
    void aWrongKeyIsAStatusThatCanBeRead() {
        Heard heard = new Heard();
        heard.refusal = "That key is not known here.";
        heard.feed(new EncoderBytes()
                .handshake()
                .connect("live")
                .publish("show")
                .avcConfiguration(0)
                .take());
        assertThat(heard.sent.toString())
                .contains("NetStream.Publish.Denied", "error", "That key is not known here.")
                .doesNotContain("NetStream.Publish.Start");
        assertThat(heard.lines).containsExactly("end refused: That key is not known here.");
    }

    @Test
    void anotherApplicationAndPlayersAreRefusedInWords() {
        Heard wrong = new Heard();
        wrong.feed(new EncoderBytes().handshake().connect("vod").take());
        assertThat(wrong.sent.toString()).contains("_error", "NetConnection.Connect.Rejected", "no such application");
        assertThat(wrong.ended).isEqualTo(RtmpEnd.REFUSED);
        Heard player = new Heard();
        player.feed(new EncoderBytes()
                .handshake()
                .connect("live")
                .command("createStream", 2.0, null)
                .command("play", 3.0, null, "show")
                .take());
        assertThat(player.sent.toString()).contains("NetStream.Play.Failed", "/watch/");
        assertThat(player.ended).isEqualTo(RtmpEnd.REFUSED);
    }

    @Test
    void whoStallsIsCutAtEveryStep() {
        byte[] all = broadcast();
        for (int got : new int[] {0, 1, 1536, 1537, 3072}) {
            assertThat(stalledAfter(all, got, 4_900).ended).as("%d bytes", got).isNull();
            assertThat(stalledAfter(all, got, 5_100).ended).isEqualTo(RtmpEnd.HANDSHAKE_TIMEOUT);
        }
        assertThat(stalledAfter(all, 3073, 10_100).ended).isEqualTo(RtmpEnd.CONNECT_TIMEOUT);
        int connected = new EncoderBytes().handshake().connect("live").take().length;
        assertThat(stalledAfter(all, connected, 9_900).ended).isNull();
        assertThat(stalledAfter(all, connected, 10_100).ended).isEqualTo(RtmpEnd.PUBLISH_TIMEOUT);
    }

    private static Heard stalledAfter(byte[] all, int bytes, long ms) {
        Heard heard = new Heard();
        heard.feed(java.util.Arrays.copyOf(all, bytes));
        heard.pass(ms);
        return heard;
    }

    @Test
    void silenceIsAskedAboutThenEnds() {
        Heard heard = Heard.publishing();
        int before = heard.sentBytes;
        heard.pass(6_000);
        assertThat(heard.sentBytes - before).as("one ping").isEqualTo(18);
        assertThat(heard.ended).isNull();
        heard.pass(4_000);
        assertThat(heard.ended).isEqualTo(RtmpEnd.SILENT);
    }

    @Test
    void bytesThatNeverBecomeMediaAreSilence() {
        Heard heard = Heard.publishing();
        for (int i = 0; i < 40 && heard.ended == null; i++) {
            heard.feed(new EncoderBytes()
                    .raw(2, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0)
                    .take());
            heard.pass(1_000);
        }
        assertThat(heard.ended).isEqualTo(RtmpEnd.SILENT);
        assertThat(heard.nowNs).isEqualTo(RtmpConnection.NO_MEDIA_NS);
    }

    @Test
    void whoIsHeldBackIsNotSilent() {
        Heard heard = Heard.publishing();
        heard.connection.suspend();
        heard.pass(60_000);
        assertThat(heard.ended).isNull();
        heard.connection.resume(heard.nowNs);
        heard.pass(9_000);
        assertThat(heard.ended).isNull();
        heard.pass(1_100);
        assertThat(heard.ended).isEqualTo(RtmpEnd.SILENT);
    }

    @Test
    void whatIsNoRtmpIsNamed() {
        Heard web = new Heard();
        web.feed("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(web.ended).isEqualTo(RtmpEnd.NOT_RTMP);
        Heard encrypted = new Heard();
        encrypted.feed(new byte[] {6});
        assertThat(encrypted.ended).isEqualTo(RtmpEnd.ENCRYPTED);
    }

    @Test
    void pingsAreAnsweredAndWindowsAcknowledged() {
        Heard heard = Heard.publishing();
        heard.sent.setLength(0);
        heard.feed(new EncoderBytes()
                .message(2, MessageType.USER_CONTROL, 0, 0, new byte[] {0, 6, 1, 2, 3, 4})
                .take());
        assertThat(heard.sent.toString()).endsWith("\0\7\1\2\3\4");
        heard.sent.setLength(0);
        heard.feed(new EncoderBytes()
                .message(2, MessageType.WINDOW_ACKNOWLEDGEMENT_SIZE, 0, 0, new byte[] {0, 0, 0x10, 0})
                .aac(0, filled(5_000, 0))
                .take());
        assertThat(heard.sent.charAt(7)).as("an acknowledgement").isEqualTo((char) MessageType.ACKNOWLEDGEMENT);
    }

    @Test
    void aCodecThatNobodyTakesEndsItInWords() {
        Heard heard = Heard.publishing();
        heard.feed(new EncoderBytes()
                .message(4, MessageType.AUDIO, 1, 0, new byte[] {0x2f, 1, 2, 3})
                .take());
        assertThat(heard.ended).isEqualTo(RtmpEnd.UNSUPPORTED_CODEC);
        assertThat(heard.sent.toString()).contains("MP3 is not taken by this server");
    }

    @Test
    void aggregatesAreTheirParts() {
        Heard heard = Heard.publishing();
        heard.feed(new EncoderBytes()
                .aacConfiguration(1000)
                .message(
                        4,
                        MessageType.AGGREGATE,
                        1,
                        2000,
                        joined(
                                new byte[] {8, 0, 0, 4, 0, 0, 7, 0, 0, 0, 0, (byte) 0xaf, 1, 9, 9, 0, 0, 0, 15},
                                new byte[] {8, 0, 0, 3, 0, 0, 30, 0, 0, 0, 0, (byte) 0xaf, 1, 9, 0, 0, 0, 14},
                                new byte[] {8, 0, 0, 99, 0, 0, 40, 0, 0, 0, 0, 1}))
                .take());
        assertThat(heard.lines)
                .containsExactly("configuration AAC 2", "audio AAC 2000 2", "audio AAC 2023 1", "drop malformed");
    }

    @Test
    void timestampsWrapAndJumpAsTheyAreSent() {
        Heard heard = Heard.publishing();
        heard.feed(new EncoderBytes()
                .aacConfiguration(0xffff_fff0)
                .aac(0xffff_fff0, filled(300, 1))
                .aac(16, filled(1, 1))
                .aac(16 + 3 * 3_600_000, filled(1, 1))
                .aac(30, filled(1, 1))
                .take());
        assertThat(heard.lines)
                .containsExactly(
                        "configuration AAC 2",
                        "audio AAC 4294967280 300",
                        "audio AAC 4294967312 1",
                        "audio AAC 4305767312 1",
                        "audio AAC 4294967326 1");
    }

    @Test
    void amf3CommandsAreAmf0AfterAByte() {
        Heard heard = new Heard();
        heard.feed(new EncoderBytes()
                .handshake()
                .message(
                        3,
                        MessageType.COMMAND_AMF3,
                        0,
                        0,
                        joined(new byte[1], AmfWriter.write("connect", 1.0, Map.of("app", "live"))))
                .publish("show")
                .take());
        assertThat(heard.connection.isPublishing()).isTrue();
    }

    @Test
    void aConnectionCarriesOneBroadcastAndFewCommands() {
        Heard heard = Heard.publishing();
        heard.feed(new EncoderBytes().publish("other").take());
        assertThat(heard.sent.toString()).contains("NetStream.Publish.BadName");
        assertThat(heard.ended).isNull();
        for (int i = 0; i < 100; i++) {
            heard.feed(new EncoderBytes().command("getWhatever", 9.0, null).take());
        }
        assertThat(heard.ended).isEqualTo(RtmpEnd.TOO_MANY_COMMANDS);
    }

    @Test
    void mediaBeforePublishIsNoMedia() {
        Heard heard = new Heard();
        heard.feed(new EncoderBytes()
                .handshake()
                .connect("live")
                .avcConfiguration(0)
                .take());
        assertThat(heard.lines).containsExactly("drop not_publishing");
    }

    @Test
    void theServerEndsItWithASentence() {
        Heard heard = Heard.publishing();
        heard.connection.end("Another encoder took the stream over.");
        assertThat(heard.sent.toString()).contains("Another encoder took the stream over.");
        assertThat(heard.ended).isEqualTo(RtmpEnd.ENDED);
        heard.feed(new EncoderBytes().avcConfiguration(0).take());
        assertThat(heard.lines).hasSize(1);
    }
}
