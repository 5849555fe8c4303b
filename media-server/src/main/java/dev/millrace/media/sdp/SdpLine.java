package dev.millrace.media.sdp;

/**
 * One line of a session description, {@code <type>=<value>} (RFC 8866 section 5).
 *
 * @param number line in the text it was read from, from 1; 0 when it was made here
 * @param type the letter before the equals sign
 * @param value what follows it, without the line end
 */
public record SdpLine(int number, char type, String value) {

    static SdpLine attribute(String value) {
        return new SdpLine(0, 'a', value);
    }

    /** The attribute's name when this is an {@code a=} line, else an empty string. */
    String attributeName() {
        if (type != 'a') {
            return "";
        }
        int colon = value.indexOf(':');
        return colon < 0 ? value : value.substring(0, colon);
    }

    /** What follows the colon of an {@code a=} line; empty for a property attribute. */
    String attributeValue() {
        int colon = value.indexOf(':');
        return colon < 0 ? "" : value.substring(colon + 1).strip();
    }

    void writeTo(StringBuilder out) {
        out.append(type).append('=').append(value).append("\r\n");
    }
}
