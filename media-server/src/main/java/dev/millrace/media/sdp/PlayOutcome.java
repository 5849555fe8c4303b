package dev.millrace.media.sdp;

import java.util.List;

/** What became of a viewer's offer. */
public sealed interface PlayOutcome {

    /**
     * @param answerSdp the answer's text
     * @param remote the viewer's transport
     * @param media what we may send; at most one audio and one video
     */
    record Accepted(String answerSdp, RemoteTransport remote, List<PlayedMedia> media) implements PlayOutcome {
        public Accepted {
            media = List.copyOf(media);
        }
    }

    /**
     * @param kind for the machine
     * @param detail a sentence for the person
     */
    record Refused(SdpRefusal kind, String detail) implements PlayOutcome {}
}
