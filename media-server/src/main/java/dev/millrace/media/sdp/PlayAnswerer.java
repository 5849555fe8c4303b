package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers a viewer's offer with what is, or will be, published (RFC 9429 section 5.3, draft-ietf-wish-whep). */
public final class PlayAnswerer {
    /** A viewer needs no names of layers: it gets one stream whose layers we choose. */
    private static final Set<HeaderExtension> FOR_PUBLISHERS =
            EnumSet.of(HeaderExtension.RID, HeaderExtension.REPAIRED_RID, HeaderExtension.VIDEO_LAYERS_ALLOCATION);

    private final SessionDescription offer;
    private final @Nullable PublishedFormats current;
    private final LocalSources sources;
    private final AnswerOptions options;
    private final Set<HeaderExtension> extensions;
    private final List<PlayedMedia> media = new ArrayList<>();

    private PlayAnswerer(
            SessionDescription offer, @Nullable PublishedFormats current, LocalSources sources, AnswerOptions options) {
        this.offer = offer;
        this.current = current;
        this.sources = sources;
        this.options = options;
        this.extensions = EnumSet.noneOf(HeaderExtension.class);
        extensions.addAll(options.extensions());
        extensions.removeAll(FOR_PUBLISHERS);
    }

    /** As below, from text and with the default options; an unreadable offer is refused as MALFORMED. */
    public static PlayOutcome answer(
            String offer, LocalTransport local, Optional<PublishedFormats> current, LocalSources sources) {
        return answer(offer, local, current, sources, AnswerOptions.DEFAULT);
    }

    /** As below, from text; an unreadable offer is refused as MALFORMED. */
    public static PlayOutcome answer(
            String offer,
            LocalTransport local,
            Optional<PublishedFormats> current,
            LocalSources sources,
            AnswerOptions options) {
        try {
            return answer(SessionDescription.parse(offer), local, current, sources, options);
        } catch (SdpException e) {
            return new PlayOutcome.Refused(SdpRefusal.MALFORMED, e.sentence());
        }
    }

    /** As below, with the default options. */
    public static PlayOutcome answer(
            SessionDescription offer, LocalTransport local, Optional<PublishedFormats> current, LocalSources sources) {
        return answer(offer, local, current, sources, AnswerOptions.DEFAULT);
    }

    /**
     * The answer to a viewer's offer, or the reason why there is none.
     *
     * @param current what is published now; empty when nobody publishes yet, and then every common codec is agreed
     */
    public static PlayOutcome answer(
            SessionDescription offer,
            LocalTransport local,
            Optional<PublishedFormats> current,
            LocalSources sources,
            AnswerOptions options) {
        try {
            return new PlayAnswerer(offer, current.orElse(null), sources, options).answer(local);
        } catch (SdpException e) {
            return new PlayOutcome.Refused(SdpRefusal.MALFORMED, e.sentence());
        } catch (RefusedException e) {
            return new PlayOutcome.Refused(e.kind(), e.detail());
        }
    }

    private PlayOutcome answer(LocalTransport local) throws SdpException, RefusedException {
        Answer answer = new Answer(offer);
        for (MediaSection section : offer.media()) {
            answer.add(section, answer.usable(section) ? section(section, answer) : new SectionAnswer.Rejected());
        }
        if (media.isEmpty()) {
            throw new RefusedException(
                    SdpRefusal.NO_MEDIA,
                    "The offer receives neither audio nor video; offer a recvonly section of either."
                            + " For chat without media there is the WebSocket at /ws.");
        }
        RemoteTransport remote = answer.remote();
        return new PlayOutcome.Accepted(answer.write(local, remote), remote, media, answer.sctp());
    }

    private SectionAnswer section(MediaSection section, Answer answer) throws SdpException, RefusedException {
        return switch (section.kind()) {
            case AUDIO, VIDEO -> track(section);
            case APPLICATION -> answer.application(section, options.dataChannels());
            case OTHER -> new SectionAnswer.Rejected();
        };
    }

