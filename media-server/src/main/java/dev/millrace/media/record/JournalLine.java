package dev.millrace.media.record;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One line of a recording's journal: a JSON object that ends with a newline, so that one torn by a crash is seen to be.
 */
sealed interface JournalLine {
    /** Of this layout; another one would say another number. */
    int VERSION = 1;

    /**
     * The first line.
     *
     * @param originUnixNs Unix time at 0 of the packager's timeline
     */
    record Begun(int version, String id, String stream, long startedMs, long originUnixNs) implements JournalLine {}

    /**
     * A file was begun with an init segment.
     *
     * @param init its number in the track
     * @param number of the first segment in it
     * @param epoch of that segment
     * @param width 0 for sound, as are height and channels for pictures
     * @param bytes of the init segment, with which the file begins
     */
    record Opened(
            String track,
            int init,
            long number,
            int epoch,
            boolean video,
            String codecs,
            int width,
            int height,
            int channels,
            int timescale,
            int bytes)
            implements JournalLine {}

    /**
     * A segment is whole.
     *
     * @param init the number of the init segment that it follows, in the same file
     * @param epoch how many discontinuities came before it and with it
     * @param startNs on the packager's timeline
     * @param offset in its file
     * @param gap something of it is missing; without bytes all of it is
     */
    record Stored(
            String track,
            int init,
            long number,
            int epoch,
            long startNs,
            long durationNs,
            long offset,
            int bytes,
            boolean gap)
            implements JournalLine {
        long endNs() {
            return startNs + durationNs;
        }

        Stored withoutBytes() {
            return new Stored(track, init, number, epoch, startNs, durationNs, offset, 0, true);
        }
    }

    /**
     * The last line.
     *
     * @param why a sentence if it ended otherwise than with its broadcast; empty for none
     */
    record Ended(long endedMs, String why) implements JournalLine {}

    /** As it stands in the file, newline included. */
    default byte[] toBytes() {
        try {
            return (Json.MAPPER.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a line cannot be written", e);
        }
    }

    /** Empty if it is none. */
    static Optional<JournalLine> read(String line) {
        try {
            return Optional.ofNullable(Json.MAPPER.readValue(line, JournalLine.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** How lines are written: the record's name in {@code is}. */
    final class Json {
        private static final JsonMapper MAPPER = mapper();

        private Json() {}

        private static JsonMapper mapper() {
            JsonMapper.Builder builder = JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .addMixIn(JournalLine.class, Typed.class);
            for (Class<?> line : JournalLine.class.getPermittedSubclasses()) {
                builder.registerSubtypes(new NamedType(line, line.getSimpleName()));
            }
            return builder.build();
        }

        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
        private interface Typed {}
    }
}
