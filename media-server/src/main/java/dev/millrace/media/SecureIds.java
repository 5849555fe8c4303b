package dev.millrace.media;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Names for sessions: whoever holds one may end the session, so they cannot be guessed. */
final class SecureIds {
    /** 160 bits; the contract asks for 128. */
    private static final int BYTES = 20;

    private static final int STAMP_BYTES = 12;

    private static final SecureRandom RANDOM = new SecureRandom();

    private SecureIds() {}

    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The same of 96 bits in hexadecimal digits: for names whose parts are set off by dashes. */
    static String nextStamp() {
        byte[] bytes = new byte[STAMP_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A random SSRC; 0 is left out because some peers take it for "none". */
    static int nextSsrc() {
        int ssrc = 0;
        while (ssrc == 0) {
            ssrc = RANDOM.nextInt();
        }
        return ssrc;
    }
}
