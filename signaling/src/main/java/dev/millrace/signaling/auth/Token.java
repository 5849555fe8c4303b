package dev.millrace.signaling.auth;

/**
 * The claims of a token that was checked.
 *
 * @param stream the stream it is for, {@code *} for any
 * @param name what its holder is called, empty when nobody said
 */
public record Token(String stream, TokenRole role, String name) {
    /** In the {@code stream} claim: any stream. */
    public static final String ANY = "*";

    public boolean covers(String wanted) {
        return stream.equals(ANY) || stream.equals(wanted);
    }

    /** Whether it allows {@code wanted} on {@code onStream}. */
    public boolean allows(TokenRole wanted, String onStream) {
        return role.includes(wanted) && covers(onStream);
    }
}
