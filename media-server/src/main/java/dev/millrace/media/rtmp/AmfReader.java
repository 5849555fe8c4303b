package dev.millrace.media.rtmp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads AMF0 values (Action Message Format, AMF 0, section 2) of one message, up to a depth and number that no encoder
 * comes near: numbers are {@code Double}, objects and ECMA arrays {@code Map}, strict arrays {@code List}, dates their
 * milliseconds, null, undefined and references null. Owned by the connection.
 */
final class AmfReader {
    /** connect's object has arrays in it; nothing has more. */
    static final int MAX_DEPTH = 8;

    /** onMetaData of encoders has some forty. */
    static final int MAX_VALUES = 1024;

    static final int NUMBER = 0;
    static final int BOOLEAN = 1;
    static final int STRING = 2;
    static final int OBJECT = 3;
    static final int NULL = 5;
    static final int UNDEFINED = 6;
    static final int REFERENCE = 7;
    static final int ECMA_ARRAY = 8;
    static final int OBJECT_END = 9;
    static final int STRICT_ARRAY = 10;
    static final int DATE = 11;
    static final int LONG_STRING = 12;
    static final int UNSUPPORTED = 13;
    static final int XML = 15;
    static final int TYPED_OBJECT = 16;

    private final ByteBuffer in;
    private int values;

    AmfReader(byte[] buffer, int from, int length) {
        this.in = ByteBuffer.wrap(buffer, from, length);
    }

    /** Every value that is left. */
    static List<@Nullable Object> all(byte[] buffer, int from, int length) throws MalformedException {
        AmfReader reader = new AmfReader(buffer, from, length);
        List<@Nullable Object> all = new ArrayList<>();
        while (reader.in.hasRemaining()) {
            all.add(reader.value(0));
        }
        return all;
    }

    private @Nullable Object value(int depth) throws MalformedException {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            throw new MalformedException("deeper or longer than anything an encoder says");
        }
        int marker = u8();
        return switch (marker) {
            case NUMBER -> Double.longBitsToDouble(need(8).getLong());
            case BOOLEAN -> u8() != 0;
            case STRING -> text(u16());
            case LONG_STRING, XML -> text(length32());
            case OBJECT -> members(depth);
            case TYPED_OBJECT -> {
                text(u16());
                yield members(depth);
            }
            case ECMA_ARRAY -> {
                need(4).getInt(); // its length is a hint, and some encoders say 0
                yield members(depth);
            }
            case STRICT_ARRAY -> list(depth);
            case DATE -> {
                double ms = Double.longBitsToDouble(need(8).getLong());
                u16(); // a time zone, not to be used
                yield ms;
            }
            case REFERENCE -> {
                u16();
                yield null;
            }
            case NULL, UNDEFINED, UNSUPPORTED -> null;
            default -> throw new MalformedException("no such marker: " + marker);
        };
    }

    /** Up to an empty name and the end marker; some encoders leave the last object open at the end of the message. */
    private Map<String, @Nullable Object> members(int depth) throws MalformedException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            String name = text(u16());
            if (name.isEmpty() && in.hasRemaining() && in.get(in.position()) == OBJECT_END) {
                u8();
                return members;
            }
            members.put(name, value(depth + 1));
        }
        return members;
    }

    private List<@Nullable Object> list(int depth) throws MalformedException {
        int count = length32();
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) { // each takes a byte at least, so that the message bounds the count
            list.add(value(depth + 1));
        }
        return list;
    }

    private String text(int length) throws MalformedException {
        need(length);
        String text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    private int length32() throws MalformedException {
        int length = need(4).getInt();
        if (length < 0) {
            throw new MalformedException("a length beyond 2^31");
        }
        return length;
    }

    private int u8() throws MalformedException {
        return need(1).get() & 0xff;
    }

    private int u16() throws MalformedException {
        return need(2).getShort() & 0xffff;
    }

    private ByteBuffer need(int bytes) throws MalformedException {
        if (in.remaining() < bytes) {
            throw new MalformedException("cut off");
        }
        return in;
    }
}
