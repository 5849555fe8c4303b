package dev.millrace.media.sdp;

/** Answers a publisher's offer: we receive everything it offers and we understand (RFC 9429 section 5.3, RFC 9725). */
public final class PublishAnswerer {
    private PublishAnswerer() {}

    /** As below, from text and with the default options; an unreadable offer is refused as MALFORMED. */
    public static PublishOutcome answer(String offer, LocalTransport local) {
        try {
            return answer(SessionDescription.parse(offer), local);
        } catch (SdpException e) {
            return new PublishOutcome.Refused(SdpRefusal.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    /** As below, with the default options. */
    public static PublishOutcome answer(SessionDescription offer, LocalTransport local) {
        return answer(offer, local, AnswerOptions.DEFAULT);
    }

    public static PublishOutcome answer(SessionDescription offer, LocalTransport local, AnswerOptions options) {
        return new PublishOutcome.Refused(SdpRefusal.NO_MEDIA, "Not written yet.");
    }
}
