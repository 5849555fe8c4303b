package dev.millrace.signaling.session;

import dev.millrace.media.control.Role;
import java.util.concurrent.ThreadLocalRandom;

/** Names for those whom no token names: only for logs and the API, so they need not be unguessable. */
public final class Participants {
    private Participants() {}

    public static String invent(Role role) {
        String number = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
        return (role == Role.PUBLISH ? "broadcaster-" : "viewer-") + "0000".substring(number.length()) + number;
    }
}
