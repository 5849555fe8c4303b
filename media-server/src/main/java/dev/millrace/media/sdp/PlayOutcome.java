package dev.millrace.media.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a viewer's offer. */
public sealed interface PlayOutcome {

    /**
     * The offer has an answer.
     *
     * @param answerSdp the answer's text
     * @param remote the viewer's transport
     * @param media what we may send; at most one audio and one video
     * @param sctp the viewer's end of the data channels, null when there are none
     */
    record Accepted(
            String answerSdp,
            RemoteTransport remote,
            List<PlayedMedia> media,
            @Nullable RemoteSctp sctp) implements PlayOutcome {
        public Accepted {
            media = List.copyOf(media);
        }
    }

    /**
     * The offer has none.
     *
     * @param kind for the machine
     * @param detail a sentence for the person
     */
    record Refused(SdpRefusal kind, String detail) implements PlayOutcome {}
}
