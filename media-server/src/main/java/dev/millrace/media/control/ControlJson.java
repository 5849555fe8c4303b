package dev.millrace.media.control;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;

/**
 * Commands, replies and events as JSON with their record's name in {@code type}: the only form in which they cross the
 * event bus, so that both ends may stand on different machines.
 */
public final class ControlJson {
    /** Event bus address that takes a command and replies. */
    public static final String COMMANDS = "millrace.media.commands";

    /** Event bus address that events are published to. */
    public static final String EVENTS = "millrace.media.events";

    /** Event bus address that takes a command of the chat and replies. */
    public static final String CHAT_COMMANDS = "millrace.chat.commands";

    /** Event bus address that the chat's events are published to. */
    public static final String CHAT_EVENTS = "millrace.chat.events";

    private static final JsonMapper MAPPER = mapper();

    private ControlJson() {}

    public static String write(MediaCommand command) {
        return text(command);
    }

    public static String write(MediaReply reply) {
        return text(reply);
    }

    public static String write(MediaEvent event) {
        return text(event);
    }

    public static String write(ChatCommand command) {
        return text(command);
    }

    public static String write(ChatEvent event) {
        return text(event);
    }

    public static ChatCommand readChatCommand(String json) {
        return value(json, ChatCommand.class);
    }

    public static ChatEvent readChatEvent(String json) {
        return value(json, ChatEvent.class);
    }

    public static MediaCommand readCommand(String json) {
        return value(json, MediaCommand.class);
    }

    public static MediaReply readReply(String json) {
        return value(json, MediaReply.class);
    }

    public static MediaEvent readEvent(String json) {
        return value(json, MediaEvent.class);
    }

    private static String text(Object message) {
        try {
            return MAPPER.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write " + message.getClass().getSimpleName(), e);
        }
    }

    private static <T> T value(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        for (Class<?> family : new Class<?>[] {
            MediaCommand.class, MediaReply.class, MediaEvent.class, ChatCommand.class, ChatEvent.class
        }) {
            builder.addMixIn(family, Typed.class);
            for (Class<?> message : family.getPermittedSubclasses()) {
                builder.registerSubtypes(new NamedType(message, message.getSimpleName()));
            }
        }
        return builder.build();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Typed {}
}
