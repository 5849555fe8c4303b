package dev.millrace.media.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.media.control.ChatRole;
import dev.millrace.media.control.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Rooms in virtual time with outlets that do what is asked of them, and people who read what they get. */
final class ChatWorld {
    static final String STREAM = "show";
    private static final JsonMapper JSON = new JsonMapper();

    final Random random;
    Rooms rooms;
    private final ChatConfig config;
    private long nowNs = 1_000_000_000;
    private long epochMs = 1_700_000_000_000L;

    ChatWorld(ChatConfig config, long seed) {
        this.config = config;
        this.random = new Random(seed);
        this.rooms = new Rooms(config, random);
    }

    static ChatConfig config(int history, int keep) {
        return new ChatConfig(true, null, history, keep, 5, 2_000);
    }

    long nowNs() {
        return nowNs;
    }

    long epochMs() {
        return epochMs;
    }

    ChatConfig config() {
        return config;
    }

    /** A place with members: keeps to the promises of {@link Outlet}. */
    static final class Place implements Outlet {
        final Set<Person> welcomed = new LinkedHashSet<>();
        int handed;

        @Override
        public void welcome(Member member, List<Parcel> first) {
            Person person = (Person) member.connection();
            welcomed.add(person);
            first.forEach(person::get);
        }

        @Override
        public void toMember(Member member, Parcel parcel) {
            ((Person) member.connection()).get(parcel);
        }

        @Override
        public void toAll(String stream, Parcel parcel) {
            handed++;
            for (Person person : welcomed) {
                if (!person.stream.equals(stream)) {
                    continue;
                }
                if (parcel.lane() != Parcel.Lane.APP || person.labels.contains(parcel.label())) {
                    person.get(parcel);
                }
            }
        }

        @Override
        public void subscribed(Member member, String label, boolean on) {
            Person person = (Person) member.connection();
            if (on) {
                person.labels.add(label);
            } else {
                person.labels.remove(label);
            }
        }

        @Override
        public void end(Member member, String why) {
            Person person = (Person) member.connection();
            person.ended = why;
        }
    }

    Place place() {
        return new Place();
    }

    /** One connection and what came over it. */
    final class Person {
        final Place place;
        final String stream;
        final Set<String> labels = new LinkedHashSet<>();
        final Identity identity;
        List<JsonNode> got = new ArrayList<>();
        List<Parcel> parcels = new ArrayList<>();
        Member member;
        String ended = "";

        Person(Place place, String stream, Identity identity) {
            this.place = place;
            this.stream = stream;
            this.identity = identity;
            this.member = new Member(stream, identity, place, this);
            rooms.connect(member, nowNs);
        }

        void get(Parcel parcel) {
            parcels.add(parcel);
            if (!parcel.binary()) {
                got.add(json(parcel.bytes()));
            }
        }

        Person send(String json) {
            rooms.onMessage(member, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), nowNs, epochMs);
            rooms.flush();
            return this;
        }

        Person hello(String name) {
            return send("{'type':'hello','name':'" + name + "'}");
        }

        Person say(String id, String text) {
            return send("{'type':'say','id':'" + id + "','text':'" + text + "'}");
        }

        Person react(String emoji) {
            rooms.onReaction(
                    member,
                    ("{\"type\":\"react\",\"emoji\":\"" + emoji + "\"}").getBytes(StandardCharsets.UTF_8),
                    nowNs);
            rooms.flush();
            return this;
        }

        void leave() {
            place.welcomed.remove(this);
            rooms.disconnect(member, nowNs);
            rooms.flush();
        }

        /** What came of this type. */
        List<JsonNode> all(String type) {
            return got.stream()
                    .filter(json -> json.path("type").asText().equals(type))
                    .toList();
        }

        JsonNode last(String type) {
            return all(type).getLast();
        }

        JsonNode last() {
            return got.getLast();
        }

        /** Forgets what came so far. */
        Person read() {
            got = new ArrayList<>();
            parcels = new ArrayList<>();
            return this;
        }

        String id() {
            return last("welcome").path("you").path("id").asText();
        }

        List<String> texts() {
            return all("said").stream().map(json -> json.path("text").asText()).toList();
        }
    }

    Person viewer(String name) {
        return come(Identity.VIEWER).hello(name);
    }

    Person moderator(String name) {
        return come(new Identity(ChatRole.MODERATOR, name, "token of " + name)).hello(name);
    }

    Person broadcaster() {
        return come(Identity.BROADCASTER).hello("Cast");
    }

    Person come(Identity identity) {
        return new Person(new Place(), STREAM, identity);
    }

    Person come(Place place, String stream, Identity identity) {
        return new Person(place, stream, identity);
    }

    /** Lets time pass, waking the rooms whenever they ask for it. */
    void pass(long ms) {
        long endNs = nowNs + TimeUnit.MILLISECONDS.toNanos(ms);
        long endMs = epochMs + ms;
        while (rooms.nextDeadlineNs() <= endNs) {
            long atNs = Math.max(nowNs, rooms.nextDeadlineNs());
            epochMs += TimeUnit.NANOSECONDS.toMillis(atNs - nowNs);
            nowNs = atNs;
            rooms.onDeadline(nowNs);
            rooms.flush();
        }
        nowNs = endNs;
        epochMs = endMs;
    }

    /** Ends the server and starts it anew on the same directory. */
    void restart() {
        rooms.close();
        rooms = new Rooms(config, random);
    }

    static JsonNode json(byte[] utf8) {
        try {
            return JSON.readTree(utf8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Integer> counts(JsonNode reactions) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        reactions
                .path("counts")
                .fields()
                .forEachRemaining(one -> counts.put(one.getKey(), one.getValue().asInt()));
        return counts;
    }
}
