package dev.millrace.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.millrace.media.chat.ChatConfig;
import dev.millrace.media.chat.Member;
import dev.millrace.media.chat.Outlet;
import dev.millrace.media.chat.Parcel;
import dev.millrace.media.chat.Rooms;
import dev.millrace.media.chat.Viewers;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real messages, and those in docs/chat.md, are what the served schema says. */
class ChatSchemaTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path SCHEMA = Path.of("../docs/chat.schema.json");
    private static final Pattern EXAMPLES = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
    private static final long SECOND_NS = 1_000_000_000L;

    private final JsonNode document = document();

    private static JsonNode document() {
        try {
            return JSON.readTree(Files.readString(SCHEMA));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The part of the schema for one direction: client or server. */
    private JsonSchema schema(String side) {
        String part =
                document.toString().replaceFirst("\"anyOf\":\\[[^\\]]*\\]", "\"\\$ref\":\"#/\\$defs/" + side + "\"");
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(part);
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    private Set<String> types(String side) {
        Set<String> types = new TreeSet<>();
        document.get("$defs").fieldNames().forEachRemaining(name -> {
            if (name.startsWith(side + ".")) {
                types.add(name.substring(side.length() + 1));
            }
        });
        return types;
    }

    @Test
    void itIsServed() {
        try (Server server = new Server(java.util.Map.of())) {
            var response = server.get("/api/v1/chat.schema.json");
            assertThat(Server.header(response, "Content-Type")).isEqualTo("application/schema+json");
            assertThat(read(response.body())).isEqualTo(document);
        }
    }

    @Test
    void itIsASchema() {
        JsonSchema meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(document)).isEmpty();
    }

    @Test
    void whatIsWrongDoesNotPass() {
        for (String wrong : List.of(
                "{\"type\":\"said\",\"seq\":0,\"at\":1,\"from\":{\"id\":\"vk3xw8a2mnq\",\"name\":\"A\",\"role\":\"viewer\"},\"text\":\"x\"}",
                "{\"type\":\"said\",\"seq\":1,\"at\":1,\"from\":{\"id\":\"<b>\",\"name\":\"A\",\"role\":\"viewer\"},\"text\":\"x\"}",
                "{\"type\":\"refused\",\"code\":\"because\",\"detail\":\"x\"}",
                "{\"type\":\"presence\",\"viewers\":{}}",
                "{\"type\":\"reactions\",\"counts\":{\"x\":0}}",
                "{\"type\":\"stream\",\"state\":\"on\"}",
                "{\"type\":\"nothing\"}",
                "[]")) {
            assertThat(schema("server").validate(read(wrong))).as(wrong).isNotEmpty();
        }
        assertThat(schema("client").validate(read("{\"type\":\"say\"}"))).isNotEmpty();
    }

    @Test
    void theDocumentedExamplesAreRight() throws IOException {
        Set<String> seen = new TreeSet<>();
        Matcher examples = EXAMPLES.matcher(Files.readString(Path.of("../docs/chat.md")));
        while (examples.find()) {
            for (String line : examples.group(1).lines().toList()) {
                JsonNode message = read(line);
                boolean right = schema("client").validate(message).isEmpty()
                        || schema("server").validate(message).isEmpty();
                assertThat(right).as(line).isTrue();
                seen.add(message.get("type").asText());
            }
        }
        Set<String> all = types("client");
        all.addAll(types("server"));
        all.removeAll(Set.of("end", "stream"));
        assertThat(seen).containsAll(all);
    }

    /** A room with a broadcaster and viewers in which everything happens that may; each message either way is checked. */
    @Test
    void realMessagesAreRight() {
        Recorder recorder = new Recorder();
        JsonSchema client = schema("client");
        JsonSchema server = schema("server");
        try (Rooms rooms = new Rooms(ChatConfig.IN_MEMORY, new SecureRandom())) {
            Everything everything = new Everything(rooms, recorder);
            everything.happens();
            assertThat(everything.sent).allSatisfy(message -> assertThat(client.validate(read(message)))
                    .as(message)
                    .isEmpty());
            assertThat(types(everything.sent)).containsExactlyInAnyOrderElementsOf(types("client"));
        }
        assertThat(recorder.heard)
                .allSatisfy(message ->
                        assertThat(server.validate(read(message))).as(message).isEmpty());
        Set<String> expected = types("server");
        expected.remove("end"); // written by the data channels' end, not by the room
        assertThat(types(recorder.heard)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Set<String> types(List<String> messages) {
        return messages.stream()
                .map(message -> read(message).get("type").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Keeps what members are told; of a binary message the header. */
    private static final class Recorder implements Outlet {
        final List<String> heard = new ArrayList<>();

        @Override
        public void welcome(Member member, List<Parcel> first) {
            first.forEach(this::hear);
        }

        @Override
        public void toMember(Member member, Parcel parcel) {
            hear(parcel);
        }

        @Override
        public void toAll(String stream, Parcel parcel) {
            hear(parcel);
        }

        private void hear(Parcel parcel) {
            byte[] bytes = parcel.bytes();
            byte[] json =
                    parcel.binary() ? Arrays.copyOfRange(bytes, 2, 2 + ((bytes[0] << 8) | (bytes[1] & 0xff))) : bytes;
            heard.add(new String(json, StandardCharsets.UTF_8));
        }

        @Override
        public void subscribed(Member member, String label, boolean on) {}

        @Override
        public void end(Member member, String why) {}

        /** A field of the latest message of a type that has it. */
        String latest(String type, String field) {
            return heard.reversed().stream()
                    .map(ChatSchemaTest::read)
                    .filter(message -> message.get("type").asText().equals(type)
                            && !message.at(field).isMissingNode())
                    .map(message -> message.at(field).asText())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + type + " with " + field + " among " + heard));
        }
    }

    private static final class Everything {
        private final Rooms rooms;
        private final Recorder recorder;
        final List<String> sent = new ArrayList<>();
        private long nowNs = SECOND_NS;

        Everything(Rooms rooms, Recorder recorder) {
            this.rooms = rooms;
            this.recorder = recorder;
        }

        private Member member(Identity identity) {
            Member member = new Member("show", identity, recorder, new Object());
            rooms.connect(member, nowNs);
            return member;
        }

        private void send(Member member, String message) {
            sent.add(message);
            rooms.onMessage(member, message.getBytes(StandardCharsets.UTF_8), nowNs, 1_763_720_000_000L);
            pass();
        }

        private void pass() {
            nowNs += 2 * SECOND_NS;
            rooms.onDeadline(nowNs);
            rooms.flush();
        }

        void happens() {
            Member owner = member(Identity.BROADCASTER);
            Member ann = member(new Identity(ChatRole.VIEWER, "Ann <b>\u202e", "token"));
            send(owner, "{\"type\":\"hello\"}");
            send(ann, "{\"type\":\"hello\",\"name\":null}");
            String who = recorder.latest("welcome", "/you/id");
            rooms.onViewers("show", new Viewers(2, 1, 0), nowNs);
            rooms.onStream("show", true, nowNs);
            pass();
            talk(owner, ann);
            moderate(owner, ann, who);
            applications(owner, ann);
            String resume = recorder.latest("welcome", "/resume");
            rooms.disconnect(ann, nowNs);
            pass();
            send(
                    member(Identity.VIEWER),
                    "{\"type\":\"hello\",\"name\":\"Ann\",\"after\":1,\"resume\":\"" + resume + "\"}");
        }

        private void talk(Member owner, Member ann) {
            send(ann, "{\"type\":\"say\",\"id\":\"c1\",\"text\":\"<script>alert(1)</script>\"}");
            send(owner, "{\"type\":\"say\",\"text\":\"hi 🔥\"}");
            send(ann, "{\"type\":\"say\",\"id\":\"c2\",\"text\":\"" + "x".repeat(2_001) + "\"}");
            send(ann, "{\"type\":\"react\",\"emoji\":\"🔥\"}");
            send(ann, "{\"type\":\"remove\",\"id\":\"c3\",\"seq\":1}");
            send(ann, "{\"type\":\"remove\",\"id\":\"c4\",\"seq\":2}");
            send(ann, "{\"type\":\"slow\",\"id\":\"c5\",\"seconds\":5}");
        }

        private void moderate(Member owner, Member ann, String who) {
            send(owner, "{\"type\":\"slow\",\"seconds\":5}");
            send(owner, "{\"type\":\"slow\",\"id\":\"m1\",\"seconds\":0}");
            send(owner, "{\"type\":\"mute\",\"id\":\"m2\",\"who\":\"" + who + "\",\"seconds\":60}");
            send(ann, "{\"type\":\"say\",\"id\":\"c6\",\"text\":\"?\"}");
            send(owner, "{\"type\":\"unmute\",\"id\":\"m3\",\"who\":\"" + who + "\"}");
            send(owner, "{\"type\":\"ban\",\"id\":\"m4\",\"who\":\"" + who + "\"}");
            send(ann, "{\"type\":\"say\",\"id\":\"c7\",\"text\":\"?\"}");
            send(owner, "{\"type\":\"unban\",\"id\":\"m5\",\"who\":\"" + who + "\"}");
        }

        private void applications(Member owner, Member ann) {
            send(ann, "{\"type\":\"subscribe\",\"id\":\"s1\",\"label\":\"quiz\"}");
            send(owner, "{\"type\":\"app\",\"label\":\"quiz\",\"text\":\"7?\"}");
            rooms.onApp(owner, "quiz", true, new byte[] {1, 2, 3}, nowNs);
            send(ann, "{\"type\":\"unsubscribe\",\"label\":\"quiz\"}");
            send(ann, "{\"type\":\"watching\",\"protocol\":\"dash\"}");
        }
    }
}
