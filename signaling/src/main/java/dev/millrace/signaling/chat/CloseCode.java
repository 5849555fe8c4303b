package dev.millrace.signaling.chat;

/** Why a WebSocket of the chat is closed from here (RFC 6455 section 7.4); docs/chat.md says what to do about each. */
enum CloseCode {
    /** The server stops or restarts. */
    GOING(1001),
    /** A text was no UTF-8. */
    NOT_UTF8(1007),
    /** A message was too long. */
    TOO_LONG(1009),
    /** The chat was restarted behind us and does not know the guest any more. */
    RESTARTED(1012),
    /** The guest reads too slowly. */
    BEHIND(1013),
    /** Nothing was heard of the guest. */
    SILENT(1001),
    /** The chat has done with the guest. */
    ENDED(4000);

    private final int code;

    CloseCode(int code) {
        this.code = code;
    }

    short code() {
        return (short) code;
    }

    /** As a metric's reason. */
    String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
