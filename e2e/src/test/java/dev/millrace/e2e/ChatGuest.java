package dev.millrace.e2e;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A participant of the chat on a WebSocket. Safe for any thread. */
final class ChatGuest implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final List<JsonObject> heard = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final WebSocket socket;

    /** {@code http} is the server's address, {@code more} what else stands behind the stream. */
    ChatGuest(URI http, String stream, String more) {
        URI uri = URI.create("ws://" + http.getAuthority() + "/ws?stream=" + stream + more);
        socket = CLIENT.newWebSocketBuilder().buildAsync(uri, this).join();
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    void sendBinary(String header, byte[] payload) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(2 + json.length + payload.length)
                .putShort((short) json.length)
                .put(json)
                .put(payload)
                .flip();
        socket.sendBinary(message, true).join();
    }

    /** Says hello and waits to be welcomed. */
    JsonObject hello(String fields) {
        send("{\"type\":\"hello\"" + (fields.isEmpty() ? "" : "," + fields) + "}");
        return await("welcome", "");
    }

    void say(String id, String text) {
        send("{\"type\":\"say\",\"id\":\"" + id + "\",\"text\":\"" + text + "\"}");
    }

    Stream<JsonObject> of(String type) {
        return heard.stream()
                .filter(message -> message.get("type").getAsString().equals(type));
    }

    List<String> said() {
        return of("said").map(message -> message.get("text").getAsString()).toList();
    }

    void await(String what, Predicate<ChatGuest> good) {
        Await.until(what, ChatClient.LIMIT, () -> new ArrayList<>(heard), list -> good.test(this));
    }

    /** Waits for a message of that type that has these words in it. */
    JsonObject await(String type, String words) {
        await(type + " with " + words, guest -> guest.of(type)
                .anyMatch(message -> message.toString().contains(words)));
        return of(type).filter(message -> message.toString().contains(words))
                .findFirst()
                .orElseThrow();
    }

    int closeCode() {
        return Await.until("closed", ChatClient.LIMIT, () -> closed.getNow(0), code -> code != 0);
    }

    @Override
    public CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            heard.add(JsonParser.parseString(part.toString()).getAsJsonObject());
            part.setLength(0);
        }
        ws.request(1);
        return CompletableFuture.completedStage(null);
    }

    /** Kept as the header with the payload's length in it. */
    @Override
    public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            ByteBuffer message = ByteBuffer.wrap(binary.toByteArray());
            byte[] header = new byte[message.getShort() & 0xffff];
            message.get(header);
            JsonObject json = JsonParser.parseString(new String(header, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            json.addProperty("bytes", message.remaining());
            heard.add(json);
            binary.reset();
        }
        ws.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
        closed.complete(code);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket ws, Throwable error) {
        closed.complete(1006);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
