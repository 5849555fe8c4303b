package dev.millrace.media.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.millrace.media.control.ChatRole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server says, as JSON written once into the bytes that all get. docs/chat.md has the list. */
final class Wire {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8) // an emoji in 4 bytes, not 12
            .build();

    private Wire() {}

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static Parcel welcome(Participant you, long first, long last, String resume, long slowSeconds, int history) {
        return chat("welcome", json -> {
            person(json, "you", you.id(), you.name(), you.role());
            json.writeNumberField("last", last);
            json.writeNumberField("first", first);
            json.writeStringField("resume", resume);
            json.writeNumberField("slow", slowSeconds);
            json.writeNumberField("history", history);
        });
    }

    /** Of a message that was not removed. */
    static Parcel said(Message message) {
        return chat("said", json -> {
            json.writeNumberField("seq", message.seq());
            json.writeNumberField("at", message.atEpochMs());
            person(json, "from", message.from(), message.name(), message.role());
            json.writeStringField("text", message.text());
        });
    }

    /** {@code seq}: the message's number, {@link Request#NONE} for a request that made no message. */
    static Parcel ack(@Nullable String id, long seq) {
        return chat("ack", json -> {
            stringIfAny(json, "id", id);
            numberIfAny(json, "seq", seq);
        });
    }

    /** {@code retryMs}: when it would do, {@link Request#NONE} when waiting does not help. */
    static Parcel refused(@Nullable String id, Refusal code, String detail, long retryMs) {
        return chat("refused", json -> {
            stringIfAny(json, "id", id);
            json.writeStringField("code", code.code());
            json.writeStringField("detail", detail);
            numberIfAny(json, "retry", retryMs);
        });
    }

    static Parcel removed(long seq) {
        return chat("removed", json -> json.writeNumberField("seq", seq));
    }

    /** News of one participant: muted, unmuted, banned, unbanned. */
    static Parcel about(String type, String who, @Nullable String name, long seconds) {
        return chat(type, json -> {
            json.writeStringField("who", who);
            stringIfAny(json, "name", name);
            numberIfAny(json, "seconds", seconds);
        });
    }

    static Parcel slow(long seconds) {
        return chat("slow", json -> json.writeNumberField("seconds", seconds));
    }

    static Parcel stream(boolean live) {
        return chat("stream", json -> json.writeStringField("state", live ? "live" : "idle"));
    }

    static Parcel presence(Viewers viewers, Collection<String> joined, Collection<String> left, int more) {
        return Parcel.of(Parcel.Lane.NEWS, bytes("presence", json -> {
            json.writeObjectFieldStart("viewers");
            json.writeNumberField("webrtc", viewers.webrtc());
            json.writeNumberField("hls", viewers.hls());
            json.writeNumberField("dash", viewers.dash());
            json.writeNumberField("total", viewers.total());
            json.writeEndObject();
            names(json, "joined", joined);
            names(json, "left", left);
            if (more > 0) {
                json.writeNumberField("more", more);
            }
        }));
    }

    static Parcel reactions(Map<String, Integer> counts) {
        return Parcel.of(Parcel.Lane.REACTIONS, bytes("reactions", json -> {
            json.writeObjectFieldStart("counts");
            for (Map.Entry<String, Integer> count : counts.entrySet()) {
                json.writeNumberField(count.getKey(), count.getValue());
            }
            json.writeEndObject();
        }));
    }

    /** The envelope of an application's text message, or with a null text the header before a binary one. */
    static byte[] app(String label, Participant from, @Nullable String text) {
        return bytes("app", json -> {
            json.writeStringField("label", label);
            person(json, "from", from.id(), from.name(), from.role());
            stringIfAny(json, "text", text);
        });
    }

    private static Parcel chat(String type, Fields fields) {
        return Parcel.of(Parcel.Lane.CHAT, bytes(type, fields));
    }

    private static byte[] bytes(String type, Fields fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("type", type);
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static String role(ChatRole role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static void person(JsonGenerator json, String field, String id, String name, ChatRole role)
            throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("id", id);
        json.writeStringField("name", name);
        json.writeStringField("role", role(role));
        json.writeEndObject();
    }

    private static void names(JsonGenerator json, String field, Collection<String> names) throws IOException {
        if (!names.isEmpty()) {
            json.writeArrayFieldStart(field);
            for (String name : names) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
    }

    private static void stringIfAny(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static void numberIfAny(JsonGenerator json, String field, long value) throws IOException {
        if (value != Request.NONE) {
            json.writeNumberField(field, value);
        }
    }
}
