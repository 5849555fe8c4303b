package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a section says of its payload types: rtpmap, fmtp, rtcp-fb, and which rtx belongs to which. */
final class OfferedCodecs {
    /** Feedback we give or understand (RFC 4585, RFC 5104, draft-holmer-rmcat-transport-wide-cc, REMB). */
    private static final Set<String> FEEDBACK = Set.of("nack", "nack pli", "ccm fir", "transport-cc", "goog-remb");

    private final MediaKind kind;
    private final Map<Integer, String[]> rtpmaps = new HashMap<>();
    private final Map<Integer, Map<String, String>> fmtps = new HashMap<>();
    private final Map<Integer, Set<String>> feedbacks = new HashMap<>();
    private final Set<String> feedbackForAll = new LinkedHashSet<>();
    private final List<String> names = new ArrayList<>();

    private OfferedCodecs(MediaKind kind) {
        this.kind = kind;
        rtpmaps.put(0, new String[] {"PCMU", "8000"});
        rtpmaps.put(8, new String[] {"PCMA", "8000"});
        rtpmaps.put(9, new String[] {"G722", "8000"});
    }

    /** The codecs we understand with their rtx, in the order of the m= line; names of all offered go to {@code seen}. */
    static List<CodecFormat> read(MediaSection section, Set<String> seen) throws SdpException {
        OfferedCodecs reader = new OfferedCodecs(section.kind());
        for (SdpLine line : section.lines()) {
            switch (line.attributeName()) {
                case "rtpmap" -> reader.rtpmap(line);
                case "fmtp" -> reader.fmtp(line);
                case "rtcp-fb" -> reader.feedback(line);
                default -> {}
            }
        }
        List<CodecFormat> formats = reader.formats(section);
        seen.addAll(reader.names);
        return formats;
    }

    private void rtpmap(SdpLine line) throws SdpException {
        String[] words = line.attributeValue().split(" +", -1);
        String[] parts = words.length < 2 ? new String[0] : words[1].split("/", -1);
        if (parts.length < 2 || parts.length > 3 || SdpNumbers.parse(parts[1], 1, 10_000_000) < 0) {
            throw new SdpException(line.number(), "expected a=rtpmap:<payload type> <name>/<clock rate>[/<channels>]");
        }
        rtpmaps.put(payloadType(line, words[0]), parts);
    }

    private void fmtp(SdpLine line) throws SdpException {
        String value = line.attributeValue();
        int space = value.indexOf(' ');
        if (space < 0) {
            return;
        }
        fmtps.put(payloadType(line, value.substring(0, space)), parameters(value.substring(space + 1)));
    }

