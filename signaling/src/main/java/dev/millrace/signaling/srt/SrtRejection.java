package dev.millrace.signaling.srt;

/** Why a caller is refused, as libsrt's access control numbers it (its document "access-control", section 4). */
enum SrtRejection {
    BAD_REQUEST(1_400, "bad-stream-name"),
    UNAUTHORIZED(1_401, "unauthorized"),
    OVERLOAD(1_402, "too-many-requests"),
    FORBIDDEN(1_403, "forbidden"),
    BAD_MODE(1_405, "bad-request"),
    UNAVAILABLE(1_503, "full");

    private final int code;
    private final String reason;

    SrtRejection(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    int code() {
        return code;
    }

    /** For metrics and the log: one of the names of HTTP's problems. */
    String reason() {
        return reason;
    }
}
