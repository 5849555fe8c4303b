package dev.millrace.media.sdp;

import java.util.Optional;

/** Answers a viewer's offer with what is, or will be, published (RFC 9429 section 5.3, draft-ietf-wish-whep). */
public final class PlayAnswerer {
    private PlayAnswerer() {}

    /** As below, from text and with the default options; an unreadable offer is refused as MALFORMED. */
    public static PlayOutcome answer(
            String offer, LocalTransport local, Optional<PublishedFormats> current, LocalSources sources) {
        try {
            return answer(SessionDescription.parse(offer), local, current, sources);
        } catch (SdpException e) {
            return new PlayOutcome.Refused(SdpRefusal.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    /** As below, with the default options. */
    public static PlayOutcome answer(
            SessionDescription offer, LocalTransport local, Optional<PublishedFormats> current, LocalSources sources) {
        return answer(offer, local, current, sources, AnswerOptions.DEFAULT);
    }

    public static PlayOutcome answer(
            SessionDescription offer,
            LocalTransport local,
            Optional<PublishedFormats> current,
            LocalSources sources,
            AnswerOptions options) {
        return new PlayOutcome.Refused(SdpRefusal.NO_MEDIA, "Not written yet.");
    }
}
