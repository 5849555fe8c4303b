package dev.millrace.media.chat;

/** Why a request was refused: the code that programs go by. The sentence for people is written where it is refused. */
public enum Refusal {
    /** Not JSON as agreed, or it asks for what is not there. */
    BAD_MESSAGE("bad-message"),
    /** More than the limits allow. */
    TOO_LONG("too-long"),
    /** Too many, too soon; {@code retry} tells when it would do. */
    RATE("rate"),
    MUTED("muted"),
    BANNED("banned"),
    /** The role does not allow it. */
    NOT_ALLOWED("not-allowed");

    private final String code;

    Refusal(String code) {
        this.code = code;
    }

    /** As on the wire. */
    public String code() {
        return code;
    }
}
