package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The simulcast a publisher offers to send, and how we say that we take all of it (RFC 8851, RFC 8853).
 *
 * @param layers in send order, alternatives side by side
 * @param simulcast whether {@code a=simulcast} was there, so that the answer has it, too
 */
record OfferedSimulcast(List<RidLayer> layers, boolean simulcast) {
    /** Browsers send 3, the widest ladder of anybody is 6. */
    private static final int MAX_LAYERS = 16;

    private static final int MAX_RID_CHARS = 64;

    static OfferedSimulcast read(MediaSection section) throws SdpException {
        Map<String, Map<String, String>> rids = new LinkedHashMap<>();
        for (SdpLine line : SdpLines.all(section.lines(), "rid")) {
            String[] words = line.attributeValue().split(" +", 3);
            if (words.length < 2 || !wellFormed(words[0])) {
                throw new SdpException(line.number(), "expected a=rid:<letters and digits> <send or recv>");
            }
            if (words[1].equals("send")) {
                rids.put(words[0], words.length < 3 ? Map.of() : OfferedCodecs.parameters(words[2]));
            }
        }
        SdpLine simulcast = SdpLines.first(section.lines(), "simulcast");
        String streams = simulcast == null ? null : sendStreams(simulcast);
        List<RidLayer> layers = streams == null ? unordered(rids) : ordered(streams, rids);
        if (layers.size() > MAX_LAYERS) {
            throw new SdpException(section.line(), "more than " + MAX_LAYERS + " simulcast layers");
        }
        return new OfferedSimulcast(layers, streams != null && !layers.isEmpty());
    }

    /** What follows {@code send}, without the {@code rid=} that drafts before the RFC had. */
    private static @Nullable String sendStreams(SdpLine simulcast) throws SdpException {
        String[] words = simulcast.attributeValue().split(" +", -1);
        for (int i = 0; i + 1 < words.length; i += 2) {
            if (words[i].equals("send")) {
                return words[i + 1].startsWith("rid=") ? words[i + 1].substring(4) : words[i + 1];
            }
        }
        if (words.length % 2 != 0) {
            throw new SdpException(simulcast.number(), "expected a=simulcast:send <rid>;<rid>…");
        }
        return null;
    }

    private static List<RidLayer> unordered(Map<String, Map<String, String>> rids) {
        List<RidLayer> layers = new ArrayList<>();
        rids.forEach((rid, restrictions) -> layers.add(new RidLayer(rid, layers.size(), false, restrictions)));
        return layers;
    }

    private static List<RidLayer> ordered(String streams, Map<String, Map<String, String>> rids) {
        Map<String, Map<String, String>> left = new HashMap<>(rids);
        List<RidLayer> layers = new ArrayList<>();
        int stream = 0;
        for (String alternatives : streams.split(";", -1)) {
            boolean any = false;
            for (String each : alternatives.split(",", -1)) {
                boolean paused = each.startsWith("~");
                String rid = paused ? each.substring(1) : each;
                // Without an a=rid of its own a layer must be ignored (RFC 8853 section 5.2).
                Map<String, String> restrictions = left.remove(rid);
                if (restrictions != null) {
                    layers.add(new RidLayer(rid, stream, paused, restrictions));
                    any = true;
                }
            }
            stream += any ? 1 : 0;
        }
        return layers;
    }

    private static boolean wellFormed(String rid) {
        return !rid.isEmpty()
                && rid.length() <= MAX_RID_CHARS
                && rid.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_'));
    }

    /** The attributes that accept every layer, paused ones as paused, with its restrictions among the accepted formats. */
    List<String> answer(List<CodecFormat> accepted) {
        List<String> lines = new ArrayList<>();
        StringBuilder streams = new StringBuilder();
        int last = -1;
        for (RidLayer layer : layers) {
            lines.add("rid:" + layer.rid() + " recv" + restrictions(layer, accepted));
            if (last >= 0) {
                streams.append(layer.stream() == last ? ',' : ';');
            }
            // Chromium turns a layer on that its page has turned off when the answer drops the ~.
            streams.append(layer.paused() ? "~" : "").append(layer.rid());
            last = layer.stream();
        }
        if (simulcast) {
            lines.add("simulcast:recv " + streams);
        }
        return lines;
    }

    /** RFC 8851 section 6.3: restrictions are copied; a pt list loses what was not accepted. */
    private static String restrictions(RidLayer layer, List<CodecFormat> accepted) {
        StringJoiner all = new StringJoiner(";", " ", "").setEmptyValue("");
        layer.restrictions().forEach((name, value) -> {
            String kept = name.equals("pt") ? acceptedOf(value, accepted) : value;
            if (!name.equals("pt") || !kept.isEmpty()) {
                all.add(kept.isEmpty() ? name : name + "=" + kept);
            }
        });
        return all.toString();
    }

    private static String acceptedOf(String payloadTypes, List<CodecFormat> accepted) {
        StringJoiner kept = new StringJoiner(",");
        for (String each : payloadTypes.split(",", -1)) {
            int payloadType = SdpNumbers.parse(each, 0, 127);
            if (accepted.stream().anyMatch(format -> format.payloadType() == payloadType)) {
                kept.add(each);
            }
        }
        return kept.toString();
    }
}
