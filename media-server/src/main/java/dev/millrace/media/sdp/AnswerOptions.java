package dev.millrace.media.sdp;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What an answerer is willing to agree to.
 *
 * @param extensions header extensions to accept
 * @param preference codec names to move to the front, in this order; empty keeps the offerer's order
 * @param dataChannels accept the data channel section; without it that section is rejected with port 0
 */
public record AnswerOptions(Set<HeaderExtension> extensions, List<String> preference, boolean dataChannels) {
    /** Every extension we understand, the offerer's order, no data channels. */
    public static final AnswerOptions DEFAULT =
            new AnswerOptions(EnumSet.allOf(HeaderExtension.class), List.of(), false);

    public AnswerOptions {
        extensions = Set.copyOf(extensions);
        preference = List.copyOf(preference);
    }

    public AnswerOptions withDataChannels(boolean accepted) {
        return new AnswerOptions(extensions, preference, accepted);
    }
}