    private SectionAnswer track(MediaSection section) throws SdpException, RefusedException {
        boolean first = media.stream().noneMatch(each -> each.kind() == section.kind());
        boolean wanted = first && Direction.of(offer, section).receives();
        Set<String> seen = new LinkedHashSet<>();
        List<CodecFormat> offered = OfferedCodecs.read(section, seen);
        CodecFormat published = current == null ? null : current.of(section.kind());
        List<CodecFormat> formats = wanted ? formats(section, offered, published, seen) : offered;
        if (formats.isEmpty()) {
            return new SectionAnswer.Rejected();
        }
        Answer.requireRtcpMux(section);
        OfferedExtensions extmap =
                OfferedExtensions.read(section, extensions, Answer.mixes(offer, section), Direction.SENDONLY);
        if (!wanted) {
            return new SectionAnswer.Media(Direction.INACTIVE, formats, extmap.lines(), List.of());
        }
        PlayedMedia played = new PlayedMedia(
                section.mid(),
                section.kind(),
                formats,
                extmap.ids(),
                section.kind() == MediaKind.VIDEO ? sources.videoSsrc() : sources.audioSsrc(),
                section.kind() == MediaKind.VIDEO ? sources.videoRtxSsrc() : 0);
        media.add(played);
        return new SectionAnswer.Media(Direction.SENDONLY, formats, extmap.lines(), names(section, played));
    }

    /**
     * What can carry the published codec; all we know while there is none, so that a publisher who comes later (or
     * adds a track) finds viewers ready.
     */
    private static List<CodecFormat> formats(
            MediaSection section, List<CodecFormat> offered, @Nullable CodecFormat published, Set<String> seen)
            throws RefusedException {
        List<CodecFormat> formats = published == null ? offered : CodecMatcher.matching(offered, published);
        if (formats.isEmpty()) {
            String sent = published == null
                    ? "This server forwards " + Answer.known(section.kind())
                    : "The stream's " + section.kindName() + " is " + describe(published);
            throw new RefusedException(
                    SdpRefusal.UNSUPPORTED_CODEC,
                    sent + ", and the offer's " + section.kindName() + " section takes " + offers(offered, seen)
                            + "; watch with a player that takes it, or publish in another codec.");
        }
        return formats.stream()
                .map(format -> format.name().equals("opus") ? stereoSaid(format, published) : format)
                .toList();
    }

    private static String offers(List<CodecFormat> offered, Set<String> seen) {
        if (offered.isEmpty()) {
            return Answer.list(seen);
        }
        return Answer.list(
                new LinkedHashSet<>(offered.stream().map(PlayAnswerer::describe).toList()));
    }

    private static String describe(CodecFormat format) {
        return switch (format.name()) {
            case "H264" ->
                "H264 (profile-level-id " + format.fmtp("profile-level-id", "not named") + ", packetization-mode "
                        + format.fmtp("packetization-mode", "0") + ")";
            case "VP9" -> "VP9 (profile-id " + format.fmtp("profile-id", "0") + ")";
            case "AV1" -> "AV1 (profile " + format.fmtp("profile", "0") + ")";
            default -> format.name();
        };
    }

    private static CodecFormat stereoSaid(CodecFormat offered, @Nullable CodecFormat published) {
        if (published == null || !published.stereo()) {
            return offered;
        }
        Map<String, String> fmtp = new LinkedHashMap<>(offered.fmtp());
        fmtp.put("sprop-stereo", "1");
        return offered.withFmtp(fmtp);
    }

    /** One stream and one CNAME for both tracks: that is what makes a browser keep lips in sync. */
    private List<String> names(MediaSection section, PlayedMedia played) {
        String msid = "msid:" + sources.streamId() + " " + section.kindName();
        String ssrc = Integer.toUnsignedString(played.ssrc());
        List<String> lines = new ArrayList<>();
        lines.add(msid);
        boolean rtx = played.formats().stream().anyMatch(CodecFormat::hasRtx) && played.rtxSsrc() != 0;
        String rtxSsrc = Integer.toUnsignedString(played.rtxSsrc());
        if (rtx) {
            lines.add("ssrc-group:FID " + ssrc + " " + rtxSsrc);
        }
        for (String each : rtx ? List.of(ssrc, rtxSsrc) : List.of(ssrc)) {
            lines.add("ssrc:" + each + " cname:" + sources.cname());
            lines.add("ssrc:" + each + " " + msid);
        }
        return lines;
    }
}
