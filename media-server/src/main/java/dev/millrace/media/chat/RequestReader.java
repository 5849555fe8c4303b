package dev.millrace.media.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client sent, whatever it is, in time proportional to its length: the fields we know into a request, the
 * others skipped. Never throws; what it cannot read is a {@link Request.Bad} with a sentence.
 */
final class RequestReader {
    /** The largest message of a data channel by the contract; only applications' messages come near it. */
    static final int MAX_BYTES = 256 * 1024;

    /** Of a client's id for its message, a participant's id, a label. */
    static final int MAX_WORD_CHARS = 64;

    /** Of a resume secret; ours have under 50. */
    private static final int MAX_SECRET_CHARS = 128;

    /** Numbers above are not exact in a browser. */
    private static final long MAX_NUMBER = (1L << 53) - 1;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16) // we nest nothing; room for fields to come
                    .maxNumberLength(32)
                    .maxNameLength(256)
                    .maxStringLength(MAX_BYTES)
                    .maxTokenCount(4_096)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names of strangers' choice
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private enum Field {
        TYPE,
        ID,
        NAME,
        TEXT,
        EMOJI,
        WHO,
        LABEL,
        RESUME,
        AFTER,
        SEQ,
        SECONDS,
        PROTOCOL;

        private static final Map<String, Field> BY_NAME = java.util.Arrays.stream(values())
                .collect(java.util.stream.Collectors.toUnmodifiableMap(Field::word, field -> field));

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static @Nullable Field of(String name) {
            return BY_NAME.get(name);
        }
    }

    /** A value that is neither a string nor a whole number in range. */
    private static final Object STRANGE = new Object();

    /** A request that cannot be made of these fields, and why. */
    private static final class Misread extends Exception {
        private static final long serialVersionUID = 1;
        private final Refusal code;

        Misread(Refusal code, String detail) {
            super(detail, null, false, false);
            this.code = code;
        }

        Request.Bad as(@Nullable String id) {
            return new Request.Bad(id, code, String.valueOf(getMessage()));
        }
    }

    private final Map<Field, Object> fields = new EnumMap<>(Field.class);

    Request read(byte[] utf8) {
        fields.clear();
        try {
            if (utf8.length > MAX_BYTES) {
                throw new Misread(Refusal.TOO_LONG, "a message has at most " + MAX_BYTES + " bytes");
            }
            collect(utf8);
            return request();
        } catch (Misread e) {
            return e.as(idIfAny());
        }
    }

    private void collect(byte[] utf8) throws Misread {
        try (JsonParser parser = JSON.createParser(utf8)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("a message is one JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Field field = Field.of(parser.currentName());
                Object value = value(parser);
                if (field != null && value != null && fields.put(field, value) != null) {
                    throw bad("\"" + field.word() + "\" stands there twice");
                }
            }
            if (parser.nextToken() != null) {
                throw bad("something follows the JSON object; send one object a message");
            }
        } catch (StreamConstraintsException e) {
            throw bad("nested too deep, or a number or name too long");
        } catch (IOException e) {
            throw bad("not JSON in UTF-8");
        }
    }

    /** The value after a field's name; null for JSON's null, which counts as absent. */
    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            long number = parser.getLongValue();
            return number >= 0 && number <= MAX_NUMBER ? number : STRANGE;
        }
        parser.skipChildren();
        return token == JsonToken.VALUE_NULL ? null : STRANGE;
    }

    private Request request() throws Misread {
        return switch (text(Field.TYPE)) {
            case "hello" ->
                new Request.Hello(textOr(Field.NAME), numberOr(Field.AFTER), optional(Field.RESUME, MAX_SECRET_CHARS));
            case "say" -> new Request.Say(id(), text(Field.TEXT));
            case "react" -> new Request.React(text(Field.EMOJI));
            case "remove" -> new Request.Remove(id(), number(Field.SEQ));
            case "mute" -> new Request.Mute(id(), word(Field.WHO), numberOr(Field.SECONDS));
            case "unmute" -> new Request.Unmute(id(), word(Field.WHO));
            case "ban" -> new Request.Ban(id(), word(Field.WHO));
            case "unban" -> new Request.Unban(id(), word(Field.WHO));
            case "slow" -> new Request.Slow(id(), number(Field.SECONDS));
            case "app" -> new Request.App(id(), word(Field.LABEL), text(Field.TEXT));
            case "subscribe" -> new Request.Subscribe(id(), word(Field.LABEL), true);
            case "unsubscribe" -> new Request.Subscribe(id(), word(Field.LABEL), false);
            case "watching" -> new Request.Watching(Playing.Way.of(word(Field.PROTOCOL)));
            default -> new Request.Unknown();
        };
    }

    private @Nullable String id() throws Misread {
        return optional(Field.ID, MAX_WORD_CHARS);
    }

    private @Nullable String idIfAny() {
        return fields.get(Field.ID) instanceof String id && id.length() <= MAX_WORD_CHARS ? id : null;
    }

    private String text(Field field) throws Misread {
        String text = textOr(field);
        if (text == null) {
            throw bad("\"" + field.word() + "\" is missing");
        }
        return text;
    }

    private @Nullable String textOr(Field field) throws Misread {
        Object value = fields.get(field);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw bad("\"" + field.word() + "\" has to be a string");
    }

    private String word(Field field) throws Misread {
        String word = optional(field, MAX_WORD_CHARS);
        if (word == null || word.isEmpty()) {
            throw bad("\"" + field.word() + "\" is missing");
        }
        return word;
    }

    private @Nullable String optional(Field field, int mostChars) throws Misread {
        String word = textOr(field);
        if (word != null && word.length() > mostChars) {
            throw new Misread(Refusal.TOO_LONG, "\"" + field.word() + "\" has at most " + mostChars + " characters");
        }
        return word;
    }

    private long number(Field field) throws Misread {
        long number = numberOr(field);
        if (number == Request.NONE) {
            throw bad("\"" + field.word() + "\" is missing");
        }
        return number;
    }

    private long numberOr(Field field) throws Misread {
        Object value = fields.get(field);
        if (value == null) {
            return Request.NONE;
        }
        if (value instanceof Long number) {
            return number;
        }
        throw bad("\"" + field.word() + "\" has to be a whole number from 0 to 2^53 - 1");
    }

    private static Misread bad(String detail) {
        return new Misread(Refusal.BAD_MESSAGE, detail);
    }
}
