package dev.millrace.media.rtmp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command as it came (RTMP 1.0 section 7.2): its name, transaction and arguments, of whatever types an encoder sent.
 *
 * @param transaction 0 when no answer is wanted
 * @param arguments what follows, the command object first
 */
record Command(String name, double transaction, List<@Nullable Object> arguments) {
    /** What a server of Enhanced RTMP can do with a codec: pass it on. */
    private static final double CAN_FORWARD = 4;

    /** Reconnect requests are not sent; multitrack, ModEx and its nanoseconds are understood. */
    private static final double CAPABILITIES = 2 | 4 | 8;

    static Command read(byte[] buffer, int from, int length) throws MalformedException {
        List<@Nullable Object> values = AmfReader.all(buffer, from, length);
        if (values.isEmpty() || !(values.getFirst() instanceof String name)) {
            throw new MalformedException("a command without a name");
        }
        double transaction = values.size() > 1 && values.get(1) instanceof Double number ? number : 0;
        return new Command(name, transaction, values.size() > 2 ? values.subList(2, values.size()) : List.of());
    }

    /** A member of the command object, empty unless it is text. */
    String text(String member) {
        return !arguments.isEmpty()
                        && arguments.getFirst() instanceof Map<?, ?> object
                        && object.get(member) instanceof String text
                ? text
                : "";
    }

    /** The argument after the command object, when it is text. */
    @Nullable
    String argument() {
        return arguments.size() > 1 && arguments.get(1) instanceof String text ? text : null;
    }

    /** A member of the information object that an answer or a status ends with, empty unless it is text. */
    String info(String member) {
        return !arguments.isEmpty()
                        && arguments.getLast() instanceof Map<?, ?> object
                        && object.get(member) instanceof String text
                ? text
                : "";
    }

    /** The number that an answer ends with, -1 if it does not. */
    double number() {
        return !arguments.isEmpty() && arguments.getLast() instanceof Double number ? number : -1;
    }

    byte[] result(@Nullable Object... values) {
        return answer("_result", values);
    }

    byte[] error(@Nullable Object... values) {
        return answer("_error", values);
    }

    private byte[] answer(String word, @Nullable Object... values) {
        @Nullable Object[] all = new @Nullable Object[values.length + 2];
        all[0] = word;
        all[1] = transaction;
        System.arraycopy(values, 0, all, 2, values.length);
        return Message.command(0, all);
    }

    /** The answer to connect, with what Enhanced RTMP adds to it. */
    byte[] connected() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("fmsVer", "FMS/3,0,1,123"); // what encoders look for
        properties.put("capabilities", 31.0);
        properties.put("fourCcList", FlvCodec.FOUR_CCS);
        properties.put("videoFourCcInfoMap", forwarded(true));
        properties.put("audioFourCcInfoMap", forwarded(false));
        properties.put("capsEx", CAPABILITIES);
        Map<String, Object> info =
                Message.info("status", "NetConnection.Connect.Success", "Connected; publish with your stream key.");
        info.put("objectEncoding", 0.0);
        return result(properties, info);
    }

    private static Map<String, Object> forwarded(boolean video) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (FlvCodec codec : FlvCodec.values()) {
            if (codec.isVideo() == video) {
                map.put(codec.fourCc(), CAN_FORWARD);
            }
        }
        return map;
    }
}
