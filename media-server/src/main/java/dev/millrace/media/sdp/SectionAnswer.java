package dev.millrace.media.sdp;

import java.util.List;

/** What we say to one section of an offer. */
sealed interface SectionAnswer {

    /** Port 0. */
    record Rejected() implements SectionAnswer {}

    /**
     * Audio or video in these formats.
     *
     * @param direction ours
     * @param formats not empty; the first is preferred
     * @param extensions values of {@code a=extmap}
     * @param attributes further attributes, name and value: rid, simulcast, msid, ssrc …
     */
    record Media(Direction direction, List<CodecFormat> formats, List<String> extensions, List<String> attributes)
            implements SectionAnswer {}

    /** SCTP over DTLS (RFC 8841). */
    record DataChannels() implements SectionAnswer {}
}
