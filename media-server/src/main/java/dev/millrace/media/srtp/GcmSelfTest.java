package dev.millrace.media.srtp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a library's AES-GCM is AES-GCM: the vectors of RFC 7714 section 16, then packets of all sizes against the JDK's,
 * sealed, opened, and opened with a bit wrong. Stateless; a tenth of a second.
 */
final class GcmSelfTest {
    private static final String NONCE = "51753c6580c2726f20718414";
    private static final String HEADER = "8040f17b8041f8d35501a0b2";
    private static final String TEXT =
            "47616c6c696120657374206f6d6e697320646976697361" + "20696e207061727465732074726573";
    private static final String KEY_128 = "000102030405060708090a0b0c0d0e0f";
    private static final String SEALED_128 =
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                    + "899d7f27beb16a9152cf765ee4390cce";
    private static final String KEY_256 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final String SEALED_256 =
            "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                    + "7aa3db36dfffd6b0f9bb7878d7a76c13";

    private static final int ROUNDS = 200;
    private static final int MAX_TEXT_BYTES = 1_500;
    private static final int MAX_HEADER_BYTES = 100;

    private GcmSelfTest() {}

    static boolean passes(GcmLibrary library) {
        try {
            return vector(library, KEY_128, SEALED_128) && vector(library, KEY_256, SEALED_256) && random(library);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }

    private static boolean vector(GcmLibrary library, String key, String sealed) {
        HexFormat hex = HexFormat.of();
        return agrees(
                library,
                hex.parseHex(key),
                hex.parseHex(NONCE),
                hex.parseHex(HEADER),
                hex.parseHex(TEXT),
                hex.parseHex(sealed));
    }

    private static boolean random(GcmLibrary library) throws GeneralSecurityException {
        Random random = new Random(7714);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] key = bytes(i % 2 == 0 ? 16 : 32, random);
            byte[] nonce = bytes(GcmLibrary.NONCE_LENGTH, random);
            byte[] header = bytes(1 + random.nextInt(MAX_HEADER_BYTES), random);
            byte[] text = bytes(i < 2 ? 0 : random.nextInt(MAX_TEXT_BYTES), random);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(GcmLibrary.TAG_LENGTH * Byte.SIZE, nonce));
            cipher.updateAAD(header);
            if (!agrees(library, key, nonce, header, text, cipher.doFinal(text))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(int length, Random random) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    private static boolean agrees(
            GcmLibrary library, byte[] key, byte[] nonce, byte[] header, byte[] text, byte[] sealed) {
        try (GcmKey sealing = library.key(key, true);
                GcmKey opening = library.key(key, false);
                Arena arena = Arena.ofConfined()) {
            long room = NativeRoom.ofThread().address();
            NativeRoom.write(nonce, 0, room, nonce.length);
            long associated = arena.allocateFrom(JAVA_BYTE, header).address();
            MemorySegment packet = arena.allocateFrom(JAVA_BYTE, Arrays.copyOf(text, sealed.length));
            long at = packet.address();
            boolean same = sealing.seal(room, associated, header.length, at, text.length)
                    && Arrays.equals(packet.toArray(JAVA_BYTE), sealed);
            boolean opened = opening.open(room, associated, header.length, at, text.length)
                    && Arrays.equals(packet.asSlice(0, text.length).toArray(JAVA_BYTE), text);
            byte[] wrong = sealed.clone();
            wrong[sealed.length / 2] ^= 0x10;
            long broken = arena.allocateFrom(JAVA_BYTE, wrong).address();
            return same && opened && !opening.open(room, associated, header.length, broken, text.length);
        }
    }
}
