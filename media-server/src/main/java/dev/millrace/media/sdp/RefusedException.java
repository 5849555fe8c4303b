package dev.millrace.media.sdp;

/** Carries a refusal out of the middle of answering; never leaves this package. */
final class RefusedException extends Exception {
    private final SdpRefusal kind;
    private final String detail;

    RefusedException(SdpRefusal kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
        this.detail = detail;
    }

    SdpRefusal kind() {
        return kind;
    }

    String detail() {
        return detail;
    }
}
