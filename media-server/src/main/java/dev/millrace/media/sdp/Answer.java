package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer in the making: what both answerers do alike with an offer's sections and its transport. */
final class Answer {
    /** More than any browser names; a refusal's sentence stays readable and short. */
    private static final int MAX_LISTED = 12;

    private final SessionDescription offer;
    private final Bundle bundle;
    private final List<SectionAnswer> answers = new ArrayList<>();
    private final List<MediaSection> accepted = new ArrayList<>();
    private @Nullable RemoteSctp sctp;

    Answer(SessionDescription offer) throws SdpException, RefusedException {
        this.offer = offer;
        this.bundle = Bundle.read(offer);
    }

    /** Live, on our transport, and protected RTP or SCTP over DTLS. */
    boolean usable(MediaSection section) {
        boolean secure =
                switch (section.kind()) {
                    case AUDIO, VIDEO -> section.protocol().contains("RTP/SAVP");
                    case APPLICATION -> section.protocol().contains("DTLS/SCTP");
                    case OTHER -> false;
                };
        return secure && !section.rejected() && bundle.contains(section);
    }

    /**
     * The data channels' section: accepted once, in the RFC's form, and where it shares the media's transport; anything
     * else costs the offerer its data channels and nothing more.
     */
    SectionAnswer application(MediaSection section, boolean wanted) throws SdpException {
        boolean modern = section.formats().equals(List.of("webrtc-datachannel")) && section.has("sctp-port");
        boolean shared = bundle.offered() || offer.media().size() == 1;
        if (!wanted || !modern || !shared || sctp != null) {
            return new SectionAnswer.Rejected();
        }
        sctp = RemoteSctp.read(section);
        return new SectionAnswer.DataChannels();
    }

    /** The offerer's end of the data channels, or null when there are none. */
    @Nullable
    RemoteSctp sctp() {
        return sctp;
    }

    void add(MediaSection section, SectionAnswer answer) {
        answers.add(answer);
        if (!(answer instanceof SectionAnswer.Rejected)) {
            accepted.add(section);
        }
    }

    /** The offerer's transport; at least one section was accepted. */
    RemoteTransport remote() throws SdpException, RefusedException {
        return OfferedTransport.read(offer, bundle.tagged(accepted));
    }

    String write(LocalTransport local, RemoteTransport remote) {
        List<String> mids = bundle.accepted(accepted);
        return new AnswerWriter(offer, local, remote.setup())
                .write(answers, mids, answerTagged(mids), remote.trickle());
    }

    /** In the answer the first of its own group is tagged (RFC 9143 section 7.3.1). */
    private MediaSection answerTagged(List<String> mids) {
        for (MediaSection section : accepted) {
            if (!mids.isEmpty() && section.mid().equals(mids.getFirst())) {
                return section;
            }
        }
        return accepted.getFirst();
    }

    static void requireRtcpMux(MediaSection section) throws RefusedException {
        if (!section.has("rtcp-mux")) {
            throw new RefusedException(
                    SdpRefusal.NO_RTCP_MUX,
                    "The offer's " + section.kindName() + " section has no a=rtcp-mux; this server has one port, so"
                            + " offer RTP and RTCP on the same one.");
        }
    }

    static boolean mixes(SessionDescription offer, MediaSection section) {
        return offer.has("extmap-allow-mixed") || section.has("extmap-allow-mixed");
    }

    static String known(MediaKind kind) {
        return kind == MediaKind.AUDIO ? "opus, PCMU, PCMA or G722" : "H264, VP8, VP9 or AV1";
    }

    static String list(Collection<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        String listed = String.join(", ", names.stream().limit(MAX_LISTED).toList());
        return names.size() > MAX_LISTED ? listed + " …" : listed;
    }
}
