package dev.millrace.signaling.session;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Entity tags and If-Match (RFC 9110 sections 8.8.3 and 13.1.1); here every tag is a strong one. */
final class EntityTag {
    private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");

    private EntityTag() {}

    static String quoted(String tag) {
        return '"' + tag + '"';
    }

    /**
     * The one tag to go by: {@code *}, or of several the current one when it is among them. A tag that can match
     * nothing, such as a weak one, comes out as a tag nobody has.
     */
    static String choose(String ifMatch, String current) {
        String field = ifMatch.strip();
        // The drafts' own example puts the asterisk into quotes.
        if (field.equals("*") || field.equals("\"*\"")) {
            return "*";
        }
        List<String> strong = new ArrayList<>();
        Matcher tags = TAG.matcher(field);
        while (tags.find()) {
            if (tags.group(1) == null) {
                strong.add(tags.group(2));
            }
        }
        return strong.contains(current) ? current : "";
    }
}
