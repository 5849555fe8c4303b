package dev.millrace.signaling.auth;

import java.util.Locale;
import java.util.Optional;

/** What a token's {@code role} claim allows: admin includes moderate, moderate includes publish and watch. */
public enum TokenRole {
    WATCH,
    PUBLISH,
    MODERATE,
    ADMIN;

    /** Whether this role includes {@code wanted}. */
    public boolean includes(TokenRole wanted) {
        return this == wanted || (this == MODERATE && wanted != ADMIN) || this == ADMIN;
    }

    /** The role as it stands in the claim. */
    public String claim() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<TokenRole> of(String claim) {
        for (TokenRole role : values()) {
            if (role.claim().equals(claim)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
