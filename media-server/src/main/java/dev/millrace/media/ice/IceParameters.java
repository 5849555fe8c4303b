package dev.millrace.media.ice;

import java.security.SecureRandom;

/**
 * The credentials of one ICE generation (RFC 8445 section 5.3, RFC 8839 section 5.4).
 *
 * @param ufrag 4 to 256 ice-chars
 * @param pwd 22 to 256 ice-chars
 */
public record IceParameters(String ufrag, String pwd) {
    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /** 8 characters are 48 bits: enough that two sessions of one server never share one. */
    private static final int UFRAG_LENGTH = 8;

    /** 24 characters are 144 bits; RFC 8445 asks for 128. */
    private static final int PWD_LENGTH = 24;

    /** Refused when either is not what RFC 8839 allows. */
    public IceParameters {
        requireIceChars(ufrag, 4, "ice-ufrag");
        requireIceChars(pwd, 22, "ice-pwd");
    }

    /** Fresh credentials. */
    static IceParameters random(SecureRandom random) {
        return new IceParameters(text(random, UFRAG_LENGTH), text(random, PWD_LENGTH));
    }

    private static String text(SecureRandom random, int length) {
        StringBuilder out = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            out.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return out.toString();
    }

    private static void requireIceChars(String value, int least, String name) {
        if (value.length() < least || value.length() > 256) {
            throw new IllegalArgumentException(name + " must have " + least + " to 256 characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            // Chromium and others stay inside ice-char, but some peers use '-', '_' and '='; a colon would split
            // USERNAME.
            if (c <= ' ' || c > '~' || c == ':') {
                throw new IllegalArgumentException(name + " holds a character it must not");
            }
        }
    }

    /** Without the password, which no log may show. */
    @Override
    public String toString() {
        return "IceParameters[" + ufrag + "]";
    }
}
