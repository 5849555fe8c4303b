package dev.millrace.media.rtmp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes AMF0 values (Action Message Format, AMF 0, section 2): the ones that {@link AmfReader} reads. */
final class AmfWriter {
    private static final int MAX_SHORT_STRING = 0xffff;

    /** Members as an ECMA array (section 2.10): what onMetaData is, and some servers insist on. */
    record EcmaArray(Map<String, Object> members) {}

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The values of one message, one after the other. */
    static byte[] write(@Nullable Object... values) {
        AmfWriter writer = new AmfWriter();
        for (Object value : values) {
            writer.value(value);
        }
        return writer.out.toByteArray();
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> out.write(AmfReader.NULL);
            case Number number -> {
                out.write(AmfReader.NUMBER);
                out.writeBytes(
                        ByteBuffer.allocate(8).putDouble(number.doubleValue()).array());
            }
            case Boolean yes -> {
                out.write(AmfReader.BOOLEAN);
                out.write(yes ? 1 : 0);
            }
            case String text -> text(text);
            case Map<?, ?> members -> {
                out.write(AmfReader.OBJECT);
                members(members);
            }
            case EcmaArray array -> {
                out.write(AmfReader.ECMA_ARRAY);
                u32(array.members().size());
                members(array.members());
            }
            case List<?> list -> {
                out.write(AmfReader.STRICT_ARRAY);
                u32(list.size());
                list.forEach(this::value);
            }
            default -> throw new IllegalArgumentException("nothing AMF0 has: " + value.getClass());
        }
    }

    private void members(Map<?, ?> members) {
        members.forEach((name, member) -> {
            name(String.valueOf(name));
            value(member);
        });
        name("");
        out.write(AmfReader.OBJECT_END);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_SHORT_STRING) {
            out.write(AmfReader.LONG_STRING);
            u32(bytes.length);
        } else {
            out.write(AmfReader.STRING);
            u16(bytes.length);
        }
        out.writeBytes(bytes);
    }

    private void name(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        u16(bytes.length);
        out.writeBytes(bytes);
    }

    private void u16(int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    private void u32(int value) {
        u16(value >>> 16);
        u16(value);
    }
}
