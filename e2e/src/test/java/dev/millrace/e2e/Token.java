package dev.millrace.e2e;

import com.google.gson.Gson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Mints tokens as an application in front of the server would: JWT (RFC 7519) with HS256. */
final class Token {
    private static final long LIFE_S = 3600;

    private Token() {}

    static String mint(String secret, String stream, String role, String name) {
        long end = Instant.now().getEpochSecond() + LIFE_S;
        String head = part(Map.of("alg", "HS256", "typ", "JWT"));
        String claims = part(Map.of("stream", stream, "role", role, "name", name, "exp", end));
        return head + "." + claims + "." + signature(secret, head + "." + claims);
    }

    private static String part(Map<String, ?> json) {
        return base64(new Gson().toJson(json).getBytes(StandardCharsets.UTF_8));
    }

    private static String signature(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return base64(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
