package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers a publisher's offer: we receive everything it offers and we understand (RFC 9429 section 5.3, RFC 9725).
 */
public final class PublishAnswerer {
    private final SessionDescription offer;
    private final AnswerOptions options;
    private final List<PublishedMedia> media = new ArrayList<>();

    private PublishAnswerer(SessionDescription offer, AnswerOptions options) {
        this.offer = offer;
        this.options = options;
    }

    /** As below, from text and with the default options; an unreadable offer is refused as MALFORMED. */
    public static PublishOutcome answer(String offer, LocalTransport local) {
        return answer(offer, local, AnswerOptions.DEFAULT);
    }

    /** As below, from text; an unreadable offer is refused as MALFORMED. */
    public static PublishOutcome answer(String offer, LocalTransport local, AnswerOptions options) {
        try {
            return answer(SessionDescription.parse(offer), local, options);
        } catch (SdpException e) {
            return new PublishOutcome.Refused(SdpRefusal.MALFORMED, e.sentence());
        }
    }

    /** As below, with the default options. */
    public static PublishOutcome answer(SessionDescription offer, LocalTransport local) {
        return answer(offer, local, AnswerOptions.DEFAULT);
    }

    /** The answer to a publisher's offer, or the reason why there is none. */
    public static PublishOutcome answer(SessionDescription offer, LocalTransport local, AnswerOptions options) {
        try {
            return new PublishAnswerer(offer, options).answer(local);
        } catch (SdpException e) {
            return new PublishOutcome.Refused(SdpRefusal.MALFORMED, e.sentence());
        } catch (RefusedException e) {
            return new PublishOutcome.Refused(e.kind(), e.detail());
        }
    }

    private PublishOutcome answer(LocalTransport local) throws SdpException, RefusedException {
        Answer answer = new Answer(offer);
        for (MediaSection section : offer.media()) {
            answer.add(section, answer.usable(section) ? section(section, answer) : new SectionAnswer.Rejected());
        }
        if (media.isEmpty()) {
            throw new RefusedException(
                    SdpRefusal.NO_MEDIA,
                    "The offer sends neither audio nor video; offer a sendonly section of either."
                            + " Data channels alone make no stream.");
        }
        RemoteTransport remote = answer.remote();
        return new PublishOutcome.Accepted(answer.write(local, remote), remote, media, answer.sctp());
    }

    private SectionAnswer section(MediaSection section, Answer answer) throws SdpException, RefusedException {
        return switch (section.kind()) {
            case AUDIO, VIDEO -> track(section);
            case APPLICATION -> answer.application(section, options.dataChannels());
            case OTHER -> new SectionAnswer.Rejected();
        };
    }

    private SectionAnswer track(MediaSection section) throws SdpException, RefusedException {
        boolean sends = Direction.of(offer, section).sends();
        Set<String> seen = new LinkedHashSet<>();
        List<CodecFormat> formats = preferred(OfferedCodecs.read(section, seen));
        if (formats.isEmpty()) {
            if (!sends) {
                return new SectionAnswer.Rejected();
            }
            // RFC 9725 section 4.4.3: no partial success; half a broadcast is worse than a reason.
            throw new RefusedException(
                    SdpRefusal.UNSUPPORTED_CODEC,
                    "The offer's " + section.kindName() + " section has no codec this server forwards: "
                            + Answer.list(seen) + "; offer " + Answer.known(section.kind()) + ".");
        }
        Answer.requireRtcpMux(section);
        OfferedExtensions extensions =
                OfferedExtensions.read(section, options.extensions(), Answer.mixes(offer, section), Direction.RECVONLY);
        if (!sends) {
            return new SectionAnswer.Media(Direction.INACTIVE, formats, extensions.lines(), List.of());
        }
        if (media.stream().anyMatch(each -> each.kind() == section.kind())) {
            throw new RefusedException(
                    SdpRefusal.TOO_MANY_TRACKS,
                    "The offer sends two tracks of " + section.kindName() + "; a stream has one audio and one video"
                            + " track.");
        }
        OfferedSimulcast simulcast = OfferedSimulcast.read(section);
        media.add(new PublishedMedia(
                section.mid(),
                section.kind(),
                formats,
                simulcast.layers(),
                OfferedSources.read(section),
                extensions.ids(),
                section.kind() == MediaKind.VIDEO
                        && formats.stream().noneMatch(PublishAnswerer::hearsKeyframeRequests)));
        return new SectionAnswer.Media(Direction.RECVONLY, formats, extensions.lines(), simulcast.answer(formats));
    }

    /** FFmpeg's whip muxer offers no feedback at all, and heeds none: then viewers begin with what is kept. */
    private static boolean hearsKeyframeRequests(CodecFormat format) {
        return format.rtcpFb().contains("nack pli") || format.rtcpFb().contains("ccm fir");
    }

    private List<CodecFormat> preferred(List<CodecFormat> offered) {
        List<CodecFormat> formats = new ArrayList<>();
        for (String name : options.preference()) {
            offered.stream().filter(each -> each.name().equalsIgnoreCase(name)).forEach(formats::add);
        }
        offered.stream().filter(each -> !formats.contains(each)).forEach(formats::add);
        return formats.stream()
                .map(each -> each.name().equals("opus") ? stereoKept(each) : each)
                .toList();
    }

    /**
     * A browser encodes mono unless the answer asks for stereo, whatever it captured (RFC 7587 section 6.1); one
     * that says it has mono stays mono.
     */
    private static CodecFormat stereoKept(CodecFormat opus) {
        Map<String, String> fmtp = new LinkedHashMap<>(opus.fmtp());
        fmtp.put("useinbandfec", "1");
        boolean mono = opus.fmtp("sprop-stereo", "1").equals("0")
                || opus.fmtp("stereo", "1").equals("0");
        if (!mono) {
            fmtp.put("stereo", "1");
            fmtp.put("sprop-stereo", "1");
        }
        return opus.withFmtp(fmtp);
    }
}
