package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.media.control.Identity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A thousand rooms whose people come, talk, drop out and come back while the server is killed between any two steps:
 * every message that was acknowledged is in the log once, and everybody has got the log, in order, nothing twice.
 */
class RoomModelTest {
    private static final int PEOPLE = 5;
    private static final int STEPS = 120;
    private static final ChatConfig CONFIG = new ChatConfig(true, null, 10, 10_000, 1_000, 100);

    @ParameterizedTest
    @ValueSource(longs = {0, 250, 500, 750})
    void everyAcknowledgedMessageReachesEverybodyOnceInOrder(long firstSeed) {
        for (long seed = firstSeed; seed < firstSeed + 250; seed++) {
            new Scene(seed).play();
        }
    }

    private static final class Scene {
        private final long seed;
        private final Random random;
        private final MVStore disk = new MVStore.Builder().autoCommitDisabled().open();
        private final List<Client> clients = new ArrayList<>();
        private Rooms rooms;
        private int life;
        private long nowNs = 1;
        private int said;

        Scene(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.rooms = begin();
            for (int i = 0; i < PEOPLE; i++) {
                clients.add(new Client(this, "p" + i));
            }
        }

        private Rooms begin() {
            life++;
            return new Rooms(CONFIG, random, () -> new ChatStore(disk, random));
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                step(clients.get(random.nextInt(PEOPLE)));
            }
            clients.forEach(Client::connect); // all come back, and send again what nobody acknowledged
            flush();
            flush();
            check();
        }

        private void step(Client client) {
            nowNs += random.nextInt(50_000_000);
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> client.connect();
                case 3 -> client.disconnect();
                case 4 -> kill();
                case 5 -> client.removeOne();
                case 6, 7, 8, 9, 10, 11, 12 -> client.say("m" + said++);
                case 13 -> client.resendSomething();
                default -> flush();
            }
        }

        private void flush() {
            rooms.onDeadline(nowNs);
            rooms.flush();
            clients.forEach(Client::afterWelcome);
        }

        /** What was not committed is gone, and so is everybody's connection. */
        private void kill() {
            disk.rollback();
            clients.forEach(Client::cutOff);
            rooms = begin();
        }

        private void check() {
            List<JsonNode> log = rooms.history("s", Long.MAX_VALUE, 1_000).messages().stream()
                    .map(text -> ChatWorld.json(text.getBytes(StandardCharsets.UTF_8)))
                    .toList();
            Set<String> texts = new HashSet<>();
            for (JsonNode message : log) {
                assertThat(texts.add(message.path("text").asText()))
                        .as("seed %d: %s is said once", seed, message)
                        .isTrue();
            }
            for (Client client : clients) {
                assertThat(client.unacknowledged).as("seed %d", seed).isEmpty();
                Map<Long, String> expected = new LinkedHashMap<>();
                log.forEach(message -> expected.put(
                        message.path("seq").asLong(), message.path("text").asText()));
                assertThat(client.shown()).as("seed %d, %s", seed, client.name).isEqualTo(expected);
                client.acknowledged.forEach((seq, text) -> assertThat(expected.get(seq))
                        .as("seed %d: acknowledged as %d", seed, seq)
                        .isIn(text, null)); // null: removed
            }
        }
    }

    /** A browser: keeps what it saw and what was not acknowledged, over its own and the server's ends. */
    private static final class Client implements Outlet {
        private final Scene scene;
        private final String name;
        private final Map<String, String> unacknowledged = new LinkedHashMap<>();
        private final Map<Long, String> acknowledged = new HashMap<>();
        private final Map<Long, String> seen = new LinkedHashMap<>();
        private final Set<Long> removed = new LinkedHashSet<>();
        private @Nullable Member member;
        private int memberLife;
        private boolean welcomed;
        private boolean justWelcomed;
        private long last;
        private String resume = "";

        Client(Scene scene, String name) {
            this.scene = scene;
            this.name = name;
        }

        void connect() {
            disconnect();
            Member fresh = new Member("s", Identity.VIEWER, this, name);
            member = fresh;
            memberLife = scene.life;
            scene.rooms.connect(fresh, scene.nowNs);
            send("{'type':'hello','name':'" + name + "','after':" + last + ",'resume':'" + resume + "'}");
        }

        /** Not earlier: without the secret to resume with, nobody could tell that it is said again. */
        void afterWelcome() {
            if (justWelcomed) {
                justWelcomed = false;
                unacknowledged.forEach(this::sendSay);
            }
        }

        void disconnect() {
            if (member != null && memberLife == scene.life) {
                scene.rooms.disconnect(member, scene.nowNs);
            }
            cutOff();
        }

        void cutOff() {
            member = null;
            welcomed = false;
            justWelcomed = false;
        }

        void say(String text) {
            unacknowledged.put(text, text);
            if (welcomed && !justWelcomed) {
                sendSay(text, text);
            }
        }

        void resendSomething() {
            if (welcomed && !justWelcomed) {
                unacknowledged.keySet().stream().findAny().ifPresent(id -> sendSay(id, id));
                acknowledged.values().stream().findAny().ifPresent(id -> sendSay(id, id));
            }
        }

        void removeOne() {
            if (member != null) {
                acknowledged.keySet().stream().findAny().ifPresent(seq -> send("{'type':'remove','seq':" + seq + "}"));
            }
        }

        private void sendSay(String id, String text) {
            send("{'type':'say','id':'" + id + "','text':'" + text + "'}");
        }

        private void send(String json) {
            scene.rooms.onMessage(
                    Objects.requireNonNull(member),
                    json.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                    scene.nowNs,
                    scene.nowNs / 1_000_000);
        }

        Map<Long, String> shown() {
            Map<Long, String> shown = new LinkedHashMap<>(seen);
            shown.keySet().removeAll(removed);
            return shown;
        }

        @Override
        public void welcome(Member to, List<Parcel> first) {
            if (to.equals(member)) {
                welcomed = true;
                justWelcomed = true;
                first.forEach(this::get);
            }
        }

        @Override
        public void toMember(Member to, Parcel parcel) {
            if (to.equals(member)) {
                get(parcel);
            }
        }

        @Override
        public void toAll(String stream, Parcel parcel) {
            if (welcomed) {
                get(parcel);
            }
        }

        @Override
        public void subscribed(Member to, String label, boolean on) {}

        @Override
        public void end(Member to, String why) {}

        private void get(Parcel parcel) {
            JsonNode json = ChatWorld.json(parcel.bytes());
            long seq = json.path("seq").asLong();
            switch (json.path("type").asText()) {
                case "welcome" -> {
                    resume = json.path("resume").asText();
                    assertThat(json.path("last").asLong())
                            .as("seed %d", scene.seed)
                            .isGreaterThanOrEqualTo(last);
                }
                case "said" -> {
                    assertThat(seq)
                            .as("seed %d: in order, none twice", scene.seed)
                            .isGreaterThan(last);
                    last = seq;
                    seen.put(seq, json.path("text").asText());
                }
                case "ack" -> {
                    String text = unacknowledged.remove(json.path("id").asText());
                    if (text != null) {
                        acknowledged.put(seq, text);
                    }
                }
                case "removed" -> removed.add(seq);
                default -> {}
            }
        }
    }
}