    /** Parameters separated by semicolons; one with an empty value is as good as absent (profile-level-id= is). */
    static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String each : text.split(";", -1)) {
            String parameter = each.strip();
            int equals = parameter.indexOf('=');
            String name = (equals < 0 ? parameter : parameter.substring(0, equals)).strip();
            String value = equals < 0 ? "" : parameter.substring(equals + 1).strip();
            if (!name.isEmpty() && (equals < 0 || !value.isEmpty())) {
                parameters.put(name.toLowerCase(Locale.ROOT), value);
            }
        }
        return parameters;
    }

    private void feedback(SdpLine line) {
        String[] words = line.attributeValue().split(" +", 2);
        String what = words.length < 2 ? "" : words[1].strip();
        if (!FEEDBACK.contains(what)) {
            return;
        }
        int payloadType = SdpNumbers.parse(words[0], 0, 127);
        if (words[0].equals("*")) {
            feedbackForAll.add(what);
        } else if (payloadType >= 0) {
            feedbacks.computeIfAbsent(payloadType, _ -> new LinkedHashSet<>()).add(what);
        }
    }

    private static int payloadType(SdpLine line, String text) throws SdpException {
        int payloadType = SdpNumbers.parse(text, 0, 127);
        if (payloadType < 0) {
            throw new SdpException(line.number(), "a payload type is a number from 0 to 127");
        }
        return payloadType;
    }

    private List<CodecFormat> formats(MediaSection section) throws SdpException {
        Set<Integer> payloadTypes = new LinkedHashSet<>();
        for (String format : section.formats()) {
            int payloadType = SdpNumbers.parse(format, 0, 127);
            if (payloadType < 0) {
                throw new SdpException(section.line(), "a payload type is a number from 0 to 127");
            }
            payloadTypes.add(payloadType);
        }
        Map<Integer, Integer> rtxOf = new HashMap<>();
        for (int payloadType : payloadTypes) {
            String[] rtpmap = rtpmaps.get(payloadType);
            if (rtpmap != null && rtpmap[0].equalsIgnoreCase("rtx")) {
                int apt = SdpNumbers.parse(parametersOf(payloadType).getOrDefault("apt", ""), 0, 127);
                rtxOf.putIfAbsent(apt, payloadType);
            }
        }
        List<CodecFormat> formats = new ArrayList<>();
        for (int payloadType : payloadTypes) {
            CodecFormat format = format(payloadType, rtxOf.getOrDefault(payloadType, CodecFormat.NO_RTX));
            if (format != null) {
                formats.add(format);
            }
        }
        return redAfterOpus(formats);
    }

    private @Nullable CodecFormat format(int payloadType, int rtx) {
        String[] rtpmap = rtpmaps.get(payloadType);
        if (rtpmap == null) {
            return null;
        }
        names.add(rtpmap[0]);
        int clockRate = SdpNumbers.parse(rtpmap[1], 1, 10_000_000);
        int channels = rtpmap.length < 3 ? 1 : SdpNumbers.parse(rtpmap[2], 1, 255);
        String name = known(rtpmap[0], clockRate, channels);
        Map<String, String> parameters = parametersOf(payloadType);
        if (name == null || !usable(name, parameters)) {
            return null;
        }
        Set<String> feedback = new LinkedHashSet<>(feedbackForAll);
        feedback.addAll(feedbacks.getOrDefault(payloadType, Set.of()));
        return new CodecFormat(payloadType, name, clockRate, channels, parameters, feedback, rtx);
    }

    /** The name as IANA spells it when we forward that codec, else null. */
    private @Nullable String known(String name, int clockRate, int channels) {
        String codec = name.toUpperCase(Locale.ROOT) + "/" + clockRate + "/" + channels;
        return switch (kind) {
            case AUDIO ->
                switch (codec) {
                    case "OPUS/48000/2" -> "opus";
                    case "RED/48000/2" -> "red";
                    case "PCMU/8000/1" -> "PCMU";
                    case "PCMA/8000/1" -> "PCMA";
                    case "G722/8000/1" -> "G722";
                    default -> null;
                };
            case VIDEO ->
                switch (codec) {
                    case "H264/90000/1" -> "H264";
                    case "VP8/90000/1" -> "VP8";
                    case "VP9/90000/1" -> "VP9";
                    case "AV1/90000/1" -> "AV1";
                    default -> null;
                };
            case APPLICATION, OTHER -> null;
        };
    }

    private static boolean usable(String name, Map<String, String> parameters) {
        if (!name.equals("H264")) {
            return true;
        }
        if (!H264Profile.wellFormed(parameters.getOrDefault("profile-level-id", ""))) {
            parameters.remove("profile-level-id");
        }
        // Mode 2 interleaves NAL units out of decoding order; no WebRTC end point has it.
        String mode = parameters.getOrDefault("packetization-mode", "0");
        return mode.equals("0") || mode.equals("1");
    }

    private Map<String, String> parametersOf(int payloadType) {
        return fmtps.computeIfAbsent(payloadType, _ -> new LinkedHashMap<>());
    }

    /** RED wraps Opus: without it it means nothing, and before it a sender would send all audio twice. */
    private static List<CodecFormat> redAfterOpus(List<CodecFormat> formats) {
        List<CodecFormat> red =
                formats.stream().filter(format -> format.name().equals("red")).toList();
        formats.removeAll(red);
        for (int i = formats.size() - 1; i >= 0; i--) {
            if (formats.get(i).name().equals("opus")) {
                formats.addAll(i + 1, red);
                break;
            }
        }
        return formats;
    }
}
