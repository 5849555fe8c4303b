package dev.millrace.e2e;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millrace.media.datachannel.Reliability;
import dev.millrace.media.sctp.Association.Sent;
import dev.millrace.perf.LightChannelListener;
import dev.millrace.perf.LightClient;
import dev.millrace.perf.LightOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One light client's chat, for tests that look at what is said word by word. Safe for any thread. */
final class ChatClient implements LightChannelListener {
    static final Duration LIMIT = Duration.ofSeconds(30);

    /** One message that came. */
    record Heard(String label, JsonObject json) {
        String type() {
            return json.get("type").getAsString();
        }
    }

    /** A binary message of an application, out of its envelope. */
    @SuppressWarnings("ArrayRecordComponent") // compared by no one
    record Binary(String label, JsonObject header, byte[] payload) {}

    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final List<Binary> binaries = new CopyOnWriteArrayList<>();
    private final List<String> open = new CopyOnWriteArrayList<>();
    private @Nullable LightClient client;

    static ChatClient play(LightCrowd crowd, URI whep, LightOptions options, String... labels) {
        ChatClient chat = new ChatClient();
        chat.client = crowd.play(whep, 1, options.withChannels(chat, labels)).getFirst();
        chat.awaitOpen(labels);
        return chat;
    }

    static ChatClient publish(LightCrowd crowd, URI whip, LightOptions options, String... labels) {
        ChatClient chat = new ChatClient();
        chat.client = crowd.publish(whip, options.withChannels(chat, labels));
        chat.awaitOpen(labels);
        return chat;
    }

    private void awaitOpen(String... labels) {
        Await.until("channels are open", LIMIT, () -> open, seen -> seen.containsAll(List.of(labels)));
    }

    LightClient client() {
        if (client == null) {
            throw new IllegalStateException("not connected yet");
        }
        return client;
    }

    void send(String label, String text) {
        if (client().send(label, text).join() != Sent.ACCEPTED) {
            throw new IllegalStateException("could not send on " + label);
        }
    }

    void sendBinary(String label, byte[] bytes) {
        if (client().sendBinary(label, bytes).join() != Sent.ACCEPTED) {
            throw new IllegalStateException("could not send on " + label);
        }
    }

    void open(String label) {
        client().open(label, Reliability.RELIABLE).join();
        awaitOpen(label);
    }

    boolean isOpen(String label) {
        return open.contains(label);
    }

    /** Says hello and waits to be welcomed. */
    JsonObject hello(String fields) {
        int before = (int) of("welcome").count();
        send("chat", "{\"type\":\"hello\"" + (fields.isEmpty() ? "" : "," + fields) + "}");
        return await(
                        "welcome " + before,
                        list -> list.stream()
                                        .filter(message -> message.type().equals("welcome"))
                                        .count()
                                > before)
                .stream()
                .filter(message -> message.type().equals("welcome"))
                .reduce((first, second) -> second)
                .orElseThrow()
                .json();
    }

    void say(String id, String text) {
        send("chat", "{\"type\":\"say\",\"id\":\"" + id + "\",\"text\":\"" + text + "\"}");
    }

    Stream<Heard> of(String type) {
        return heard.stream().filter(message -> message.type().equals(type));
    }

    /** Texts of what was said, in the order in which it came. */
    List<String> said() {
        return of("said")
                .map(message -> message.json().get("text").getAsString())
                .collect(Collectors.toList());
    }

    List<Binary> binaries() {
        return binaries;
    }

    List<Heard> await(String what, Predicate<List<Heard>> good) {
        return Await.until(what, LIMIT, () -> new ArrayList<>(heard), good);
    }

    /** Waits for a message of that type that has these words in it. */
    JsonObject await(String type, String words) {
        Predicate<Heard> wanted = message ->
                message.type().equals(type) && message.json().toString().contains(words);
        return await(type + " with " + words, list -> list.stream().anyMatch(wanted)).stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow()
                .json();
    }

    @Override
    public void onOpen(LightClient of, String label, long nowNs) {
        open.add(label);
    }

    @Override
    public void onText(LightClient of, String label, byte[] b, int off, int len, long nowNs) {
        String text = new String(b, off, len, StandardCharsets.UTF_8);
        heard.add(new Heard(label, JsonParser.parseString(text).getAsJsonObject()));
    }

    @Override
    public void onBinary(LightClient of, String label, byte[] b, int off, int len, long nowNs) {
        int header = ByteBuffer.wrap(b, off, len).getShort() & 0xffff;
        String json = new String(b, off + 2, header, StandardCharsets.UTF_8);
        binaries.add(new Binary(
                label,
                JsonParser.parseString(json).getAsJsonObject(),
                Arrays.copyOfRange(b, off + 2 + header, off + len)));
    }

    @Override
    public void onClosed(LightClient of, String label, long nowNs) {
        open.remove(label);
    }
}
