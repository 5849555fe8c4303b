package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.chat.ChatWorld.Person;
import dev.millrace.media.control.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent is read as a request or refused with a sentence; never an exception. */
class RequestReaderTest {
    private final RequestReader reader = new RequestReader();

    private Request read(String json) {
        return reader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsKnownIsRead() {
        assertThat(read("{'type':'hello','name':'Ann','after':41}")).isEqualTo(new Request.Hello("Ann", 41, null));
        assertThat(read("{'type':'hello'}")).isEqualTo(new Request.Hello(null, Request.NONE, null));
        assertThat(read("{'type':'hello','name':null,'after':null}"))
                .isEqualTo(new Request.Hello(null, Request.NONE, null));
        assertThat(read("{'text':'hi','id':'c1','type':'say'}")).isEqualTo(new Request.Say("c1", "hi"));
        assertThat(read("{'type':'mute','who':'v1','seconds':5}")).isEqualTo(new Request.Mute(null, "v1", 5));
        assertThat(read("{'type':'watching','protocol':'dash'}")).isEqualTo(new Request.Watching(Playing.Way.DASH));
        assertThat(read("{'type':'watching','protocol':'x'}")).isEqualTo(new Request.Watching(Playing.Way.NONE));
        assertThat(read("{'type':'subscribe','label':'quiz'}")).isEqualTo(new Request.Subscribe(null, "quiz", true));
        assertThat(read("{'type':'wave','after':'soon'}")).isEqualTo(new Request.Unknown());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hi",
                "[]",
                "null",
                "{",
                "{}",
                "{'type':5}",
                "{'type':'say'}",
                "{'type':'say','text':5}",
                "{'type':'say','text':'a','text':'b'}",
                "{'type':'say','type':'say','text':'a'}",
                "{'type':'say','text':'a'}{'type':'say','text':'b'}",
                "{'type':'say','text':'a'",
                "{'type':'say','text':'a'} x",
                "{'type':'say','id':7,'text':'a'}",
                "{'type':'hello','after':-1}",
                "{'type':'hello','after':1.5}",
                "{'type':'hello','after':'1'}",
                "{'type':'hello','after':9007199254740992}",
                "{'type':'hello','after':99999999999999999999999}",
                "{'type':'hello','after':1e3}",
                "{'type':'hello','name':['Ann']}",
                "{'type':'remove'}",
                "{'type':'mute','who':''}",
                "{'type':'slow'}",
            })
    void whatIsNotAsAgreedIsABadMessage(String json) {
        assertThat(read(json)).isInstanceOfSatisfying(Request.Bad.class, bad -> {
            assertThat(bad.code()).isEqualTo(Refusal.BAD_MESSAGE);
            assertThat(bad.detail()).isNotBlank();
        });
    }

    @Test
    void theRefusalNamesTheRequestWhereItCan() {
        assertThat(read("{'id':'c1','type':'say','text':5}"))
                .isEqualTo(new Request.Bad("c1", Refusal.BAD_MESSAGE, "\"text\" has to be a string"));
    }

    @Test
    void depthLengthAndCountAreBounded() {
        assertThat(read("{'type':'say','x':" + "[".repeat(100_000) + "]".repeat(100_000) + "}"))
                .isInstanceOf(Request.Bad.class);
        assertThat(read("{'type':'say','x':" + "9".repeat(100_000) + "}")).isInstanceOf(Request.Bad.class);
        assertThat(read("{'" + "x".repeat(100_000) + "':1}")).isInstanceOf(Request.Bad.class);
        assertThat(read("{'type':'say','x':[" + "1,".repeat(100_000) + "1]}")).isInstanceOf(Request.Bad.class);
        assertThat(read("{'type':'say','id':'" + "x".repeat(65) + "','text':'a'}"))
                .isInstanceOfSatisfying(
                        Request.Bad.class, bad -> assertThat(bad.code()).isEqualTo(Refusal.TOO_LONG));
        assertThat(reader.read(new byte[RequestReader.MAX_BYTES + 1]))
                .isInstanceOfSatisfying(
                        Request.Bad.class, bad -> assertThat(bad.code()).isEqualTo(Refusal.TOO_LONG));
    }

    @Test
    void aHundredThousandMangledMessagesDoNoHarm() {
        ChatWorld world = new ChatWorld(ChatWorld.config(5, 50), 3);
        Person listener = world.viewer("Listener");
        Person sender = world.come(Identity.BROADCASTER).hello("Cast").say("0", "first");
        String castId = sender.id();
        Random random = new Random(4);
        for (int i = 0; i < 100_000; i++) {
            byte[] mangled = mangled(random, castId);
            world.rooms.onMessage(sender.member, mangled, world.nowNs(), world.epochMs());
            world.rooms.onReaction(sender.member, mangled, world.nowNs());
            world.rooms.onApp(sender.member, "quiz", random.nextBoolean(), mangled, world.nowNs());
            if (i % 16 == 0) {
                world.pass(200);
                world.rooms.flush();
                sender.read();
                listener.read();
            }
        }
        world.pass(10_000);
        world.viewer("Ann").say("1", "still here");
        assertThat(listener.texts()).contains("still here");
    }

    private static byte[] mangled(Random random, String who) {
        String[] good = {
            "{\"type\":\"hello\",\"name\":\"Ann\",\"after\":3,\"resume\":\"" + who + ".AAAA\"}",
            "{\"type\":\"say\",\"id\":\"c" + random.nextInt(50) + "\",\"text\":\"hi \uD83D\uDD25\u202E\"}",
            "{\"type\":\"react\",\"emoji\":\"\u2764\uFE0F\"}",
            "{\"type\":\"remove\",\"id\":\"r\",\"seq\":" + random.nextInt(60) + "}",
            "{\"type\":\"mute\",\"who\":\"" + who + "\",\"seconds\":5}",
            "{\"type\":\"ban\",\"who\":\"vaaaaaaaaaa\"}",
            "{\"type\":\"unban\",\"who\":\"vaaaaaaaaaa\"}",
            "{\"type\":\"slow\",\"seconds\":0}",
            "{\"type\":\"app\",\"label\":\"quiz\",\"text\":\"1\"}",
            "{\"type\":\"subscribe\",\"label\":\"quiz\"}"
        };
        byte[] bytes = good[random.nextInt(good.length)].getBytes(StandardCharsets.UTF_8);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 2 -> bytes[at] = (byte) "{}[]\",:\\0-.eu".charAt(random.nextInt(13));
                default -> {
                    byte[] twice = Arrays.copyOf(bytes, bytes.length + at);
                    System.arraycopy(bytes, 0, twice, bytes.length, at);
                    bytes = twice;
                }
            }
        }
        return bytes;
    }
}
