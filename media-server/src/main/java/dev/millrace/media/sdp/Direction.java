package dev.millrace.media.sdp;

/** Which way a section's media may flow, seen from whoever wrote it (RFC 8866 section 6.7). */
enum Direction {
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE;

    boolean sends() {
        return this == SENDRECV || this == SENDONLY;
    }

    boolean receives() {
        return this == SENDRECV || this == RECVONLY;
    }

    /** The section's own, else the session's, else sendrecv. */
    static Direction of(SessionDescription description, MediaSection section) {
        for (Direction direction : values()) {
            if (section.has(direction.sdp())) {
                return direction;
            }
        }
        for (Direction direction : values()) {
            if (description.has(direction.sdp())) {
                return direction;
            }
        }
        return SENDRECV;
    }

    String sdp() {
        return switch (this) {
            case SENDRECV -> "sendrecv";
            case SENDONLY -> "sendonly";
            case RECVONLY -> "recvonly";
            case INACTIVE -> "inactive";
        };
    }
}
