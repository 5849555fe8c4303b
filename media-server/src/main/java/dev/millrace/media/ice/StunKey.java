package dev.millrace.media.ice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA1 with one short-term password (RFC 8489 section 14.5); one loop's thread; allocates once. */
final class StunKey {
    static final int LENGTH = 20;

    private final Mac mac;
    private final byte[] computed = new byte[LENGTH];
    private final byte[] lengthField = new byte[2];

    StunKey(String password) {
        try {
            mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA1 is part of every JDK", e);
        }
    }

    /** Whether the message carries MESSAGE-INTEGRITY under this key; takes the same time wherever it differs. */
    boolean verifies(StunMessage message) {
        if (message.integrityAt == 0) {
            return false;
        }
        compute(message.buffer, message.offset, message.integrityAt - 4);
        int difference = 0;
        for (int i = 0; i < LENGTH; i++) {
            difference |= computed[i] ^ message.buffer[message.integrityAt + i];
        }
        return difference == 0;
    }

    /** Writes the value for a message from {@code start} whose MESSAGE-INTEGRITY attribute begins at {@code at}. */
    void write(byte[] buffer, int start, int at) {
        compute(buffer, start, at);
        System.arraycopy(computed, 0, buffer, at + 4, LENGTH);
    }

    /** The length field counts as if the message ended with this attribute. */
    private void compute(byte[] buffer, int start, int attributeAt) {
        int length = attributeAt - start - StunMessage.HEADER + 4 + LENGTH;
        lengthField[0] = (byte) (length >> 8);
        lengthField[1] = (byte) length;
        mac.update(buffer, start, 2);
        mac.update(lengthField, 0, 2);
        mac.update(buffer, start + 4, attributeAt - start - 4);
        try {
            mac.doFinal(computed, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
