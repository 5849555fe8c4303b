package dev.millrace.media.srtp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** SRTP written down straight from the RFCs, slowly; tied to their vectors, and the measure for the real one. */
final class ReferenceSrtp {
    static final int RTP_KEY = 0;
    static final int RTP_AUTH = 1;
    static final int RTP_SALT = 2;
    static final int RTCP_KEY = 3;
    static final int RTCP_AUTH = 4;
    static final int RTCP_SALT = 5;

    private ReferenceSrtp() {}

    /** RFC 3711 section 4.3: x = label XOR master salt, then the key stream of AES-CM at x * 2^16. */
    static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int length) throws GeneralSecurityException {
        byte[] x = Arrays.copyOf(masterSalt, 16);
        x[7] ^= (byte) label;
        return counterMode(masterKey, x, new byte[length]);
    }

    static byte[] counterMode(byte[] key, byte[] iv, byte[] data) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
        return cipher.doFinal(data);
    }

    static byte[] gcm(byte[] key, byte[] nonce, byte[] plain, byte[]... associated) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        for (byte[] part : associated) {
            cipher.updateAAD(part);
        }
        return cipher.doFinal(plain);
    }

    /** RFC 7714 section 8: key and salt are the session's. */
    static byte[] gcmRtp(byte[] key, byte[] salt, byte[] packet, int headerLength, int roc)
            throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(packet);
        byte[] nonce = ByteBuffer.allocate(12)
                .putShort((short) 0)
                .putInt(in.getInt(8))
                .putInt(roc)
                .putShort(in.getShort(2))
                .array();
        byte[] header = Arrays.copyOf(packet, headerLength);
        byte[] payload = Arrays.copyOfRange(packet, headerLength, packet.length);
        return join(header, gcm(key, xor(nonce, salt), payload, header));
    }

    /** RFC 7714 section 9. */
    static byte[] gcmRtcp(byte[] key, byte[] salt, byte[] packet, int index) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(12)
                .putShort((short) 0)
                .putInt(ByteBuffer.wrap(packet).getInt(4))
                .putShort((short) 0)
                .putInt(index)
                .array();
        byte[] header = Arrays.copyOf(packet, 8);
        byte[] body = Arrays.copyOfRange(packet, 8, packet.length);
        byte[] trailer = ByteBuffer.allocate(4).putInt(index | 0x8000_0000).array();
        return join(header, gcm(key, xor(nonce, salt), body, header, trailer), trailer);
    }

    /** RFC 3711 sections 4.1.1 and 4.2. */
    static byte[] counterRtp(byte[] key, byte[] salt, byte[] auth, byte[] packet, int headerLength, int roc)
            throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(packet);
        byte[] iv = ByteBuffer.allocate(16)
                .putInt(0)
                .putInt(in.getInt(8))
                .putInt(roc)
                .putShort(in.getShort(2))
                .putShort((short) 0)
                .array();
        byte[] body = counterMode(key, xor(iv, salt), Arrays.copyOfRange(packet, headerLength, packet.length));
        byte[] sealed = join(Arrays.copyOf(packet, headerLength), body);
        byte[] rocBytes = ByteBuffer.allocate(4).putInt(roc).array();
        return join(sealed, tag(auth, sealed, rocBytes));
    }

    /** RFC 3711 section 3.4. */
    static byte[] counterRtcp(byte[] key, byte[] salt, byte[] auth, byte[] packet, int index)
            throws GeneralSecurityException {
        byte[] iv = ByteBuffer.allocate(16)
                .putInt(0)
                .putInt(ByteBuffer.wrap(packet).getInt(4))
                .putShort((short) 0)
                .putInt(index)
                .putShort((short) 0)
                .array();
        byte[] body = counterMode(key, xor(iv, salt), Arrays.copyOfRange(packet, 8, packet.length));
        byte[] trailer = ByteBuffer.allocate(4).putInt(index | 0x8000_0000).array();
        byte[] sealed = join(Arrays.copyOf(packet, 8), body, trailer);
        return join(sealed, tag(auth, sealed));
    }

    private static byte[] tag(byte[] auth, byte[]... parts) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(auth, "HmacSHA1"));
        for (byte[] part : parts) {
            mac.update(part);
        }
        return Arrays.copyOf(mac.doFinal(), 10);
    }

    private static byte[] xor(byte[] a, byte[] salt) {
        byte[] out = a.clone();
        for (int i = 0; i < salt.length; i++) {
            out[i] ^= salt[i];
        }
        return out;
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
