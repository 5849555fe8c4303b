package dev.millrace.media.chat;

import dev.millrace.media.control.ChatRole;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes participants' ids, and the secrets that prove an id is one's own after a reconnect or a restart. An id is one
 * letter for the role, which it keeps for ever, and 10 random characters; everybody sees it. The secret is the id with
 * an HMAC over stream and id: nothing needs to be remembered of who was there.
 */
final class ParticipantIds {
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"; // 32, none taken for another

    /** 50 bits: no two alike in a stream. */
    private static final int RANDOM_CHARS = 10;

    /** Nobody guesses 128 bits. */
    private static final int MAC_BYTES = 16;

    private final SecretKeySpec key;
    private final RandomGenerator random;

    ParticipantIds(byte[] secret, RandomGenerator random) {
        this.key = new SecretKeySpec(secret, "HmacSHA256");
        this.random = random;
    }

    String next(ChatRole role) {
        StringBuilder id = new StringBuilder(1 + RANDOM_CHARS).append(letter(role));
        byte[] bytes = new byte[RANDOM_CHARS];
        random.nextBytes(bytes);
        for (byte b : bytes) {
            id.append(ALPHABET.charAt(b & 31));
        }
        return id.toString();
    }

    /** Until they choose a name. */
    static String guestName(String id) {
        return "Guest " + id.substring(1, 5);
    }

    /** Whether an id is one of ours by its look; null when not, else the role of whom it was given to. */
    static @Nullable ChatRole roleOf(String id) {
        if (id.length() != 1 + RANDOM_CHARS || !id.chars().skip(1).allMatch(c -> ALPHABET.indexOf(c) >= 0)) {
            return null;
        }
        for (ChatRole role : ChatRole.values()) {
            if (id.charAt(0) == letter(role)) {
                return role;
            }
        }
        return null;
    }

    private static char letter(ChatRole role) {
        return switch (role) {
            case BROADCASTER -> 'b';
            case MODERATOR -> 'm';
            case VIEWER -> 'v';
        };
    }

    /** What proves the id later: {@code id.mac}. */
    String resumeSecret(String stream, String id) {
        return id + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(stream, id));
    }

    /** The id that a secret proves for this stream and role; null for anything else. */
    @Nullable
    String resumed(String stream, ChatRole role, @Nullable String secret) {
        int dot = secret == null ? -1 : secret.indexOf('.');
        if (secret == null || dot < 0) {
            return null;
        }
        String id = secret.substring(0, dot);
        if (roleOf(id) != role) {
            return null;
        }
        byte[] right = resumeSecret(stream, id).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(right, secret.getBytes(StandardCharsets.UTF_8)) ? id : null;
    }

    private byte[] mac(String stream, String id) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Arrays.copyOf(mac.doFinal((stream + "\n" + id).getBytes(StandardCharsets.UTF_8)), MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
