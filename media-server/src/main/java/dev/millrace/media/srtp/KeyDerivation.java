package dev.millrace.media.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A session's keys and salts from the master's, by AES in counter mode (RFC 3711 section 4.3, RFC 6188 for 256 bits);
 * the key derivation rate is 0, as DTLS-SRTP has it (RFC 5764 section 4.1.2). Stateless.
 */
final class KeyDerivation {
    static final int RTP_KEY = 0;
    static final int RTP_SALT = 2;
    static final int RTCP_KEY = 3;
    static final int RTCP_SALT = 5;

    private static final int BLOCK_LENGTH = 16;

    /** Where the label meets the salt: before the 48 bits of an index that is always 0, and the counter's 16. */
    private static final int LABEL_AT = 7;

    private KeyDerivation() {}

    static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int length) {
        byte[] counter = Arrays.copyOf(masterSalt, BLOCK_LENGTH);
        counter[LABEL_AT] ^= (byte) label;
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(masterKey, "AES"), new IvParameterSpec(counter));
            return cipher.doFinal(new byte[length]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES in counter mode", e);
        }
    }
}
