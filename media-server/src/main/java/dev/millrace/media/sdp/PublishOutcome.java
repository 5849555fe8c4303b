package dev.millrace.media.sdp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a publisher's offer. */
public sealed interface PublishOutcome {

    /**
     * The offer has an answer.
     *
     * @param answerSdp the answer's text
     * @param remote the publisher's transport
     * @param media what the publisher will send
     * @param sctp the publisher's end of the data channels, null when there are none
     */
    record Accepted(
            String answerSdp,
            RemoteTransport remote,
            List<PublishedMedia> media,
            @Nullable RemoteSctp sctp) implements PublishOutcome {
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
    record Refused(SdpRefusal kind, String detail) implements PublishOutcome {}
}
