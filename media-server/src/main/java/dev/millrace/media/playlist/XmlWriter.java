package dev.millrace.media.playlist;

import java.util.ArrayDeque;

/** Writes elements one inside the other; values are escaped. */
final class XmlWriter {
    private final StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    private final ArrayDeque<String> open = new ArrayDeque<>();
    private boolean inTag;

    XmlWriter begin(String name) {
        closeTag();
        text.append("  ".repeat(open.size())).append('<').append(name);
        open.push(name);
        inTag = true;
        return this;
    }

    XmlWriter set(String name, Object value) {
        text.append(' ')
                .append(name)
                .append("=\"")
                .append(escape(value.toString()))
                .append('"');
        return this;
    }

    XmlWriter end() {
        String name = open.pop();
        if (inTag) {
            text.append("/>\n");
            inTag = false;
        } else {
            text.append("  ".repeat(open.size())).append("</").append(name).append(">\n");
        }
        return this;
    }

    private void closeTag() {
        if (inTag) {
            text.append(">\n");
            inTag = false;
        }
    }

    private static String escape(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
